"""Takes what is waiting: the batching of the house, in one place.

Items submitted one by one are handled as lists of what has gathered meanwhile. Nothing waits for a list to
fill: a lone item goes at once, and lists grow only under load.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Collector(Generic[T, R]):
    """Hands waiting items to `take` as lists of up to `at_once`, one list at a time, in order.

    `take` gives one result an item, in the same order; what it raises reaches everybody in that list.
    """

    def __init__(self, take: Callable[[Sequence[T]], Awaitable[Sequence[R]]], at_once: int) -> None:
        self._take, self._at_once = take, at_once
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def submit(self, item: T) -> R:
        """The result for this item."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await result

    async def _run(self) -> None:
        while self._waiting:
            count = min(self._at_once, len(self._waiting))
            taken = [self._waiting.popleft() for _ in range(count)]
            try:
                results = await self._take([item for item, _ in taken])
            except BaseException as error:
                for _, result in taken:
                    if not result.done():
                        result.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for (_, result), value in zip(taken, results, strict=True):
                if not result.done():
                    result.set_result(value)
