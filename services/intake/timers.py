"""What intake looks after by the clock: nothing is kept longer than the practice says; a crisis that nobody
has is told to the next ones, and an alert that is not known to have left goes the second way.
"""

from datetime import timedelta

from services.intake import storage
from shared.clock import Clock
from shared.database import Database
from shared.logs import get_logger
from shared.practice.clocks import Retention
from shared.ticks import Tick

log = get_logger(__name__)
PURGE_EVERY = timedelta(hours=6)


async def purge(database: Database, retention: Retention, clock: Clock) -> storage.Purged:
    """Deletes what has reached the end of its time: keys of posts, discarded requests, old records."""
    now = clock()
    async with database.transaction() as tx:
        await storage.adopt_accesses(tx)
        purged = await storage.purge(
            tx,
            now=now,
            claims_before=now - retention.idempotency,
            closed_before=now - retention.requests,
            accesses_before=now - retention.access_log,
        )
    if purged.requests:
        log.info("requests.purged", count=purged.requests)
    return purged


def ticks(database: Database, retention: Retention, clock: Clock) -> tuple[Tick, ...]:
    """Intake's ticks."""

    async def run() -> None:
        await purge(database, retention, clock)

    return (Tick("purge_intake", PURGE_EVERY, run),)
