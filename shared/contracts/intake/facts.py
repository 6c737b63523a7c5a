"""What intake announces."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.base import (
    MAX_IDS_PER_ASK,
    AgeBand,
    Code,
    Fact,
    Id,
    Ids,
    Instant,
    Language,
    Plain,
    SafetyLevel,
)

Entry = Literal["consultation", "readiness", "professional"]  # by which a request came
Path = Literal["consultation", "readiness"]  # as it was first told; a colleague's is marked beside it
# Other requests from the same address, the latest first: one person's as far as anybody can tell.
SameAddress = Annotated[tuple[Id, ...], Field(max_length=MAX_IDS_PER_ASK)]


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
    # It began as a request for something to read; the person is ready now. The same id, a higher version.
    reopened: bool = False
    first_received_at: Instant | None = None  # of one that was reopened: when the person first wrote
    same_address: SameAddress = ()


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
    same_address: SameAddress = ()


class ReadinessTakenUp(IntakeFact):
    """Somebody who wanted to read first says that they are ready, and has not yet told what is still true.

    A coordinator answers for it until the person, or the coordinator with them, has.
    """

    name: ClassVar[str] = "readiness.taken_up.v1"

    person_id: Id
    language: Language
    reached_at: Instant
    owner: Code
    due_at: Instant


class ProfessionalRequested(IntakeFact):
    """A colleague asked for consultation or supervision; nothing clinical is in it."""

    name: ClassVar[str] = "professional.requested.v1"

    person_id: Id
    received_at: Instant
    language: Language
    test: bool = False


class RequestQuarantined(IntakeFact):
    """A request looked like spam and waits for a coordinator's eye; nothing else happens to it."""

    name: ClassVar[str] = "request.quarantined.v1"

    path: Path
    professional: bool = False  # a colleague's request, whatever the path says
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
    # Of a crisis: who is told of it now, and when the next ones are, unless somebody has it.
    recipients: tuple[Code, ...] = ()
    escalates_at: Instant | None = None


class SafetyEscalated(IntakeFact):
    """Nobody has said in time that they have this crisis: these coordinators are told of it now."""

    name: ClassVar[str] = "safety.escalated.v1"
    about: ClassVar[str] = "escalation"  # by the crisis's version; heard first, it must not hide the flag

    path: Path
    level: SafetyLevel
    rules: tuple[Code, ...]
    flagged_at: Instant
    language: Language
    rung: Annotated[int, Field(ge=1)]  # 1: the next on call; 2: everybody on call and the owner
    recipients: Annotated[tuple[Code, ...], Field(min_length=1)]
    escalated_at: Instant
    escalates_at: Instant  # when somebody is told again, unless somebody has it


class SafetyAcknowledged(IntakeFact):
    """A named coordinator says that they have it: nobody else is told; what waits for clearing still does."""

    name: ClassVar[str] = "safety.acknowledged.v1"
    about: ClassVar[str] = "safety"

    path: Path
    acknowledged_at: Instant
    acknowledged_by: Code


class SafetyCleared(IntakeFact):
    """A named person looked at it and spoke with whom they needed to; what waited may go on."""

    name: ClassVar[str] = "safety.cleared.v1"
    about: ClassVar[str] = "safety"

    path: Path
    level: SafetyLevel  # what it is now
    cleared_at: Instant
    cleared_by: Code


class ContactChanged(IntakeFact):
    """How a person may be reached has changed, for these requests; ask before sending."""

    name: ClassVar[str] = "contact.changed.v1"
    about: ClassVar[str] = "contact"

    person_id: Id
    changed_at: Instant
    silenced: bool
    # What the person changed by their own link: email, phone, hours, channels, discreet, silence.
    changed: tuple[Code, ...] = ()


class PersonErased(Fact):
    """A person is gone from intake; whoever keeps anything about these requests forgets it."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "person.erased.v1"
    about: ClassVar[str] = "person"

    person_id: Id
    request_ids: Ids
    erased_at: Instant

    @property
    def entity_id(self) -> str:
        return self.person_id
