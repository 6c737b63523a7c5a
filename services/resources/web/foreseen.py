"""What a press would mean, decided as the press itself is and kept nowhere: so that no page counts days."""

from collections.abc import Callable
from datetime import datetime

from services.resources import storage
from services.resources.domain import acting
from services.resources.domain.going import renewed
from services.resources.domain.journey import Course, Journey, Moved
from services.resources.domain.seen import Pace, Seen
from services.resources.domain.telling import seen_of
from services.resources.handlers.desk import course_of
from services.resources.web.front import Front
from services.resources.web.visit import Visit

Decide = Callable[[Journey, Course, datetime], Moved | None]


async def if_paused(front: Front, visit: Visit) -> Seen:
    """The journey as it would rest."""
    return await _foreseen(front, visit, acting.rest)


async def if_resumed(front: Front, visit: Visit) -> Seen:
    """The journey as it would go on from a rest."""
    return await _foreseen(front, visit, acting.resume)


async def if_kept(front: Front, visit: Visit) -> Seen:
    """The journey as it would go on with short readings."""
    return await _foreseen(front, visit, acting.keep)


async def at_pace(front: Front, visit: Visit, pace: Pace) -> Seen:
    """The journey as it would go on at this pace."""

    def change(journey: Journey, course: Course, now: datetime) -> Moved | None:
        return acting.change_pace(journey, pace, course, now)

    return await _foreseen(front, visit, change)


async def _foreseen(front: Front, visit: Visit, decide: Decide) -> Seen:
    """As it stands where the press would change nothing."""
    course = course_of(front.practice, front.catalogue)
    async with front.database.reading() as tx:
        found = await storage.load_journey(tx, visit.seen.journey_id)
    if found is None:
        return visit.seen
    moved = decide(renewed(found, course), course, visit.at)
    if moved is None:
        return visit.seen
    return seen_of(moved.after, course, silenced=visit.seen.silenced, moved_at=visit.seen.moved_at)
