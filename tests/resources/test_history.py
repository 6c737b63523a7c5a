"""The history of resources' tables: what was kept before a revision stays, and every promise holds."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

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


async def test_what_was_kept_before_journeys_went_on_stays_and_goes_on_where_it_can(
    url: str, practice: Practice, catalogue: Catalogue
) -> None:
    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    crisis = a_readiness_request(1, safety_level="crisis", flags=("partner_violence",))
    await resources.hear(crisis, a_readiness_request(2), a_readiness_request(3))
    await resources.hear_of_contact(silence(3), at=LATER)
    await database.close()

    await migrations.downgrade("resources", url, "0002")
    await migrations.upgrade("resources", url)

    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    listed = await resources.acts.view(await resources.journey_id(2), LATER)
    assert listed is not None
    assert (listed.state, listed.why, listed.next_at) == ("stopped", "ended", None)
    assert (listed.time_zone, listed.listed_at) == (practice.time_zone, NOW)
    assert [each["name"] for each in await operations.trail(database, "R-00002")] == ["reading_list.prepared"]
    silenced = await operations.trail(database, "R-00003")
    assert [(each["name"], each["at"]) for each in silenced] == [
        ("reading_list.prepared", NOW),
        ("readiness.stopped", LATER),
    ]
    await resources.hear_cleared(cleared(1), at=LATER)
    going = await resources.acts.view(await resources.journey_id(1), LATER)
    assert going is not None
    assert (going.state, going.time_zone) == ("running", practice.time_zone)
    assert going.next_at == datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    await database.close()


async def test_a_list_that_the_version_before_prepares_meanwhile_is_all_there_is(
    url: str, practice: Practice, catalogue: Catalogue
) -> None:
    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    await resources.hear(a_readiness_request(1))
    async with database.transaction() as tx:
        before = {"state": "prepared", "time_zone": None, "series": None, "asked": None, "next_at": None}
        await tx.execute(sa.update(storage.journeys).values(before))

    await resources.look(NOW + timedelta(days=60))
    seen = await resources.acts.view(await resources.journey_id(1), LATER)

    assert seen is not None
    assert (seen.state, seen.why) == ("stopped", "ended")
    assert await resources.steps() == []
    await database.close()


async def test_whoever_waited_before_codes_were_kept_waits_for_a_coordinator_once_cleared(
    url: str, practice: Practice, catalogue: Catalogue
) -> None:
    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    crisis = a_readiness_request(1, safety_level="crisis", flags=("danger_at_home",))
    await resources.hear(crisis, a_readiness_request(2))
    await resources.hear_of_contact(silence(4))
    await database.close()

    await migrations.downgrade("resources", url, "0001")
    await migrations.upgrade("resources", url)

    database = Database.open(url)
    resources = Resources(database, practice, catalogue)
    await resources.hear_cleared(cleared(1), cleared(2), at=LATER)
    await resources.hear(a_readiness_request(4), at=LATER)
    assert [each.request_id for each in await resources.announced()] == ["req-2"]
    [waiting] = await operations.open_journeys(database)
    assert (waiting["reference"], waiting["why"]) == ("R-00001", "codes_not_kept")
    assert (waiting["owner"], waiting["next_action"]) == ("dana", "review_hold")
    await database.close()


async def test_the_history_makes_every_promise_that_the_code_relies_on(open_database: Opener) -> None:
    database = await open_database("resources")

    assert await checks_made(database, storage.metadata) == checks_promised(storage.metadata)
