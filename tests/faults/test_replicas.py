"""Replicas share the work; one that is killed loses nothing, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests import fleet as fleets
from tests.conftest import NatsServer
from tests.fleet import Fleet, address, all_there, check_once, post_all, request, website
from tests.stack import SERVICES, post_until_accepted

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("engine", ["postgresql"]),
]

REQUESTS = 100
TWICE = 20  # of them, posted at both intakes in the same moment
SHARED = ("matching", "notifications")
FAIR = 1 / 10  # of what there was to do; a third would be even


@pytest.fixture
async def fleet(
    tmp_path: Path, nats: NatsServer, database_url: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Fleet]:
    """Two of intake, three of matching, three of notifications, ready."""
    urls = {service: await database_url(service) for service in SERVICES}
    async with fleets.running(tmp_path, nats.url, urls) as fleet:
        await fleet.prepare()
        for service, count in {"intake": 2, "matching": 3, "notifications": 3}.items():
            for _ in range(count):
                fleet.start(service)
        await fleet.until_ready()
        yield fleet


async def test_replicas_share_the_work_and_one_that_is_killed_loses_nothing_and_doubles_nothing(
    fleet: Fleet,
) -> None:
    twice = await post_twice(fleet, range(TWICE))
    once = asyncio.create_task(post_all(fleet, range(TWICE, REQUESTS)))
    await fleet.until_mails(
        lambda mails: len(mails) >= REQUESTS // 2 and all(is_shared(fleet, each) for each in SHARED)
    )
    for service in SHARED:
        fleet.of(service)[0].kill()
    accepted = twice | await once

    mails = await fleet.until_mails(lambda mails: all_there(accepted, mails))
    assert len(accepted) == REQUESTS
    await check_once(fleet, accepted, mails)
    assert [service for service in SHARED if not is_shared(fleet, service)] == []


def is_shared(fleet: Fleet, service: str) -> bool:
    """Whether each of those that run has done a fair part of what they have done together.

    A replica takes up to sixteen mails at once, so while few have gone it may be that one has had no turn.
    """
    parts = [work_of(each) for each in fleet.of(service)]
    print(f"\n{service}: {parts}")
    return min(parts) >= FAIR * sum(parts)


def work_of(replica: fleets.Replica) -> float:
    """How many requests it has matched, or how many mails it has sent."""
    if replica.service == "matching":
        return replica.counted("practice_facts_total", consumer="matching-consultation-requested-v1")
    return replica.counted("practice_deliveries_total", outcome="sent")


async def post_twice(fleet: Fleet, numbers: Sequence[int]) -> dict[str, str]:
    """Each at both intakes in the same moment, under the same key: both give the same receipt."""
    accepted = {}
    async with website() as client:
        for number in numbers:
            said = await asyncio.gather(
                *(
                    post_until_accepted(
                        client, f"{each.url}/v1/consultation-requests", request(number), f"key-{number}"
                    )
                    for each in fleet.of("intake")
                )
            )
            (reference,) = {each["reference"] for each in said}
            accepted[reference] = address(number)
    return accepted
