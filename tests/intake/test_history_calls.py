"""The tables of calls: they come and go with their revision, and the database refuses what must not be."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.intake import operations, storage
from services.intake.storage.tables import absences, call_minutes, calls, metadata, requests
from shared import migrations
from shared.database import Database
from tests.intake.builders import NOW, CountedIds, a_vault
from tests.intake.calling import DANA, Office, a_coordinator, local

FIRST = local("11-24 09:00")
A_CALL: dict[str, Any] = {
    "id": "c-2",
    "version": 2,
    "sequence": 0,
    "status": "booked",
    "coordinator_id": "lee",
    "starts_at": FIRST,
    "ends_at": FIRST + timedelta(minutes=20),
    "kept_until": FIRST + timedelta(minutes=30),
    "time_zone": "America/Los_Angeles",
    "booked_at": NOW,
    "changed_at": NOW,
    "by": "person",
    "interpreter": [],
    "remind_shortly": False,
    "located_version": 0,
}


async def test_going_back_forgets_calls_and_nothing_else_and_they_can_be_booked_again_afterwards(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("intake")
    database = Database.open(url)
    office = Office.of(database, a_coordinator())
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST)
    await database.close()

    await migrations.downgrade("intake", url, "0002")
    await migrations.upgrade("intake", url)

    database = Database.open(url)
    shown = await operations.show(database, a_vault(), call.reference, "a look", NOW, CountedIds())
    assert shown is not None
    assert shown.words.request_id == request_id
    office = Office.of(database, a_coordinator())
    offer = await office.offer(request_id)
    assert (offer.call, offer.not_offered) == (None, None)
    assert (await office.booked(request_id, FIRST)).version == 1
    await database.close()


async def test_requests_that_came_before_there_were_calls_are_open_for_one(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("intake")
    database = Database.open(url)
    request_id = await Office.of(database).asked()
    await database.close()
    await migrations.downgrade("intake", url, "0002")
    await migrations.upgrade("intake", url)
    database = Database.open(url)
    async with database.reading() as tx:
        ended = await tx.scalar(sa.select(requests.c.referral_ended).where(requests.c.id == request_id))
    assert ended is False
    await database.close()


async def test_every_index_and_key_that_the_code_relies_on_is_there(database: Database) -> None:
    def found(sync: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(sync)
        return {
            table.name: {str(each["name"]) for each in inspector.get_indexes(table.name)}
            for table in (calls, call_minutes, absences)
        }

    async with database.reading() as tx:
        made = await tx.run_sync(found)
    for name, indexes in made.items():
        assert {str(each.name) for each in metadata.tables[name].indexes} <= indexes


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"version": 1, "status": "cancelled"},
        {"status": "elsewhere"},
        {"status": "missed", "ends_at": FIRST},
        {"status": "missed", "kept_until": FIRST},
        {"status": "missed", "sequence": -1},
        {"status": "missed", "request_id": "nobody"},
    ],
    ids=[
        "a second booked",
        "a version twice",
        "no status",
        "no length",
        "kept for less",
        "sequence",
        "nobody's",
    ],
)
async def test_the_database_refuses_a_call_that_must_not_be(office: Office, said: dict[str, Any]) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    with pytest.raises(IntegrityError):
        async with office.database.transaction() as tx:
            await tx.execute(sa.insert(calls).values({**A_CALL, "request_id": request_id, **said}))


async def test_the_database_gives_five_minutes_of_a_coordinator_to_one_call(office: Office) -> None:
    call = await office.booked(await office.asked(), FIRST)
    with pytest.raises(IntegrityError):
        async with office.database.transaction() as tx:
            row = {"coordinator_id": DANA, "at": FIRST + timedelta(minutes=5), "call_id": call.id}
            await tx.execute(sa.insert(call_minutes).values(row))


async def test_the_database_refuses_an_absence_that_ends_before_it_begins(database: Database) -> None:
    row = {"id": "a", "coordinator_id": DANA, "created_at": NOW, "by": "operator"}
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.insert(absences).values({**row, "begins_at": FIRST, "ends_at": FIRST}))
    async with database.reading() as tx:
        assert await storage.load_away(tx, [DANA], NOW) == []
