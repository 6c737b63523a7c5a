"""The watchdog: a thread that ends the process when its event loop has stopped turning.

A frozen loop answers no health check and handles nothing, yet looks alive from outside; whoever runs the
process starts it again.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

STALE_AFTER = timedelta(seconds=30)
EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


class Watchdog:
    """Ends the process when `beat` was not called for `stale_after`."""

    def __init__(
        self,
        *,
        stale_after: timedelta = STALE_AFTER,
        end: Callable[[int], None] = os._exit,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stale_after, self._end, self._ticks = stale_after.total_seconds(), end, ticks
        self._last = ticks()
        self._stopped = threading.Event()

    def beat(self) -> None:
        """The loop is turning."""
        self._last = self._ticks()

    def check(self) -> None:
        """Ends the process if the last beat is too old."""
        if self._ticks() - self._last > self._stale_after:
            sys.stderr.write('{"event": "watchdog.ended", "why": "event loop frozen"}\n')
            self._end(EXIT_CODE)

    async def run(self) -> None:
        """Beats once a second while a thread checks; until cancelled."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        try:
            while True:
                self.beat()
                await asyncio.sleep(1)
        finally:
            self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(min(5.0, self._stale_after / 3)):
            self.check()
