"""To coordinators, in English: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from shared.alerts import Alert

Outcome = Literal["waitlist", "referred_out"]
Reading = Literal["sent", "danger_at_home", "crisis"]
OverdueLevel = Literal["nudge", "deputy", "owner", "mail_failed", "introduction_failed"]
Told = Literal["by_mail", "by_hand", "when_cleared", "silenced"]  # how the person hears of an introduction


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who wrote and how they may be reached; absent where coordinators' mail is minimal."""

    name: str
    pronouns: str | None
    writes_for: str | None
    email: str | None
    phone: str | None
    cautions: tuple[str, ...]  # what a person must know before anything else
    rules: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, in the practice's words: one line, concerns, and wishes beyond the line."""

    line: str
    concerns: str | None
    guesses: str | None
    wishes: tuple[str, ...]
    notes: tuple[str, ...]
    safety: str
    calm: bool  # nothing here asks for special care
    crisis: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do behind a link of the recipient's own."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a decision follows that is not the first, as a sentence and in a few words."""

    said: str
    in_short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """When the reader is reminded and who is asked after that; only where somebody really is."""

    at: datetime
    then: tuple[str, ...]
    until_a_call: bool  # a booked call takes the reminder's place


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMail:
    """To somebody at the desk, in English."""

    template: ClassVar[str]

    language: str = "en"
    zone: str
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorMail(DeskMail):
    """About one request. `steps` are links, the first is what to do next; without any, commands are named."""

    reference: str
    person: Person | None
    silenced: bool = False  # they asked to hear nothing more; a person reads before anybody writes
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMail(CoordinatorMail):
    """What matching decided, and what it follows; somebody is asked to act by `due_at`."""

    due_at: datetime
    asked: Asked
    after: Happened | None
    close_url: str
    reminders: Reminders | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A clinician who fits, and why."""

    name: str
    credential: str | None
    supervised_by: str | None
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A clinician who nearly fits, and what would have to give."""

    name: str
    credential: str | None
    gaps: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(DecisionMail):
    """Who fits, and who comes nearest where only one does; please reach out by `due_at`."""

    template: ClassVar[str] = "referral"

    fits: tuple[Fit, ...]
    nearest: tuple[Near, ...]
    others: int | None  # who do not fit, beside the nearest
    why_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyFits(DecisionMail):
    """Nobody fits today: who comes nearest, and what the person was told."""

    template: ClassVar[str] = "nobody_fits"

    outcome: Outcome
    nearest: tuple[Near, ...]
    why_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(DecisionMail):
    """Nothing was proposed; a person looks first, for this reason."""

    template: ClassVar[str] = "held"

    why: str
    to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAlert(CoordinatorMail):
    """To the person on call, at any hour."""

    template: ClassVar[str] = "safety_alert"

    alert: Alert  # in words that intake has too
    found: tuple[str, ...]
    safety_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineNotice(CoordinatorMail):
    """Something that looks like spam waits for a person's eye, by `due_at`."""

    template: ClassVar[str] = "quarantine_notice"

    quarantined_at: datetime
    due_at: datetime
    path: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessNotice(CoordinatorMail):
    """Somebody asked for something to read; nothing is due."""

    template: ClassVar[str] = "readiness_notice"

    asked: Asked
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyNotice(CoordinatorMail):
    """Somebody who wanted to read first is ready since then; somebody is in touch with them by `due_at`."""

    template: ClassVar[str] = "ready_notice"

    asked: Asked
    ready_since: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue(CoordinatorMail):
    """What was due has not been done, or a clinician could not be asked; `owner` is a name, if known."""

    template: ClassVar[str] = "overdue"

    level: OverdueLevel
    owner: str | None
    asked_before: tuple[str, ...]
    asked_next: tuple[str, ...]
    next_action: str
    due_at: datetime
    clinician: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalNotice(CoordinatorMail):
    """A colleague asks for something; a person answers by `due_at`."""

    template: ClassVar[str] = "professional_notice"

    topic: str
    role: str | None
    due_at: datetime
    reminders: Reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroducedNotice(CoordinatorMail):
    """A clinician and the person are introduced; somebody asks after the first session by `due_at`."""

    template: ClassVar[str] = "introduced_notice"

    clinician: str
    credential: str | None
    supervised_by: str | None
    said_yes: bool
    told: Told
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnNotice(CoordinatorMail):
    """The person took their request back; `in_crisis`: somebody still has to look at their words."""

    template: ClassVar[str] = "withdrawn_notice"

    in_crisis: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One thing that is open, in codes put into words; `owner` only where it is somebody else."""

    reference: str
    state: str
    next_action: str
    due_at: datetime
    overdue: bool
    owner: str | None
    url: str | None  # else `practice show` names it


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGroup:
    """What is open in the same way, the most pressing first."""

    title: str
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(DeskMail):
    """Everything open in one coordinator's hands on a working day's morning; no name of a client."""

    template: ClassVar[str] = "digest"

    name: str
    on: datetime  # noon of the day
    groups: tuple[DigestGroup, ...]
    count: int
    overdue: int
    roster_url: str
    calendar_url: str | None  # None in a practice that begins without a call


MailToTheDesk = (
    Referral
    | NobodyFits
    | Held
    | SafetyAlert
    | QuarantineNotice
    | ReadinessNotice
    | ReadyNotice
    | Overdue
    | ProfessionalNotice
    | IntroducedNotice
    | WithdrawnNotice
    | Digest
)
