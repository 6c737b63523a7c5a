"""What resources looks after by the clock."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from services.resources import storage
from services.resources.handlers.clock import go_on_due
from services.resources.handlers.desk import course_of
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.messaging.forget import forget
from shared.messaging.retention import Rule
from shared.practice import Catalogue, Practice
from shared.practice.clocks import Retention
from shared.ticks import Tick

LOOK_EVERY = timedelta(minutes=1)


def ticks(database: Database, practice: Practice, catalogue: Catalogue, clock: Clock) -> tuple[Tick, ...]:
    """Journeys go on when something is due."""
    course = course_of(practice, catalogue)

    async def go_on() -> None:
        await _until_done(lambda: go_on_due(database, course, clock()))

    return (Tick("go_on", LOOK_EVERY, go_on),)


def rules(retention: Retention) -> Sequence[Rule]:
    """What the clocks of the practice say of journeys that are over, and of what was heard of requests."""

    async def take(tx: Transaction, before: datetime, now: datetime) -> int:
        names = await storage.purge(tx, before)
        await forget(tx, names)
        return len(names)

    return (Rule("journeys", retention.requests, storage.count_over, take),)


async def _until_done(look: Callable[[], Awaitable[bool]]) -> None:
    while await look():
        pass
