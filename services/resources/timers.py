"""What resources looks after by the clock."""

from datetime import timedelta

from services.resources import storage
from shared.clock import Clock
from shared.database import Database
from shared.practice import Practice
from shared.ticks import Tick

PURGE_EVERY = timedelta(hours=6)


def ticks(database: Database, practice: Practice, clock: Clock) -> tuple[Tick, ...]:
    """Journeys are forgotten when the practice's retention of requests is over."""

    async def purge() -> None:
        async with database.transaction() as tx:
            await storage.purge(tx, clock() - practice.retention.requests)

    return (Tick("purge_journeys", PURGE_EVERY, purge),)
