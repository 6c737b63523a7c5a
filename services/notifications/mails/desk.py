"""To coordinators, in English: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

Outcome = Literal["waitlist", "referred_out"]
Reading = Literal["sent", "danger_at_home", "crisis"]


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
class CoordinatorMail:
    """To a coordinator, in English."""

    template: ClassVar[str]

    language: str = "en"
    zone: str
    reference: str
    person: Person | None
    silenced: bool = False  # they asked to hear nothing more; a person reads before anybody writes
    test: bool


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
class Referral(CoordinatorMail):
    """Who fits, and who comes nearest where only one does; please reach out by `due_at`."""

    template: ClassVar[str] = "referral"

    due_at: datetime
    asked: Asked
    fits: tuple[Fit, ...]
    nearest: tuple[Near, ...]
    others: int | None  # who do not fit, beside the nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyFits(CoordinatorMail):
    """Nobody fits today: who comes nearest, and what the person was told."""

    template: ClassVar[str] = "nobody_fits"

    due_at: datetime
    asked: Asked
    outcome: Outcome
    nearest: tuple[Near, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(CoordinatorMail):
    """Nothing was proposed; a person looks first, for this reason."""

    template: ClassVar[str] = "held"

    due_at: datetime
    asked: Asked
    why: str
    to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAlert(CoordinatorMail):
    """To the person on call, at any hour."""

    template: ClassVar[str] = "safety_alert"

    level: str
    flagged_at: datetime
    rules: tuple[str, ...]
    readiness: bool


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


MailToTheDesk = Referral | NobodyFits | Held | SafetyAlert | QuarantineNotice | ReadinessNotice
