"""Ticks: APScheduler decides when to look, the database decides what is due.

A tick runs by the clock and, when it names a signal, at once after a commit that set it. Two runs of one tick
never overlap; a wake-up during a run leads to one more run after it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from shared.database import Database
from shared.errors import Retryable
from shared.logs import described, get_logger
from shared.tasks import ended

log = get_logger(__name__)
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to look after, every so often."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]
    wakes_on: str | None = None


class Ticker:
    """Runs the ticks of one service on APScheduler, in memory: what is due is a row, never a job."""

    def __init__(self, scheduler: AsyncIOScheduler, database: Database, ticks: Sequence[Tick]) -> None:
        self._scheduler, self._database = scheduler, database
        self._wakes = {tick.name: self._signal_of(tick) for tick in ticks}
        self._ticks = ticks
        self._tasks: list[asyncio.Task[None]] = []
        self._running: set[str] = set()
        self._stopping = False

    def start(self) -> None:
        """Starts looking; every tick looks once at once."""
        for tick in self._ticks:
            wake = self._wakes[tick.name]
            wake.set()
            self._tasks.append(asyncio.create_task(self._loop(tick, wake), name=f"tick {tick.name}"))
            self._scheduler.add_job(
                wake.set,
                "interval",
                seconds=tick.every.total_seconds(),
                id=tick.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def look(self) -> None:
        """Every tick looks now: somebody moved the clock."""
        for wake in self._wakes.values():
            wake.set()

    @property
    def at_rest(self) -> bool:
        """No tick runs, and none has been woken."""
        return not self._running and not any(wake.is_set() for wake in self._wakes.values())

    async def stop(self) -> None:
        """Lets what runs finish, for a while, and starts nothing more."""
        self._stopping = True
        with suppress(Exception):
            self._scheduler.shutdown(wait=False)
        for wake in self._wakes.values():
            wake.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            await asyncio.gather(*map(ended, late))

    def _signal_of(self, tick: Tick) -> asyncio.Event:
        return self._database.signal(tick.wakes_on) if tick.wakes_on else asyncio.Event()

    async def _loop(self, tick: Tick, wake: asyncio.Event) -> None:
        while True:
            await wake.wait()
            wake.clear()
            if self._stopping:
                return
            self._running.add(tick.name)
            await run_once(tick)
            self._running.discard(tick.name)


async def run_once(tick: Tick) -> None:
    """Runs the tick; what it raises is logged and the tick lives on."""
    try:
        await tick.run()
    except Retryable as error:
        log.warning("tick.waits", tick=tick.name, **described(error))
    except Exception as error:
        log.error("tick.failed", tick=tick.name, **described(error))
