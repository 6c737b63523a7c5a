"""Takes what is waiting: the batching of the house, in one place.

Items submitted one by one are handled as lists of what has gathered meanwhile. Nothing waits for a list to
fill: a lone item goes at once, and lists grow only under load. When a list fails, its items are tried one by
one, so that a bad one costs only itself.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from shared.errors import Retryable

T = TypeVar("T")
R = TypeVar("R")


class Collector(Generic[T, R]):
    """Hands waiting items to `take` as lists of up to `at_once`, one list at a time, in order.

    `take` gives one result an item, in the same order, or leaves nothing behind and raises: Retryable reaches
    everybody in that list, anything else only the items that raise it alone.
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
            await self._handle([self._waiting.popleft() for _ in range(count)])

    async def _handle(self, taken: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._take([item for item, _ in taken])
        except BaseException as error:
            if len(taken) > 1 and isinstance(error, Exception) and not isinstance(error, Retryable):
                for each in taken:
                    await self._handle([each])
                return
            for _, result in taken:
                if not result.done():
                    result.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for (_, result), value in zip(taken, results, strict=True):
                if not result.done():
                    result.set_result(value)
