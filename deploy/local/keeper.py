"""Keeps one part alive: starts it, waits for its end, starts it again after a pause that grows."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

from deploy.local.child import Child
from deploy.local.console import Say

FIRST_PAUSE = timedelta(milliseconds=200)
LONGEST_PAUSE = timedelta(seconds=5)
PROVEN = timedelta(seconds=2)  # a part that lived this long starts over with the first pause
GRACE = timedelta(seconds=5)  # from "please stop" to "stop now"


def pause_after(lived: timedelta, last: timedelta | None) -> timedelta:
    """How long to wait before the next start: twice the last time, unless it had proven itself."""
    if last is None or lived >= PROVEN:
        return FIRST_PAUSE
    return min(last * 2, LONGEST_PAUSE)


class Keeper:
    """One part and its restarts. `whenever_up` runs beside each of its lives and is cancelled with it."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[Child]],
        say: Say,
        whenever_up: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self.name, self._start, self._say, self._whenever_up = name, start, say, whenever_up
        self._child: Child | None = None
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Starts the part and goes on keeping it."""
        self._life = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def stop(self) -> None:
        """Ends the part for good: asks, waits for `GRACE`, then kills."""
        self._stopping.set()
        if self._life is None:
            return
        if self._child is not None:
            self._child.ask_to_stop()
        done, _ = await asyncio.wait([self._life], timeout=GRACE.total_seconds())
        if not done and self._child is not None:
            self._say("stack", f"{self.name} did not stop within {GRACE.seconds} s and is ended")
            self._child.kill()
        await self._life

    async def _keep(self) -> None:
        pause: timedelta | None = None
        clock = asyncio.get_running_loop().time
        while not self._stopping.is_set():
            born = clock()
            code = await self._one_life()
            if self._stopping.is_set():
                return
            pause = pause_after(timedelta(seconds=clock() - born), pause)
            self._say(
                "stack", f"{self.name} {_how(code)}; starting it again in {pause.total_seconds():.1f} s"
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause.total_seconds())

    async def _one_life(self) -> int:
        self._child = await self._start()
        beside = asyncio.create_task(self._whenever_up()) if self._whenever_up else None
        if self._stopping.is_set():  # asked while it was being started
            self._child.ask_to_stop()
        try:
            return await self._child.wait()
        finally:
            self._child = None
            if beside:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)


def _how(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
