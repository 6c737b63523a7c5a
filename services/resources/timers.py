"""What resources looks after by the clock."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from services.resources import storage
from services.resources.handlers.clock import go_on_due
from services.resources.handlers.desk import course_of
from shared.clock import Clock
from shared.database import Database
from shared.practice import Catalogue, Practice
from shared.ticks import Tick

LOOK_EVERY = timedelta(minutes=1)
PURGE_EVERY = timedelta(hours=6)


def ticks(database: Database, practice: Practice, catalogue: Catalogue, clock: Clock) -> tuple[Tick, ...]:
    """Journeys go on when something is due, and are forgotten when the retention of requests is over."""
    course = course_of(practice, catalogue)

    async def go_on() -> None:
        await _until_done(lambda: go_on_due(database, course, clock()))

    async def purge() -> None:
        async with database.transaction() as tx:
            await storage.purge(tx, clock() - practice.retention.requests)

    return (Tick("go_on", LOOK_EVERY, go_on), Tick("purge_journeys", PURGE_EVERY, purge))


async def _until_done(look: Callable[[], Awaitable[bool]]) -> None:
    while await look():
        pass
