"""Three NATS servers: whichever leads is killed under load, and everything accepted comes to its end once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import nats
import pytest
from nats.errors import TimeoutError as NatsTimeout
from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

from deploy.house import listened
from shared.clock import utc_now
from shared.contracts.intake import ConsultationWithdrawn
from shared.ids import new_id
from shared.messaging.entrance import options_of
from shared.messaging.provision import provision
from shared.messaging.rights import inbox_prefix
from shared.messaging.topology import SERVICES
from tests import cluster as clusters
from tests import fleet as fleets
from tests.cluster import NAMES, NatsCluster
from tests.fleet import Fleet, all_there, check_once, post_all
from tests.stack import SERVICES as PROCESSES

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

REQUESTS = 90
WITHOUT_QUORUM = 5
LONGEST_GAP = timedelta(seconds=30)
REFUSED = (NoStreamResponseError, ServiceUnavailableError, NatsTimeout, asyncio.TimeoutError)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[NatsCluster]:
    async with clusters.running(tmp_path / "nats") as running:
        yield running


@pytest.fixture
async def fleet(
    tmp_path: Path, cluster: NatsCluster, database_url: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Fleet]:
    """One of intake, matching and notifications, ready, on streams that three servers keep."""
    urls = {service: await database_url(service) for service in PROCESSES}
    async with fleets.running(tmp_path, cluster.url, urls, cluster.seeds) as fleet:
        await fleet.prepare(replicas=3)
        for service in ("intake", "matching", "notifications"):
            fleet.start(service)
        await fleet.until_ready()
        yield fleet


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_the_leader_is_killed_under_load_and_nothing_is_lost_or_done_twice(
    cluster: NatsCluster, fleet: Fleet
) -> None:
    posting = asyncio.create_task(post_all(fleet, range(REQUESTS), at_once=4))
    await fleet.until_mails(lambda mails: len(mails) >= REQUESTS // 3)
    first = await cluster.leader("intake")
    cluster.kill(first)
    await fleet.until_mails(lambda mails: len(mails) >= REQUESTS)
    cluster.start(first)
    await cluster.until_well()
    second = await cluster.leader("matching")
    cluster.kill(second)
    cluster.start(second)
    accepted = await posting

    mails = await fleet.until_mails(lambda mails: all_there(accepted, mails))
    await check_once(fleet, accepted, mails)
    gap = await longest_wait(fleet)
    print(f"\nkilled {first}, then {second}; no fact waited longer than {gap.total_seconds():.1f} s")
    assert gap < LONGEST_GAP

    await cluster.until_well()
    await without_quorum(cluster, fleet)


async def without_quorum(cluster: NatsCluster, fleet: Fleet) -> None:
    """One server alone takes nothing; people are answered all the same, and with a second it all goes on."""
    left, *others = NAMES
    cluster.kill(*others)
    with pytest.raises(REFUSED):
        await publish(cluster, left)

    accepted = await post_all(fleet, range(1000, 1000 + WITHOUT_QUORUM))
    waiting = await fleet.rows("intake", "SELECT 1 FROM outbox WHERE published_at IS NULL")
    assert len(waiting) >= WITHOUT_QUORUM
    before = len(fleet.mails.taken)
    cluster.start(others[0])

    mails = await fleet.until_mails(lambda mails: all_there(accepted, mails[before:]))
    assert len({mail.message_id for mail in mails[before:]}) == len(mails) - before == 2 * WITHOUT_QUORUM


async def longest_wait(fleet: Fleet) -> timedelta:
    """The longest that a fact of intake's or matching's waited for its stream."""
    query = "SELECT max(published_at - created_at) AS longest FROM outbox"
    found = [(await fleet.rows(service, query))[0]["longest"] for service in ("intake", "matching")]
    return max(found)


async def publish(cluster: NatsCluster, server: str) -> None:
    """Offers a fact of intake's to the server that is left."""
    fact = ConsultationWithdrawn(
        version=1,
        request_id=new_id(),
        reference="R-00000",
        person_id=new_id(),
        withdrawn_at=utc_now(),
        why="withdrawn",
    )
    at = options_of(cluster.settings("intake")) | {"servers": cluster.address(server)}
    connection = await nats.connect(**at, inbox_prefix=inbox_prefix("intake"))
    try:
        said = fact.model_dump_json().encode()
        await connection.jetstream(timeout=2).publish(fact.subject(), said, stream="INTAKE")
    finally:
        await connection.close()


async def test_streams_that_one_server_keeps_are_kept_by_three_once_provisioned_so(
    cluster: NatsCluster,
) -> None:
    provisioner = cluster.settings("provisioner")
    await provision(provisioner, listened(), replicas=1)
    made = [(await cluster.stream(service)).created for service in SERVICES]
    assert await copies(cluster) == [1] * len(SERVICES)

    await provision(provisioner, listened(), replicas=3)
    await cluster.until_well()

    assert await copies(cluster) == [3] * len(SERVICES)
    assert [(await cluster.stream(service)).created for service in SERVICES] == made


async def copies(cluster: NatsCluster) -> Sequence[int]:
    """How many servers keep each stream."""
    infos = [await cluster.stream(service) for service in SERVICES]
    return [1 + len(info.cluster.replicas or ()) if info.cluster else 0 for info in infos]
