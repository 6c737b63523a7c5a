"""The history of resources' tables: what was kept before a revision stays, and every promise holds."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from services.resources import operations, storage
from shared.database import Database
from shared.practice import Catalogue, Practice
from tests.conftest import Opener
from tests.resources.builders import NOW, a_readiness_request, cleared, silence
from tests.resources.house import Resources

MIGRATIONS = Path(storage.__file__).parent / "migrations"
LATER = NOW + timedelta(days=1)


async def move(url: str, direction: Callable[[Config, str], object], revision: str, *before: str) -> None:
    """Takes the database to this revision, after these statements."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")

    def work(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        direction(config, revision)

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in before:
            await connection.execute(sa.text(statement))
        await connection.run_sync(work)
    await engine.dispose()


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("resources")


async def test_whoever_waited_before_codes_were_kept_waits_for_a_coordinator_once_cleared(
    url: str, practice: Practice, catalogue: Catalogue
) -> None:
    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    crisis = a_readiness_request(1, safety_level="crisis", flags=("danger_at_home",))
    await resources.hear(crisis, a_readiness_request(2), a_readiness_request(3))
    await resources.hear_of_contact(silence(3), silence(4))
    before = [await operations.explain(database, f"R-0000{number}") for number in (1, 2, 3)]
    await database.close()
    left_by_a_power_cut = "CREATE TABLE _alembic_tmp_journeys (id INTEGER)"

    await move(url, command.downgrade, "0001")
    await move(url, command.upgrade, "head", left_by_a_power_cut)

    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    assert before == [await operations.explain(database, f"R-0000{number}") for number in (1, 2, 3)]
    await resources.hear_cleared(cleared(1), cleared(2), cleared(3), at=LATER)
    await resources.hear(a_readiness_request(4), at=LATER)
    assert [each.request_id for each in await resources.announced()] == ["req-2", "req-3"]
    [waiting] = await operations.open_journeys(database)
    assert (waiting["reference"], waiting["why"]) == ("R-00001", "codes_not_kept")
    assert (waiting["owner"], waiting["next_action"]) == ("dana", "review_hold")
    await database.close()


async def test_the_history_makes_every_promise_that_the_code_relies_on(open_database: Opener) -> None:
    def checks(sync: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(sync)
        return {
            name: {str(each["name"]) for each in inspector.get_check_constraints(name)}
            for name in storage.metadata.tables
        }

    database = await open_database("resources")
    async with database.reading() as tx:
        found = await tx.run_sync(checks)

    assert found == {
        name: {str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
        for name, table in storage.metadata.tables.items()
    }
