"""What is due happens though nobody calls: the ticks of matching look, and a freed place wakes them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services.matching.storage import RosterCache
from services.matching.timers import ticks
from shared.contracts.matching import DigestDue, ReferralOverdue, ReferralProposed, ReferralRequested
from shared.database import Database
from shared.ids import RandomIds
from shared.practice import Practice
from shared.ticks import Tick, Ticker, run_once
from tests.matching.conftest import WriteRoster
from tests.matching.loop import Loop
from tests.matching.waiting import FULL, ONE_FREE, House, facts


def ticks_of(loop: Loop) -> Sequence[Tick]:
    return ticks(loop.database, loop.terms, RosterCache(), loop.clock, RandomIds())


@asynccontextmanager
async def running(loop: Loop) -> AsyncIterator[None]:
    """The ticks run as they do in the service."""
    ticker = Ticker(AsyncIOScheduler(timezone="UTC"), loop.database, ticks_of(loop))
    ticker.start()
    yield
    await ticker.stop()


async def until(loop: Loop, referral_id: str, stage: str) -> None:
    """Waits until the referral stands there; the test's own time limit ends a vain wait."""
    while (await loop.get(referral_id)).stage != stage:
        await asyncio.sleep(0.05)


async def test_each_tick_does_its_own_and_all_of_it(with_three: Database) -> None:
    loop = Loop(with_three)
    due = await loop.request(1)
    await loop.choose(await loop.request(2), "c-a")
    assert (await loop.get(due)).stage == "proposed"
    loop.clock.move(timedelta(hours=4))
    for tick in ticks_of(loop):
        await run_once(tick)

    assert len(await facts(with_three, ReferralRequested)) == 1
    assert [each["reference"] for each in await facts(with_three, ReferralOverdue)] == ["R-00001"]
    assert len(await facts(with_three, DigestDue)) == 3


async def test_a_service_that_starts_looks_at_once(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    house = House(database, practice, write_roster)
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    await house.roster({"id": "c-a", **ONE_FREE})

    async with running(house.loop):
        await until(house.loop, referral_id, "proposed")


async def test_a_place_that_frees_is_given_on_at_once_without_waiting_for_the_minute(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    house = House(database, practice, write_roster)
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)

    async with running(house.loop):
        await asyncio.sleep(0.3)  # the look at the start finds nobody
        assert (await house.loop.get(referral_id)).stage == "waitlisted"
        await house.roster({"id": "c-a", **ONE_FREE})
        begun = asyncio.get_running_loop().time()
        await until(house.loop, referral_id, "proposed")
        assert asyncio.get_running_loop().time() - begun < 30

    assert len(await facts(database, ReferralProposed)) == 1
