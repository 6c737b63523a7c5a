"""What the person sees of their own journey, and what a door can say about it. Codes and times alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Stands = Literal["running", "paused", "waiting", "reached", "stopped"]
Pace = Literal["as_planned", "slower"]
Kind = Literal["practice", "reading", "check_in"]
Next = Literal["practice", "reading", "check_in", "end"]


@dataclass(frozen=True, slots=True)
class Came:
    """One mail of the series: when it was announced, and the practice or reading in it, if any."""

    kind: Kind
    item: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A journey as it stands.

    `why` is told of what is paused (person, booked, in_care), waiting or stopped. `next_at` is when
    `next_kind` comes by itself, also after a pause that ends by itself; None while nothing does. `left` is
    how many more items come by themselves, the next included.
    """

    journey_id: str
    request_id: str
    reference: str
    person_id: str
    language: str
    time_zone: str
    state: Stands
    why: str | None
    pace: Pace
    paused_until: datetime | None  # the person's own pause; None while a call or care is what it waits for
    next_at: datetime | None
    next_kind: Next | None
    left: int
    check_in_open: bool  # they were asked "keep, pause or stop?" and have not answered
    silenced: bool  # they asked to hear nothing more: being ready is not taken from this page
    moved_at: datetime | None  # when they gave another address; what went to the one before is not theirs
    listed_at: datetime | None  # when the reading list was prepared, if it was
    books: tuple[str, ...]  # of the reading list, the most fitting first
    came: tuple[Came, ...]  # in order
