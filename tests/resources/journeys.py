"""Journeys without a database, and instants on the wall clock of Los Angeles."""

from datetime import UTC, datetime, time, timedelta

from services.resources.domain.going import begin, go_on
from services.resources.domain.journey import Course, Journey, Moved, Running
from services.resources.domain.request import News
from services.resources.domain.watching import Speaker, Watch
from tests.resources.builders import NOW, a_request

DAY, NINE = timedelta(days=1), time(9)
LA = "America/Los_Angeles"
WATCH = Watch("dana", NOW, (Speaker("dana", ("en", "es")),), NOW)


def begun(course: Course, *kin: News, **told: object) -> Moved:
    request = a_request(**{"concerns": ("grief_loss",), **told})
    return begin("j-1", request, kin, course, WATCH, now=NOW)


def moved(change: Moved | None) -> Journey:
    assert change is not None
    return change.after


def due_at(journey: Journey) -> datetime:
    assert isinstance(journey.standing, Running)
    return journey.standing.next_at


def mailed(journey: Journey, course: Course, mails: int) -> Journey:
    """The journey after so many mails, each announced when it was due."""
    for _ in range(mails):
        journey = moved(go_on(journey, course, due_at(journey)))
    return journey


def la(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant on the wall clock of Los Angeles, said in UTC by hand."""
    summer = datetime(year, 3, 14) <= datetime(year, month, day) < datetime(year, 11, 7)
    return datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(hours=7 if summer else 8)


def facts_of(change: Moved | None) -> tuple[object, ...]:
    assert change is not None
    return change.facts
