"""When matching looks for what is due. What is due is a row; these only say when to look."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from services.matching.handlers import clock as handlers
from services.matching.settings import Terms
from services.matching.storage import RosterCache
from shared.clock import Clock
from shared.database import Database
from shared.ticks import Tick

LOOK_EVERY = timedelta(seconds=5)


def ticks(database: Database, terms: Terms, rosters: RosterCache, clock: Clock) -> Sequence[Tick]:
    """Matching's ticks; each works until nothing is due."""

    async def settle() -> None:
        await _until_done(lambda: handlers.settle_due(database, terms, rosters, clock()))

    async def lapse() -> None:
        await _until_done(lambda: handlers.lapse_unanswered(database, terms, rosters, clock()))

    async def nudge() -> None:
        await _until_done(lambda: handlers.nudge_overdue(database, terms, clock()))

    return (
        Tick("settle_acts", LOOK_EVERY, settle),
        Tick("lapse_offers", LOOK_EVERY, lapse),
        Tick("nudge_overdue", LOOK_EVERY, nudge),
    )


async def _until_done(look: Callable[[], Awaitable[bool]]) -> None:
    while await look():
        pass
