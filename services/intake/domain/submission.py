"""What a person sent through a door, after its syntax was checked and before the practice looked at it.

Lengths, e-mail and phone syntax are the door's business; codes are still whatever was typed, and
`admission.admit` holds them against what the practice offers. A phone number is E.164 already.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

TimeTrap = Literal["absent", "passed", "too_fast", "invalid"]


@dataclass(frozen=True, slots=True)
class SafeHours:
    """When it is safe to write or call, by the person's own wall clock; may wrap past midnight."""

    from_: time
    to: time


@dataclass(frozen=True, slots=True)
class ContactRules:
    """How somebody allows themselves to be reached; silent where they said nothing."""

    email_ok: bool = True
    text_ok: bool = False
    voicemail_ok: bool = False
    discreet: bool = True
    safe_hours: SafeHours | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote."""

    name: str
    email: str | None = None
    phone: str | None = None  # E.164
    pronouns: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """Whom the writer wrote for, when not for themselves."""

    name: str | None = None
    age: int | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody else in the couple; nothing goes to them before a coordinator allows it."""

    name: str
    email: str | None = None
    contact: ContactRules = ContactRules()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person would like; wishes, except `language_required`."""

    format: str | None = None
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language_required: bool = False
    modalities: tuple[str, ...] = ()
    clinician: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    fee_max: int | None = None  # whole US dollars a session


@dataclass(frozen=True, slots=True)
class SafetyTicks:
    """What the person ticked about their safety."""

    unsafe_at_home: bool = False
    partner_violence: bool = False


@dataclass(frozen=True, slots=True)
class ConsultationSubmission:
    """*I'd like to talk to someone.*"""

    writer: Writer
    state: str  # a code, or "unknown"
    for_: str = "self"
    client: Client | None = None
    partners: tuple[Partner, ...] = ()
    age: int | None = None
    birth_year: int | None = None
    unit: str | None = None
    time_zone: str | None = None
    concerns: tuple[str, ...] = ()
    message: str = ""
    preferences: Wishes = field(default_factory=Wishes)
    contact: ContactRules = field(default_factory=ContactRules)
    safety: SafetyTicks = field(default_factory=SafetyTicks)
    language: str = "en"
    privacy_notice: str | None = None
    email_warning: str | None = None  # the version of the warning that they were shown


@dataclass(frozen=True, slots=True)
class ReadinessSubmission:
    """*I'm not ready yet.*"""

    writer: Writer
    opt_in: bool
    state: str | None = None
    time_zone: str | None = None
    concerns: tuple[str, ...] = ()
    message: str = ""
    context: tuple[str, ...] = ()
    contact: ContactRules = field(default_factory=ContactRules)
    safety: SafetyTicks = field(default_factory=SafetyTicks)
    language: str = "en"
    privacy_notice: str | None = None
    email_warning: str | None = None  # the version of the warning that they were shown


@dataclass(frozen=True, slots=True)
class ProfessionalSubmission:
    """*I'm a therapist or run a practice.*"""

    writer: Writer
    topic: str
    role: str | None = None
    state: str | None = None
    message: str = ""
    contact: ContactRules = field(default_factory=ContactRules)
    language: str = "en"
    privacy_notice: str | None = None
    email_warning: str | None = None  # the version of the warning that they were shown


ForThemselves = ConsultationSubmission | ReadinessSubmission  # or for somebody close to them
Submission = ForThemselves | ProfessionalSubmission


@dataclass(frozen=True, slots=True)
class Signals:
    """What a door noticed about how a submission came; none of it is the person's word."""

    honeypot_filled: bool = False
    time_trap: TimeTrap = "absent"
    test: bool = False  # an operator's marked request
