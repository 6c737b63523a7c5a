"""The border to the databases."""

import asyncio

import pytest
import sqlalchemy as sa

from shared.database import Database, insert_new, wake_after_commit
from shared.errors import Misconfigured, Retryable
from shared.messaging.tables import inbox
from tests.conftest import START

ROW = {"consumer": "c", "event_id": "e", "received_at": START}


async def test_what_fails_in_a_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with database.transaction() as tx:
            await tx.execute(sa.insert(inbox), [ROW])
            raise ValueError("no")

    async with database.reading() as tx:
        assert (await tx.execute(sa.select(inbox))).all() == []


async def test_a_signal_is_set_after_the_commit_and_only_then(database: Database) -> None:
    signal = database.signal("work")

    async with database.transaction() as tx:
        wake_after_commit(tx, "work")
        assert not signal.is_set()
    assert signal.is_set()

    signal.clear()
    with pytest.raises(ValueError, match="no"):
        async with database.transaction() as tx:
            wake_after_commit(tx, "work")
            raise ValueError("no")
    async with database.transaction() as tx:
        await tx.execute(sa.insert(inbox), [ROW])
    assert not signal.is_set()


async def test_only_rows_that_are_new_are_inserted_and_named(database: Database) -> None:
    async with database.transaction() as tx:
        first = await insert_new(tx, inbox, [ROW], returning=inbox.c.event_id)
        second = await insert_new(tx, inbox, [ROW, ROW | {"event_id": "f"}], returning=inbox.c.event_id)

    assert (first, second) == ({"e"}, {"f"})


async def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(sa.insert(inbox), [ROW])
    async with database.reading() as tx:
        found = await tx.scalar(sa.select(inbox.c.received_at))

    assert found == START
    assert found.utcoffset().total_seconds() == 0


async def test_many_writers_at_once_all_succeed(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as tx:
            count = await tx.scalar(sa.select(sa.func.count()).select_from(inbox))
            await tx.execute(sa.insert(inbox), [ROW | {"event_id": f"{number}-{count}"}])

    await asyncio.gather(*(write(number) for number in range(40)))

    async with database.reading() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(inbox)) == 40


async def test_a_cancelled_writer_does_not_wedge_the_next(database: Database) -> None:
    async def write_slowly() -> None:
        async with database.transaction() as tx:
            await tx.execute(sa.insert(inbox), [ROW])
            await asyncio.Event().wait()

    task = asyncio.create_task(write_slowly())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with database.transaction() as tx:
        assert await insert_new(tx, inbox, [ROW], returning=inbox.c.event_id) == {"e"}


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_who_loses_a_deadlock_may_try_again(database: Database) -> None:
    both_hold = asyncio.Barrier(2)

    async def take(first: str, second: str) -> None:
        async with database.transaction() as tx:
            await tx.execute(sa.update(inbox).where(inbox.c.event_id == first).values(consumer=first))
            await both_hold.wait()
            await tx.execute(sa.update(inbox).where(inbox.c.event_id == second).values(consumer=first))

    async with database.transaction() as tx:
        await tx.execute(sa.insert(inbox), [ROW, ROW | {"event_id": "f"}])

    ended = await asyncio.gather(take("e", "f"), take("f", "e"), return_exceptions=True)

    assert sorted(type(each) for each in ended if each) == [Retryable]


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_server_without_a_connection_to_spare_may_have_one_later(
    database: Database, database_url
) -> None:
    url = sa.make_url(await database_url("messaging"))
    full = Database.open(url.set(username="nobody_more").render_as_string(hide_password=False))
    async with database.transaction() as tx:
        await tx.execute(sa.text("CREATE ROLE nobody_more LOGIN CONNECTION LIMIT 0"))

    with pytest.raises(Retryable):
        async with full.transaction():
            raise AssertionError("connected")

    await full.close()
    async with database.transaction() as tx:
        await tx.execute(sa.text("DROP ROLE nobody_more"))


async def test_a_second_replica_on_one_sqlite_file_is_told_to_use_postgresql(tmp_path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'matching.db'}"
    first = Database.open(url, exclusive="matching")

    with pytest.raises(Misconfigured, match="use PostgreSQL"):
        Database.open(url, exclusive="matching")

    await first.close()
    await Database.open(url, exclusive="matching").close()
