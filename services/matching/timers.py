"""When matching looks for what is due. What is due is a row; these only say when to look."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from services.matching.handlers import clock as handlers
from services.matching.handlers.digest import announce_digests
from services.matching.handlers.waitlist import Waitlist, ask_who_waits, let_the_silent_go
from services.matching.settings import Terms
from services.matching.storage import PLACES, RosterCache
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids
from shared.ticks import Tick

LOOK_EVERY = timedelta(seconds=5)
LOOK_AT_DAYS_EVERY = timedelta(minutes=1)  # for what is counted in days, or in hours of the morning


def ticks(database: Database, terms: Terms, rosters: RosterCache, clock: Clock, ids: Ids) -> Sequence[Tick]:
    """Matching's ticks; each works until nothing is due. A freed place is given on at once."""
    waitlist = Waitlist(database, terms, rosters, clock)

    async def settle() -> None:
        await _until_done(lambda: handlers.settle_due(database, terms, rosters, clock()))

    async def lapse() -> None:
        await _until_done(lambda: handlers.lapse_unanswered(database, terms, rosters, clock()))

    async def nudge() -> None:
        await _until_done(lambda: handlers.nudge_overdue(database, terms, clock()))

    async def ask() -> None:
        await _until_done(lambda: ask_who_waits(database, terms, clock()))

    async def let_go() -> None:
        await _until_done(lambda: let_the_silent_go(database, terms, clock()))

    async def digest() -> None:
        await announce_digests(database, terms, clock(), ids)

    return (
        Tick("settle_acts", LOOK_EVERY, settle),
        Tick("lapse_offers", LOOK_EVERY, lapse),
        Tick("nudge_overdue", LOOK_EVERY, nudge),
        Tick("match_waiting", LOOK_AT_DAYS_EVERY, waitlist.look, wakes_on=PLACES),
        Tick("ask_who_waits", LOOK_AT_DAYS_EVERY, ask),
        Tick("let_the_silent_go", LOOK_AT_DAYS_EVERY, let_go),
        Tick("send_digests", LOOK_AT_DAYS_EVERY, digest),
    )


async def _until_done(look: Callable[[], Awaitable[bool]]) -> None:
    while await look():
        pass
