"""A task that is to end does end."""

import asyncio

import pytest

from shared.tasks import ended


async def waits_without_end() -> None:
    await asyncio.Event().wait()


async def swallows_the_first() -> None:
    """What `asyncio.wait_for` of Python 3.11 does when its answer comes together with the cancellation."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


async def fails_when_cancelled() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise OSError("connection lost") from None


@pytest.mark.parametrize("work", [waits_without_end, swallows_the_first, fails_when_cancelled])
async def test_a_task_is_cancelled_until_it_has_ended(work: object) -> None:
    assert callable(work)
    task = asyncio.create_task(work())
    await asyncio.sleep(0)

    await ended(task)

    assert task.done()


async def test_what_has_ended_already_stays_as_it_is() -> None:
    task = asyncio.create_task(asyncio.sleep(0, "done"))
    await task

    await ended(task)

    assert task.result() == "done"
