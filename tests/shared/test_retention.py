"""What has reached the end of its time goes, to the second, and each run leaves a row that says what went."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from shared.database import Database
from shared.messaging import dead_letters, inbox, outbox
from shared.messaging.dead_letters import Letter
from shared.messaging.retention import OF_MESSAGES, hold, legal_holds, lift, runs, standings, sweep
from shared.messaging.tables import dead_letters as letters
from shared.messaging.tables import inbox as handled
from shared.messaging.tables import outbox as told
from tests.conftest import START, Opener
from tests.shared.test_forget import THEIRS, withdrawn

SECOND = timedelta(seconds=1)
CLOCKS = {"outbox": timedelta(days=14), "inbox": timedelta(days=30), "dead_letters": timedelta(days=90)}
TABLES = {"outbox": told, "inbox": handled, "dead_letters": letters}


@pytest.fixture
async def database(open_database: Opener) -> Database:
    database = await open_database("messaging")
    fact = withdrawn(THEIRS)
    async with database.transaction() as tx:
        await outbox.announce(tx, [fact, fact], now=START)
        await outbox.mark_published(tx, None, {1: 1}, "a stream", START)
        await inbox.admit_new(tx, "matching-x", {"1": fact}, START)
        for each in ("1", "2"):
            await dead_letters.park(tx, Letter("c", "s", each, {}, b"", 1), "rejected", START)
        closed = sa.update(letters).where(letters.c.event_id == "1")
        await tx.execute(closed.values(closed_at=START, closed_as="discarded"))
    return database


async def rows(database: Database, what: str) -> int:
    async with database.reading() as tx:
        return int(await tx.scalar(sa.select(sa.func.count()).select_from(TABLES[what])) or 0)


async def due(database: Database, now: datetime) -> dict[str, int]:
    return {each.what: each.due for each in await standings(database, OF_MESSAGES, now) if each.due}


@pytest.mark.parametrize("what", CLOCKS)
async def test_each_clock_is_kept_to_the_second(database: Database, what: str) -> None:
    """What still waits, and what nobody has closed, stays for ever."""
    before, end = await rows(database, what), START + CLOCKS[what]

    await sweep(database, OF_MESSAGES, end)
    assert await rows(database, what) == before
    assert what not in await due(database, end)

    assert (await due(database, end + SECOND))[what] == 1
    taken = await sweep(database, OF_MESSAGES, end + SECOND)

    assert taken[what] == 1
    assert await rows(database, what) == before - 1


async def test_each_run_leaves_what_it_took_also_where_that_is_nothing(database: Database) -> None:
    later = START + timedelta(days=15)
    await sweep(database, OF_MESSAGES, START)
    await sweep(database, OF_MESSAGES, later)
    await sweep(database, OF_MESSAGES, later + SECOND)

    async with database.reading() as tx:
        ran = {row.ran_at: row.taken for row in await tx.execute(sa.select(runs))}
    assert ran == {START: {}, later: {"outbox": 1}, later + SECOND: {}}
    shown = next(each for each in await standings(database, OF_MESSAGES, later) if each.what == "outbox")
    assert (shown.last_run_at, shown.last_taken_at, shown.last_taken) == (later + SECOND, later, 1)


async def test_looking_takes_nothing(database: Database) -> None:
    far = START + timedelta(days=900)

    assert set(await due(database, far)) == set(CLOCKS)

    assert {what: await rows(database, what) for what in CLOCKS} == {
        "outbox": 2,
        "inbox": 1,
        "dead_letters": 2,
    }


async def test_a_hold_is_heard_once_and_lifted(database: Database) -> None:
    await hold(database, [THEIRS], START)
    await hold(database, [THEIRS, "other"], START)
    await lift(database, ["other"])

    async with database.reading() as tx:
        assert list(await tx.scalars(sa.select(legal_holds.c.request_id))) == [THEIRS]
