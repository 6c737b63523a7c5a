"""What intake announces and answers."""

from typing import ClassVar, Literal

from shared.contracts.base import (
    AgeBand,
    Ask,
    Code,
    Fact,
    Id,
    Ids,
    Instant,
    Language,
    Plain,
    SafetyLevel,
)

Path = Literal["consultation", "readiness"]
Purpose = Literal[
    "acknowledge", "refer", "hold_review", "safety_alert", "reading_list", "notice", "test_request"
]


class IntakeFact(Fact):
    """A fact about a request, owned by intake."""

    service: ClassVar[str] = "intake"
    about: ClassVar[str] = "request"

    request_id: Id
    reference: Code

    @property
    def entity_id(self) -> str:
        return self.request_id


class Preferences(Plain):
    """What the person wished for; wishes, except `language_required`."""

    format: Code | None = None
    sites: tuple[Code, ...] = ()
    languages: tuple[Language, ...] = ()
    language_required: bool = False
    modalities: tuple[Code, ...] = ()
    clinician: tuple[Code, ...] = ()
    times: tuple[Code, ...] = ()
    fee_max: int | None = None  # whole US dollars a session


class ConsultationRequested(IntakeFact):
    """Somebody asked for a consultation; their words stay with intake."""

    name: ClassVar[str] = "consultation.requested.v1"

    person_id: Id
    received_at: Instant
    language: Language
    state: Code
    time_zone: Code
    for_: Code
    age: int
    age_band: AgeBand
    unit: Code
    safety_level: SafetyLevel
    flags: tuple[Code, ...] = ()
    concerns: tuple[Code, ...] = ()
    suggested_concerns: tuple[Code, ...] = ()
    preferences: Preferences = Preferences()
    test: bool = False


class ConsultationWithdrawn(IntakeFact):
    """The request no longer stands: the person or the practice took it back."""

    name: ClassVar[str] = "consultation.withdrawn.v1"

    withdrawn_at: Instant
    why: Code


class ReadinessRequested(IntakeFact):
    """Somebody not ready to begin asked for something to read, and opted in."""

    name: ClassVar[str] = "readiness.requested.v1"

    person_id: Id
    received_at: Instant
    language: Language
    state: Code | None
    time_zone: Code
    safety_level: SafetyLevel
    flags: tuple[Code, ...] = ()
    concerns: tuple[Code, ...] = ()
    suggested_concerns: tuple[Code, ...] = ()
    context: tuple[Code, ...] = ()


class RequestQuarantined(IntakeFact):
    """A request looked like spam and waits for a coordinator's eye; nothing else happens to it."""

    name: ClassVar[str] = "request.quarantined.v1"

    path: Path
    quarantined_at: Instant
    why: tuple[Code, ...]
    language: Language


class SafetyFlagged(IntakeFact):
    """A person's own words or ticks ask for somebody's attention now."""

    name: ClassVar[str] = "safety.flagged.v1"
    about: ClassVar[str] = "safety"

    path: Path
    level: SafetyLevel
    rules: tuple[Code, ...]
    rules_version: Code
    flagged_at: Instant
    language: Language


class ContactChanged(IntakeFact):
    """How a person may be reached has changed, for these requests; ask before sending."""

    name: ClassVar[str] = "contact.changed.v1"
    about: ClassVar[str] = "contact"

    person_id: Id
    changed_at: Instant
    silenced: bool


class ContactsAsked(Ask):
    """How may these people be reached, and what are they called?"""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "contacts"

    request_ids: Ids
    purpose: Purpose
    asked_by: Code


class SafeHours(Plain):
    """When writing is safe, by the wall clock of the person's zone: `from` and `to`, "HH:MM"."""

    from_: str
    to: str


class Contact(Plain):
    """One writer, as they asked to be reached. Never stored, logged or traced by the asker."""

    request_id: Id
    person_id: Id
    reference: Code
    name: str
    pronouns: str | None
    email: str | None
    phone: str | None
    language: Language
    time_zone: Code
    email_ok: bool
    text_ok: bool
    voicemail_ok: bool
    discreet: bool
    safe_hours: SafeHours | None
    unsafe_at_home: bool
    silenced: bool
    client_name: str | None  # whom the writer wrote for, when not for themselves
    client_relation: str | None
    test: bool  # every mail about a test request goes to this address alone
    version: int


class ContactsAnswered(Plain):
    """Those found, in the order asked; an id that is missing is unknown or erased."""

    contacts: tuple[Contact, ...]


class RequestsAsked(Ask):
    """What did these requests ask for? Codes only."""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "requests"

    request_ids: Ids
    purpose: Purpose
    asked_by: Code


class RequestDetail(Plain):
    """A request in codes, as the coordinator's mail shows it."""

    request_id: Id
    reference: Code
    path: Path
    received_at: Instant
    for_: Code
    age: int | None
    unit: Code
    state: Code | None
    safety_level: SafetyLevel
    flags: tuple[Code, ...]
    concerns: tuple[Code, ...]
    suggested_concerns: tuple[Code, ...]
    preferences: Preferences
    context: tuple[Code, ...]
    quarantined: bool


class RequestsAnswered(Plain):
    """Those found, in the order asked."""

    requests: tuple[RequestDetail, ...]
