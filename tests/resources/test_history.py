"""The history of resources' tables: what was kept before a revision stays, and every promise holds."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.resources import operations, storage
from shared import migrations
from shared.database import Database
from shared.practice import Catalogue, Practice
from tests.conftest import Opener
from tests.history import checks_made, checks_promised
from tests.resources.builders import NOW, a_readiness_request, cleared, silence
from tests.resources.house import Resources

LATER = NOW + timedelta(days=1)


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

    await migrations.downgrade("resources", url, "0001")
    await migrations.upgrade("resources", url)

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
    database = await open_database("resources")

    assert await checks_made(database, storage.metadata) == checks_promised(storage.metadata)
