"""What is old enough is taken away from the beginning, and what is left still verifies."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from shared import audit
from shared.database import Database
from tests.audit.conftest import an_entry, head, recorded
from tests.conftest import START

SERVICE = "service:resources"
LATER = START + timedelta(days=7 * 366)


async def forgotten(database: Database, minutes: float) -> int:
    async with database.transaction() as tx:
        before = START + timedelta(minutes=minutes)
        return await audit.forget_before(tx, before, actor=SERVICE, now=LATER)


async def subjects(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [each.entry.subject for each in await audit.load(tx)]


async def test_what_is_left_begins_after_an_entry_that_says_so(database: Database) -> None:
    await recorded(database, *(an_entry(number) for number in range(1, 9)))
    async with database.reading() as tx:
        third = (await audit.load(tx))[2]

    assert await forgotten(database, 4) == 3

    assert await subjects(database) == ["q-4", "q-5", "q-6", "q-7", "q-8", "3"]
    assert await audit.verify(database) == audit.Verified(6, await head(database))
    async with database.reading() as tx:
        anchor = (await audit.load(tx))[-1].entry
    assert anchor == audit.Entry(LATER, SERVICE, audit.FORGOTTEN, "3", detail={"hash": third.hash})


async def test_it_goes_on_and_on(database: Database) -> None:
    await recorded(database, *(an_entry(number) for number in range(1, 5)))
    assert await forgotten(database, 2.5) == 2
    assert await forgotten(database, 3.5) == 1
    assert await forgotten(database, 100) == 1  # up to the first anchor, which is not old
    assert await forgotten(database, 100) == 0

    assert await subjects(database) == ["2", "3", "4"]
    assert await audit.verify(database) == audit.Verified(3, await head(database))


async def test_only_a_beginning_is_forgotten(database: Database) -> None:
    """An entry whose time is earlier than that of the one before waits for that one."""
    await recorded(database, an_entry(5), an_entry(1), an_entry(2))

    assert await forgotten(database, 3) == 0
    assert await subjects(database) == ["q-5", "q-1", "q-2"]


async def test_all_of_it_can_be_forgotten(database: Database) -> None:
    await recorded(database, an_entry(1), an_entry(2))
    assert await forgotten(database, 100) == 2
    await recorded(database, an_entry(3))

    assert await audit.verify(database) == audit.Verified(2, await head(database))


async def test_nothing_is_taken_away_beyond_what_the_chain_says(database: Database) -> None:
    await recorded(database, *(an_entry(number) for number in range(1, 6)))
    await forgotten(database, 3)

    for statement in ("DELETE FROM audit WHERE seq = 3", "DELETE FROM audit"):
        with pytest.raises(IntegrityError):
            async with database.transaction() as tx:
                await tx.exec_driver_sql(statement)

    assert isinstance(await audit.verify(database), audit.Verified)
