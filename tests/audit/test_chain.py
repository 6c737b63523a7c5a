"""What is recorded stands in the chain with the act, or not at all; and nobody takes it out again."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shared import audit
from shared.database import Database
from shared.errors import Defect
from shared.messaging.tables import inbox
from tests.audit.conftest import SERVICE, an_entry, head, recorded
from tests.conftest import START, Opener

ROW = {"consumer": "c", "event_id": "e", "received_at": START}
CHANGES = [
    "UPDATE audit SET actor = 'coordinator:lee'",
    "UPDATE audit SET detail = '{}' WHERE seq = 2",
    "UPDATE audit SET seq = seq + 10",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE seq = 3",
]
REPLACES = "INSERT OR REPLACE INTO audit SELECT 1, at, actor, act, 'q-9', '', '{}', hash, hash FROM audit"


async def test_an_entry_comes_back_as_it_was_recorded(database: Database) -> None:
    await recorded(database, an_entry(1), an_entry(2, actor="operator:sam", detail={}, purpose=""))

    async with database.reading() as tx:
        kept = await audit.load(tx)
    assert [each.entry for each in kept] == [
        an_entry(1),
        an_entry(2, actor="operator:sam", detail={}, purpose=""),
    ]
    assert [each.seq for each in kept] == [1, 2]


async def test_what_was_not_committed_is_not_on_record_and_leaves_no_gap(database: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with database.transaction() as tx:
            await audit.record(tx, [an_entry(1)])
            raise ValueError("no")
    await recorded(database, an_entry(2))
    await recorded(database)

    assert await audit.verify(database) == audit.Verified(1, await head(database))
    async with database.reading() as tx:
        assert [each.entry for each in await audit.load(tx)] == [an_entry(2)]


async def test_whoever_only_reads_can_record_nothing(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(Defect):
            await audit.record(tx, [an_entry()])


@pytest.mark.parametrize("change", CHANGES)
async def test_the_database_itself_refuses_every_change(database: Database, change: str) -> None:
    await recorded(database, *(an_entry(number) for number in range(1, 6)))
    before = await audit.verify(database)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.exec_driver_sql(change)

    assert await audit.verify(database) == before


async def test_nothing_is_put_in_the_place_of_an_entry(database: Database, engine: str) -> None:
    await recorded(database, an_entry(1))
    statement = REPLACES if engine == "sqlite" else "TRUNCATE audit"

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.exec_driver_sql(statement)

    async with database.reading() as tx:
        assert [each.entry for each in await audit.load(tx)] == [an_entry(1)]


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_who_appends_at_the_same_time_makes_one_chain(database: Database, engine: str) -> None:
    async def writer(name: str) -> None:
        for number in range(1, 26):
            async with database.transaction() as tx:
                await audit.record(tx, [an_entry(number, actor=f"coordinator:{name}"), an_entry(number)])
                await tx.execute(sa.insert(inbox), [ROW | {"event_id": f"{name}-{number}"}])

    await asyncio.gather(*(writer(name) for name in ("dana", "lee", "kim", "alex")))

    assert await audit.verify(database) == audit.Verified(200, await head(database))


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_transaction_that_takes_long_after_recording_holds_nobody_up(
    database: Database, engine: str
) -> None:
    async with database.transaction() as slow:
        await audit.record(slow, [an_entry(1)])
        await asyncio.wait_for(recorded(database, an_entry(2)), 30)

    async with database.reading() as tx:
        assert [each.entry.subject for each in await audit.load(tx)] == ["q-2", "q-1"]


async def test_entries_are_found_by_whom_about_whom_and_since_when(database: Database) -> None:
    await recorded(
        database,
        an_entry(1),
        an_entry(2, actor="operator:sam"),
        an_entry(3, actor="operator:kim"),
        an_entry(3, actor="person:q-3"),
    )

    async with database.reading() as tx:
        subjects = await audit.load(tx, subjects=["q-1", "q-2"])
        operators = await audit.load(tx, actor="operator:")
        sam = await audit.load(tx, actor="operator:sam")
        later = await audit.load(tx, since=START + timedelta(minutes=2))
        newest = await audit.load(tx, at_most=1)

    assert [[each.seq for each in found] for found in (subjects, operators, sam, later, newest)] == [
        [1, 2],
        [2, 3],
        [2],
        [2, 3, 4],
        [4],
    ]


@pytest.mark.parametrize("field", ["actor", "act", "subject", "purpose"])
@pytest.mark.parametrize("said", ["Sam Rivera", "sam@example.org", "año", "x" * 121, "line\nbreak"])
def test_words_and_addresses_are_no_codes(field: str, said: str) -> None:
    with pytest.raises(Defect) as refusal:
        an_entry(1, **{field: said})

    assert said not in str(refusal.value)


@pytest.mark.parametrize("detail", [{"why": "she was sad"}, {"to": "sam@example.org"}, {"a b": 1}])
def test_nor_do_they_stand_in_a_detail(detail: dict[str, str | int]) -> None:
    with pytest.raises(Defect):
        an_entry(1, detail=detail)


def test_an_actor_says_of_what_kind_it_is() -> None:
    with pytest.raises(Defect):
        an_entry(1, actor="dana")


async def test_each_service_has_such_a_table(open_database: Opener) -> None:
    for service in ("intake", "matching", "notifications", SERVICE):
        database = await open_database(service)
        await recorded(database, an_entry(1))
        assert await audit.verify(database) == audit.Verified(1, await head(database))
