"""What gathers is taken together; what is bad in it costs only itself."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.errors import Retryable
from shared.messaging.collect import Collector


async def test_a_lone_item_goes_at_once_and_those_that_come_meanwhile_go_together() -> None:
    lists: list[list[int]] = []

    async def take(items: Sequence[int]) -> Sequence[int]:
        lists.append(list(items))
        await asyncio.sleep(0.01)
        return [-item for item in items]

    collector = Collector(take, 3)
    first = asyncio.create_task(collector.submit(1))
    await asyncio.sleep(0.005)
    rest = await asyncio.gather(*(collector.submit(item) for item in (2, 3, 4, 5)))

    assert (await first, rest) == (-1, [-2, -3, -4, -5])
    assert lists == [[1], [2, 3, 4], [5]]


async def test_a_bad_item_costs_only_itself() -> None:
    async def take(items: Sequence[int]) -> Sequence[float]:
        return [1 / item for item in items]

    collector = Collector(take, 64)
    answers = await asyncio.gather(*map(collector.submit, (1, 0, 2)), return_exceptions=True)

    assert (answers[0], answers[2]) == (1.0, 0.5)
    assert isinstance(answers[1], ZeroDivisionError)
    assert await collector.submit(4) == 0.25


async def test_what_can_only_be_waited_for_is_not_tried_again_for_each() -> None:
    calls = 0

    async def take(_items: Sequence[int]) -> Sequence[int]:
        nonlocal calls
        calls += 1
        raise Retryable("away")

    collector = Collector(take, 64)
    for answer in await asyncio.gather(*map(collector.submit, (1, 2, 3)), return_exceptions=True):
        with pytest.raises(Retryable):
            raise answer if isinstance(answer, BaseException) else AssertionError
    assert calls == 1
