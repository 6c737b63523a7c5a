"""The free call with a care coordinator: what intake announces and answers about it.

All facts about the calls of one request share one version, so that of two the later counts, whichever call it
speaks of. `sequence` counts the changes of one call, as calendars do (RFC 5545). Codes and times alone: the
number to call is asked for at the moment of need.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.base import MAX_IDS_PER_ASK, Ask, Code, Id, Instant, Language, Plain, Version
from shared.contracts.intake.facts import IntakeFact

CallStatus = Literal["booked", "attended", "missed", "cancelled"]
CallAct = Literal["book", "move", "cancel", "attended", "missed"]


class CallFact(IntakeFact):
    """A fact about the call of a request."""

    about: ClassVar[str] = "consultation"

    consultation_id: Id
    sequence: Annotated[int, Field(ge=0)]
    coordinator_id: Code
    starts_at: Instant
    ends_at: Instant
    time_zone: Code  # the person's
    by: Code  # who did it: person, coordinator:<id>, or intake itself
    test: bool = False


class ConsultationScheduled(CallFact):
    """A call is booked."""

    name: ClassVar[str] = "consultation.scheduled.v1"

    scheduled_at: Instant
    interpreter: tuple[Language, ...] = ()  # languages of the person that the coordinator does not speak
    remind_shortly: bool = False  # they asked to be reminded an hour before, too


class ConsultationRescheduled(CallFact):
    """A call is at another time, or with another coordinator."""

    name: ClassVar[str] = "consultation.rescheduled.v1"

    rescheduled_at: Instant
    previous_starts_at: Instant
    previous_coordinator_id: Code
    interpreter: tuple[Language, ...] = ()
    remind_shortly: bool = False


class ConsultationCancelled(CallFact):
    """A call does not take place. `why`: person, coordinator, silenced, withdrawn, referral_closed."""

    name: ClassVar[str] = "consultation.cancelled.v1"

    cancelled_at: Instant
    why: Code


class ConsultationAttended(CallFact):
    """They spoke with each other."""

    name: ClassVar[str] = "consultation.attended.v1"

    attended_at: Instant  # when it was said


class ConsultationMissed(CallFact):
    """The person could not be reached at the time of the call."""

    name: ClassVar[str] = "consultation.missed.v1"

    missed_at: Instant  # when it was said


class ConsultationLocated(CallFact):
    """The person said in which state they will be during the call. Versioned by itself."""

    name: ClassVar[str] = "consultation.located.v1"
    about: ClassVar[str] = "whereabouts"

    located_at: Instant
    state: Code
    licensed: bool  # whether the practice works there


class Consultation(Plain):
    """One call, as it stands."""

    consultation_id: Id
    request_id: Id
    reference: Code
    version: Version
    sequence: int
    status: CallStatus
    coordinator_id: Code
    starts_at: Instant
    ends_at: Instant
    time_zone: Code
    changed_at: Instant
    by: Code  # who changed it last
    interpreter: tuple[Language, ...] = ()
    remind_shortly: bool = False
    state: Code | None = None  # where they said that they will be
    test: bool = False


class ConsultationsAsked(Ask):
    """How do these requests' calls stand? Or, with `ending_after`, which calls are booked?

    With `request_ids`: the latest call of each request, whatever became of it. Else every booked call that
    ends after that instant, in the order of their ids, a page beginning after the id `after`.
    """

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "consultations"

    request_ids: Annotated[tuple[Id, ...], Field(max_length=MAX_IDS_PER_ASK)] = ()
    ending_after: Instant | None = None
    after: Id | None = None
    asked_by: Code


class ConsultationsAnswered(Plain):
    """Those found. `next`: ask again with it as `after`; None when there are no more."""

    consultations: tuple[Consultation, ...]
    next: Id | None = None


class SlotsAsked(Ask):
    """When could a coordinator call this person?"""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "slots"

    request_id: Id
    asked_by: Code


class Slot(Plain):
    """A time at which these coordinators are free, whoever has fewest calls first."""

    starts_at: Instant
    ends_at: Instant
    coordinator_ids: tuple[Code, ...]


class SlotsAnswered(Plain):
    """The free times, in order, and the request's latest call. Not `known`: nobody knows the request."""

    known: bool
    slots: tuple[Slot, ...] = ()
    consultation: Consultation | None = None


class CallAsked(Ask):
    """A coordinator arranges a call. Repeating it changes nothing.

    `starts_at` and `minutes` for `book` and `move`: a free time, or any other at which that coordinator has
    no call yet. `coordinator_id`: who calls; by default whoever is free and has fewest calls.
    """

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "call"

    request_id: Id
    act: CallAct
    version: int  # of the call that was seen; 0 when there was none
    by: Code  # coordinator:<id>
    starts_at: Instant | None = None
    minutes: int | None = None  # by default as long as a call is
    coordinator_id: Code | None = None


class CallAnswered(Plain):
    """Whether it is done, and the call as it stands.

    `why` not: unknown (nobody knows the request), taken (somebody else has that time), changed (the call is
    not as it was seen), not_now (it has not begun, or is over), passed, no_time (none was given).
    """

    done: bool
    why: Code | None = None
    consultation: Consultation | None = None


class Absence(Plain):
    """From when to when a coordinator takes no calls."""

    absence_id: Id
    coordinator_id: Code
    begins_at: Instant
    ends_at: Instant


class CalendarAsked(Ask):
    """Which calls and absences does this coordinator have that end after an instant?"""

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "calendar"

    coordinator_id: Code
    ending_after: Instant
    asked_by: Code


class CalendarAnswered(Plain):
    """By when they begin, the first hundred of each."""

    absences: tuple[Absence, ...]
    consultations: tuple[Consultation, ...]


class AbsenceAsked(Ask):
    """A coordinator takes no calls for a while, or does again. Repeating it changes nothing.

    `absence_id` is the caller's own for a new one; `begins_at` and `ends_at` may be left out to remove one.
    """

    service: ClassVar[str] = "intake"
    noun: ClassVar[str] = "absence"

    absence_id: Id
    coordinator_id: Code
    act: Literal["add", "remove"]
    by: Code
    begins_at: Instant | None = None
    ends_at: Instant | None = None


class AbsenceKept(Plain):
    """Whether it is kept; `consultations` are the calls that are booked within it and still stand."""

    kept: bool
    why: Code | None = None  # unknown (no such coordinator or absence), no_time (it ends before it begins)
    consultations: tuple[Consultation, ...] = ()
