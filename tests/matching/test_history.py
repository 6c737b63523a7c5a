"""The history of matching's tables: what was kept stays, and an upgrade is all or nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.matching import storage
from shared import migrations
from shared.database import Database
from shared.practice import Practice
from tests.history import checks_made, checks_promised
from tests.matching.conftest import WriteRoster
from tests.matching.loop import DANA, Loop
from tests.matching.waiting import House


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("matching")


@pytest.fixture
async def lived(url: str, practice: Practice, write_roster: WriteRoster) -> str:
    """A database in which referrals are proposed, offered, introduced, closed as a duplicate, and pending."""
    database = Database.open(url)
    house = House(database, practice, write_roster)
    await house.roster({"id": "c-a"}, {"id": "c-b"}, {"id": "c-c"})
    loop = house.loop
    await loop.request(1)
    await loop.offered(2, "c-a")
    await loop.introduced(3, "c-b")
    await loop.acts.close(await loop.request(4), DANA, 1, "duplicate")
    await loop.pass_time()
    await loop.acts.close(await loop.request(5), DANA, 1, "unreachable")
    await database.close()
    return url


async def test_the_history_makes_every_promise_that_the_code_relies_on(database: Database) -> None:
    assert await checks_made(database, storage.metadata) == checks_promised(storage.metadata)


async def test_the_older_form_keeps_every_referral_in_its_owners_hands(lived: str) -> None:
    await migrations.downgrade("matching", lived, "0001")

    database = Database.open(lived)
    async with database.reading() as tx:
        query = (
            "SELECT state, stage, next_action, closed_at IS NULL AS open FROM referrals ORDER BY reference"
        )
        kept = [tuple(row) for row in await tx.execute(sa.text(query))]
        owned = await tx.scalar(sa.text("SELECT count(*) FROM referrals WHERE owner <> ''"))
    await database.close()
    assert owned == 5
    assert kept == [
        ("draft", "proposed", "reach_out", True),
        ("on-hold", "held", "review_hold", True),
        ("on-hold", "held", "review_hold", True),
        ("cancelled", "in_error", None, False),
        ("failed", "failed", None, False),
    ]


async def test_a_referral_from_before_is_decided_again_by_a_person(lived: str) -> None:
    await migrations.downgrade("matching", lived, "0001")
    await migrations.upgrade("matching", lived)

    database = Database.open(lived)
    loop = Loop(database)
    referral_id = await loop.referral_of("q-1")
    done = await loop.acts.close(referral_id, DANA, (await loop.get(referral_id)).version, "chose_other")
    await loop.pass_time()
    await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)
    await loop.pass_time()
    again = await loop.get(referral_id)
    async with database.reading() as tx:
        clinicians = await storage.load_clinicians(tx)
        differences = await tx.run_sync(_differences)
    await database.close()
    assert done is not None
    assert (again.stage, again.standing.why) == ("held", "state_unknown")
    assert [(each.record.capacity, each.held, each.taken) for each in clinicians] == [(10, 0, 0)] * 3
    assert differences == []


async def test_an_upgrade_that_is_cut_off_leaves_everything_as_it_was(lived: str) -> None:
    await migrations.downgrade("matching", lived, "0001")
    await _run(lived, "UPDATE clinicians SET record = '{}' WHERE clinician_id = 'c-c'")  # stops it half-way
    before = await _columns(lived)

    with pytest.raises(KeyError, match="capacity"):
        await migrations.upgrade("matching", lived)

    assert await _columns(lived) == before
    assert not await migrations.is_current("matching", lived)
    await _run(
        lived, "UPDATE clinicians SET record = (SELECT record FROM clinicians WHERE clinician_id = 'c-a')"
    )
    await migrations.upgrade("matching", lived)
    assert await migrations.is_current("matching", lived)


def _differences(connection: sa.Connection) -> list[Any]:
    found = compare_metadata(MigrationContext.configure(connection), storage.metadata)
    return [each for each in found if "alembic_version" not in str(each)]


async def _columns(url: str) -> dict[str, list[str]]:
    """Every table with its columns."""

    def look(connection: sa.Connection) -> dict[str, list[str]]:
        inspector = sa.inspect(connection)
        return {
            name: [each["name"] for each in inspector.get_columns(name)]
            for name in inspector.get_table_names()
        }

    database = Database.open(url)
    async with database.reading() as tx:
        found = await tx.run_sync(look)
    await database.close()
    return found


async def _run(url: str, statement: str) -> None:
    database = Database.open(url)
    async with database.transaction() as tx:
        await tx.execute(sa.text(statement))
    await database.close()
