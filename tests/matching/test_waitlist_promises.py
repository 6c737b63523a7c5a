"""How long a place that freed is kept for somebody who waited; on both databases."""

from datetime import timedelta

import pytest

from services.matching.domain.referral import Refused
from shared.database import Database
from shared.practice import Practice
from tests.matching.calls import hear, scheduled
from tests.matching.conftest import WriteRoster
from tests.matching.waiting import DAY, FULL, ONE_FREE, House


@pytest.fixture
def house(database: Database, practice: Practice, write_roster: WriteRoster) -> House:
    return House(database, practice, write_roster)


async def test_a_promise_that_nobody_decides_on_for_two_days_goes_on_to_the_next(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    first, second, third = await house.waiting(1, 2, 3)
    await house.roster({"id": "c-a", **ONE_FREE})
    await house.waitlist.look()

    house.loop.clock.move(2 * DAY - timedelta(minutes=1))
    assert await house.stages(first, second, third) == ["proposed", "waitlisted", "waitlisted"]
    house.loop.clock.move(timedelta(minutes=1))
    assert await house.stages(first, second, third) == ["proposed", "proposed", "waitlisted"]

    await house.loop.choose(second, "c-a")
    await house.loop.pass_time()
    refused = await house.loop.choose(first, "c-a")
    assert isinstance(refused, Refused)
    assert await house.loop.broken() == []


async def test_a_promise_stands_until_somebody_had_to_decide_on_it(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    first, second = await house.waiting(1, 2)
    house.loop.clock.move(4 * DAY + timedelta(hours=7, minutes=30))  # Friday evening, before Saturday's rest
    await house.roster({"id": "c-a", **ONE_FREE})
    await house.waitlist.look()

    house.loop.clock.move(2 * DAY + timedelta(hours=12))  # Monday morning, at opening
    assert await house.stages(first, second) == ["proposed", "waitlisted"]
    house.loop.clock.move(timedelta(hours=8))
    assert await house.stages(first, second) == ["proposed", "proposed"]


async def test_a_promise_waits_for_a_call_that_is_booked(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    first, second = await house.waiting(1, 2)
    await house.roster({"id": "c-a", **ONE_FREE})
    await house.waitlist.look()
    await hear(house.loop, scheduled(1, starts_at=house.loop.clock.now + 5 * DAY))

    house.loop.clock.move(4 * DAY)
    assert await house.stages(first, second) == ["proposed", "waitlisted"]
