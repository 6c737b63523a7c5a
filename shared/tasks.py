"""Ending a task for certain."""

import asyncio
from typing import Any

AGAIN_SECONDS = 0.1


async def ended(task: asyncio.Task[Any]) -> None:
    """Cancels the task until it has ended, whatever it ends with; what it raises is nobody's any more.

    Once is not enough: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes together with
    its answer (python/cpython#86296), and a task that then waits on would be waited for without end.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_SECONDS)
    if not task.cancelled():
        task.exception()
