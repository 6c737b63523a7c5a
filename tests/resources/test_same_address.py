"""Who asks twice from one address gets two lists, and one series: that they stop from any of their mails."""

import pytest

from shared.contracts.resources import ReadinessStepDue, ReadinessStopped
from tests.resources.builders import NOW, a_readiness_request, cleared
from tests.resources.house import Resources
from tests.resources.journeys import DAY

FIRST = a_readiness_request(1)
AGAIN = a_readiness_request(2, same_address=("req-1",))


async def stands(resources: Resources, number: int) -> tuple[str, str | None]:
    found = await resources.acts.view(await resources.journey_id(number), NOW)
    assert found is not None
    return found.state, found.why


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_second_list_is_followed_by_nothing_while_a_series_goes_on(
    at_once: bool, resources: Resources
) -> None:
    for facts in [[FIRST, AGAIN]] if at_once else [[FIRST], [AGAIN]]:
        await resources.hear_all(facts, at=NOW)

    assert await stands(resources, 1) == ("running", None)
    assert await stands(resources, 2) == ("stopped", "under_way")
    lists = await resources.announced()
    assert [(each.practices, each.next_at is not None) for each in lists] == [(6, True), (0, False)]


async def test_every_practice_comes_once_to_who_asked_twice(resources: Resources) -> None:
    await resources.hear_all([FIRST], at=NOW)
    await resources.hear_all([AGAIN], at=NOW + DAY)
    for days in range(100):
        await resources.look(NOW + days * DAY)

    mails = [each.item for each in await resources.steps() if isinstance(each, ReadinessStepDue)]
    assert len(mails) == len(set(mails)) == 7


async def test_a_stop_from_either_list_stops_the_series(resources: Resources) -> None:
    await resources.hear_all([FIRST, AGAIN], at=NOW)

    await resources.acts.stop(await resources.journey_id(2), "one_click", NOW + DAY)
    await resources.acts.stop(await resources.journey_id(2), "one_click", NOW + DAY)

    assert await stands(resources, 1) == ("stopped", "one_click")
    [stopped] = await resources.steps()
    assert isinstance(stopped, ReadinessStopped)
    assert stopped.request_id == "req-1"


async def test_who_stopped_and_asks_again_begins_again(resources: Resources) -> None:
    await resources.hear_all([FIRST], at=NOW)
    await resources.acts.stop(await resources.journey_id(1), "person", NOW)

    await resources.hear_all([AGAIN], at=NOW + DAY)

    assert await stands(resources, 2) == ("running", None)


async def test_a_crisis_that_is_cleared_begins_no_second_series(resources: Resources) -> None:
    crisis = a_readiness_request(2, same_address=("req-1",), safety_level="crisis")
    await resources.hear_all([FIRST, crisis], at=NOW)

    await resources.hear_all([cleared(2)], at=NOW + DAY)

    assert await stands(resources, 1) == ("running", None)
    assert await stands(resources, 2) == ("stopped", "under_way")
