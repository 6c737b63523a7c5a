"""What resources announces: a reading list, and the steps of a readiness journey after it."""

from typing import ClassVar, Literal

from shared.contracts.base import Code, Fact, Id, Instant, Language

Step = Literal["practice", "reading", "check_in"]


class ReadingListPrepared(Fact):
    """A reading list was chosen for somebody who opted in; the items are codes of `resources.yaml`."""

    service: ClassVar[str] = "resources"
    name: ClassVar[str] = "reading_list.prepared.v1"
    about: ClassVar[str] = "reading_list"

    reading_list_id: Id
    request_id: Id
    reference: Code
    person_id: Id
    language: Language
    prepared_at: Instant
    catalogue_version: Code
    items: tuple[Code, ...]
    practices: int = 0  # how many practices follow, one a mail
    next_at: Instant | None = None  # when the first of them comes, if any does

    @property
    def entity_id(self) -> str:
        return self.reading_list_id

    @property
    def correlation(self) -> str:
        return self.request_id


class ReadinessFact(Fact):
    """A fact about one readiness journey. `version` grows with everything that happens to it.

    A journey has the id of its reading list.
    """

    service: ClassVar[str] = "resources"
    about: ClassVar[str] = "readiness"

    journey_id: Id
    request_id: Id
    reference: Code
    person_id: Id

    @property
    def entity_id(self) -> str:
        return self.journey_id

    @property
    def correlation(self) -> str:
        return self.request_id


class ReadinessStepDue(ReadinessFact):
    """It is time for the next mail of a journey: a practice, a short reading, or "keep, pause or stop?"."""

    name: ClassVar[str] = "readiness.step_due.v1"

    language: Language
    step: Step
    number: int  # of all mails of the journey after the reading list, from 1
    item: Code | None  # the practice or reading, a code of `resources.yaml`; a check-in has none
    left: int  # how many more items follow by themselves
    catalogue_version: Code
    due_at: Instant
    next_at: Instant | None  # when the next mail comes by itself, if one does


class ReadinessPaused(ReadinessFact):
    """Nothing is sent for a while: the person asked, or a call or a clinician came."""

    name: ClassVar[str] = "readiness.paused.v1"

    paused_at: Instant
    until: Instant | None  # None: until what brought it about ends
    why: Code  # person, booked, in_care


class ReadinessReached(ReadinessFact):
    """The person says that they are ready. Nothing more is sent; intake asks what is still true.

    Announced again, with a higher version, where they say it anew while intake cannot be asked.
    """

    name: ClassVar[str] = "readiness.reached.v1"

    language: Language
    reached_at: Instant


class ReadinessStopped(ReadinessFact):
    """Nothing more is ever sent of this journey."""

    name: ClassVar[str] = "readiness.stopped.v1"

    stopped_at: Instant
    why: Code  # person, one_click, silenced, erased, safety, unreachable, in_care, ended
