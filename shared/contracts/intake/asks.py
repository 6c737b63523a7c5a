"""What intake answers."""

from typing import ClassVar, Literal

from shared.contracts.base import Ask, Code, Id, Ids, Instant, Language, Plain, SafetyLevel
from shared.contracts.intake.facts import Path, Preferences

Purpose = Literal[
    "acknowledge",
    "refer",
    "hold_review",
    "safety_alert",
    "reading_list",
    "notice",
    "test_request",
    "offer",  # a clinician is asked; codes only
    "introduction",
    "remind",
    "reading",  # a mail of a readiness journey
    "coordinator_reads",  # somebody opened what the person wrote
    "clinician_reads",
]


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
    # The address had so many answers in a day that another would only be a nuisance to whoever owns it.
    acknowledged_often: bool = False
    others_named: int = 0  # a partner or another parent: nobody writes to them by itself


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
    professional: bool = False  # a colleague's request, whatever the path says
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
    topic: Code | None = None  # of a colleague's request
    role: Code | None = None
    ready_since: Instant | None = None  # they are ready, and have not yet told what is still true
    reopened: bool = False  # it began as a wish to read; `received_at` is when they were ready
    first_received_at: Instant | None = None  # of one that was reopened: when the person first wrote
    call_offered: bool | None = None  # whether their own page offers them a call; None: ask their page


class RequestsAnswered(Plain):
    """Those found, in the order asked."""

    requests: tuple[RequestDetail, ...]


class WordsAsked(Ask):
    """What did these people write, and what did the practice note about it? Recorded, person by person."""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "words"

    request_ids: Ids
    purpose: Purpose
    asked_by: Code  # coordinator:<id> or clinician:<id>


class InsideNote(Plain):
    """What somebody of the practice noted; never shown to the person."""

    written_at: Instant
    written_by: Code
    text: str


class LaterWords(Plain):
    """What the person, or a coordinator on their behalf, added when they were ready."""

    written_at: Instant
    written_by: Code  # person or coordinator:<id>
    message: str


class Words(Plain):
    """What one person wrote. Never stored, logged or traced by the asker."""

    request_id: Id
    reference: Code
    message: str
    notes: tuple[InsideNote, ...]
    written_at: Instant | None = None
    later: tuple[LaterWords, ...] = ()  # beside the first message, oldest first


class WordsAnswered(Plain):
    """Those found, in the order asked."""

    words: tuple[Words, ...]


class NoteOffered(Ask):
    """Keep this inside note with the request, sealed. Repeating it with the same id changes nothing."""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "note"

    note_id: Id
    request_id: Id
    written_by: Code
    text: str


class NoteKept(Plain):
    """Whether it is kept; not when nobody knows the request."""

    kept: bool


class DutiesAsked(Ask):
    """What waits in intake for this coordinator?"""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "duties"

    coordinator_id: Code
    asked_by: Code


class Duty(Plain):
    """Something that a coordinator must look at, in codes."""

    request_id: Id
    reference: Code
    kind: Literal["quarantined", "crisis", "ready"]
    owner: Code
    next_action: Code
    due_at: Instant
    overdue: bool


class DutiesAnswered(Plain):
    """The coordinator's own, and for the practice's owner also those of nobody who is there any more."""

    duties: tuple[Duty, ...]


class ReopeningAsked(Ask):
    """Where does this person, who has just said that they are ready, tell what is still true?"""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "reopening"

    request_id: Id
    person_id: Id
    asked_by: Code


class ReopeningAnswered(Plain):
    """A page of intake for this person alone, for a day; None when nobody knows the request any more."""

    url: str | None
