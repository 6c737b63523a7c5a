"""What comes next of a journey by itself, after which gap, and on which morning."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import assert_never

from services.resources.domain.journey import Course, Journey, asked
from services.resources.domain.mornings import morning_after, next_morning
from services.resources.domain.seen import Kind, Next
from shared.practice.clocks import Clocks


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of the series; a check-in has no item. `left` counts the items that follow it by themselves."""

    kind: Kind
    item: str | None
    left: int


@dataclass(frozen=True, slots=True)
class End:
    """It ends by itself."""

    kind: Next = "end"


Coming = Mail | End


def coming(journey: Journey) -> Coming:
    """What comes next, whenever that is.

    The practices in their order; after them one check-in; the readings only for who answered it with *keep*;
    then the end. Where no practice came there is nothing to ask about.
    """
    come = journey.items_come
    readings = journey.series.readings.after(come) if journey.kept else ()
    if asked(journey.came):
        return Mail("reading", readings[0], len(readings) - 1) if readings else End()
    practices = journey.series.practices.after(come)
    if practices:
        return Mail("practice", practices[0], len(practices) - 1)
    return Mail("check_in", None, 0) if journey.came else End()


def items_left(journey: Journey) -> int:
    """How many practices or readings come by themselves, if nothing happens meanwhile."""
    match coming(journey):
        case Mail("check_in"):
            return 0
        case Mail(left=left):
            return left + 1
        case _:
            return 0


def gap_before(journey: Journey, clocks: Clocks) -> timedelta:
    """How long after the mail before it the next thing comes; every gap is doubled for who wants it slower.

    The last gap of the practices counts for all that the clocks do not tell.
    """
    gap = _gap(coming(journey).kind, len(journey.came), clocks)
    return 2 * gap if journey.pace == "slower" else gap


def planned_at(journey: Journey, course: Course) -> datetime:
    """The morning on which the next thing comes, counted from the last."""
    since = journey.counted_from or journey.decided_at
    return morning_after(since, gap_before(journey, course.clocks), *_mornings(journey, course))


def soonest_at(journey: Journey, course: Course, now: datetime) -> datetime:
    """The planned morning, or the next one where that has passed."""
    return max(planned_at(journey, course), morning_next(journey, course, now))


def morning_next(journey: Journey, course: Course, now: datetime) -> datetime:
    """The person's next morning."""
    return next_morning(now, *_mornings(journey, course))


def pause_until(journey: Journey, course: Course, now: datetime) -> datetime:
    """The morning on which a pause that begins now is over."""
    return morning_after(now, course.clocks.readiness_pause, *_mornings(journey, course))


def zone_of(journey: Journey, course: Course) -> str:
    """Whose mornings count."""
    return journey.request.time_zone or course.time_zone


def _mornings(journey: Journey, course: Course) -> tuple[str, time]:
    return zone_of(journey, course), course.clocks.readiness_at


def _gap(kind: Next, come: int, clocks: Clocks) -> timedelta:
    match kind:
        case "practice":
            return clocks.practices[min(come, len(clocks.practices) - 1)]
        case "reading":
            return clocks.readings
        case "check_in":
            return clocks.readiness_check_in
        case "end":
            return clocks.readiness_end
        case _:
            assert_never(kind)
