"""Schedules decide when to look; a failing look is not the last."""

import asyncio
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from shared.database import Database, wake_after_commit
from shared.errors import Retryable
from shared.ticks import Tick, Ticker
from tests.conftest import PATIENCE_SECONDS


class Look:
    """Counts its runs; fails in the ways it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.runs = self.at_once = self.most_at_once = 0
        self._failures = list(failures)
        self.ran = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.ran.set()
        if self._failures:
            raise self._failures.pop(0)


async def wake(database: Database, look: Look) -> None:
    look.ran.clear()
    async with database.transaction() as tx:
        wake_after_commit(tx, "work")
    await asyncio.wait_for(look.ran.wait(), PATIENCE_SECONDS)


async def test_a_tick_runs_at_start_and_after_each_commit_that_wakes_it(database: Database) -> None:
    look = Look(Retryable("not now"), ValueError("a bug"))
    ticker = Ticker(AsyncIOScheduler(), database, [Tick("t", timedelta(hours=1), look, wakes_on="work")])
    ticker.start()
    await asyncio.wait_for(look.ran.wait(), PATIENCE_SECONDS)

    for _ in range(3):
        await wake(database, look)
    await ticker.stop()

    assert look.runs == 4
    assert look.most_at_once == 1


async def test_a_tick_runs_by_the_clock_without_being_woken(database: Database) -> None:
    look = Look()
    ticker = Ticker(AsyncIOScheduler(), database, [Tick("t", timedelta(milliseconds=20), look)])
    ticker.start()

    async with asyncio.timeout(PATIENCE_SECONDS):
        while look.runs < 3:
            await asyncio.sleep(0.01)
    await ticker.stop()


async def test_what_runs_may_finish_when_the_service_stops(database: Database) -> None:
    finished = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        finished.append(True)

    ticker = Ticker(AsyncIOScheduler(), database, [Tick("t", timedelta(hours=1), slow)])
    ticker.start()
    await asyncio.sleep(0.01)
    await ticker.stop()

    assert finished == [True]
