"""What two replicas hear at once has its effect once, and an older version none, whoever is first."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from shared.clock import utc_now
from shared.contracts.base import Fact
from shared.database import Database
from shared.messaging.inbox import admit_new
from tests.conftest import PATIENCE_SECONDS
from tests.shared.bus import CONSUMER, prepared

BLOCKED = "SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"


async def hear(database: Database, facts: dict[str, Fact], consumer: str = CONSUMER) -> list[int]:
    """The versions that have an effect."""
    async with database.transaction() as tx:
        return versions(await admit_new(tx, consumer, facts, utc_now()))


def versions(facts: Sequence[Fact]) -> list[int]:
    return [fact.version for fact in facts]


async def until_it_waits(database: Database, hearing: asyncio.Task[list[int]]) -> None:
    """Until the other replica waits for a transaction that is still open; on SQLite it waits to begin."""
    if await engine_of(database) == "sqlite":
        return
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with database.reading() as tx:
                if await tx.scalar(sa.text(BLOCKED)):
                    return
            assert not hearing.done(), "it did not wait"
            await asyncio.sleep(0.01)


async def engine_of(database: Database) -> str:
    async with database.reading() as tx:
        return tx.dialect.name


@pytest.mark.parametrize("known_before", [False, True], ids=["of something new", "of something known"])
async def test_a_version_that_another_replica_overtakes_at_this_moment_has_no_effect(
    known_before: bool, database: Database
) -> None:
    if known_before:
        assert await hear(database, {"e1": prepared(1, version=1)}) == [1]
    async with database.transaction() as tx:
        assert versions(await admit_new(tx, CONSUMER, {"e3": prepared(1, version=3)}, utc_now())) == [3]
        late = asyncio.create_task(hear(database, {"e2": prepared(1, version=2)}, "another consumer"))
        await until_it_waits(database, late)

    assert await late == []


async def test_a_higher_version_that_comes_at_the_same_moment_has_its_effect(database: Database) -> None:
    async with database.transaction() as tx:
        await admit_new(tx, CONSUMER, {"e2": prepared(1, version=2)}, utc_now())
        later = asyncio.create_task(hear(database, {"e3": prepared(1, version=3)}, "another consumer"))
        await until_it_waits(database, later)

    assert await later == [3]
    assert await hear(database, {"e2 again": prepared(1, version=2)}) == []


async def test_a_message_delivered_to_two_replicas_has_its_effect_once(database: Database) -> None:
    async with database.transaction() as tx:
        assert versions(await admit_new(tx, CONSUMER, {"e1": prepared(1)}, utc_now())) == [1]
        repeated = asyncio.create_task(hear(database, {"e1": prepared(1)}))
        await until_it_waits(database, repeated)

    assert await repeated == []


async def test_two_replicas_that_hear_the_same_in_another_order_never_wait_for_each_other(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await admit_new(tx, CONSUMER, {"e1": prepared(1)}, utc_now())
        turned = asyncio.create_task(hear(database, {"e2": prepared(2), "e1": prepared(1)}))
        await until_it_waits(database, turned)
        await admit_new(tx, CONSUMER, {"e2": prepared(2)}, utc_now())

    assert await turned == []
