"""Two replicas, and whoever acts at that moment: each mail is announced once, and none after the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.resources.handlers.clock import go_on_due
from services.resources.handlers.desk import course_of
from shared.contracts.resources import ReadinessReached, ReadinessStepDue, ReadinessStopped
from shared.database import Database
from shared.practice import Catalogue, Practice
from tests.resources.builders import NOW, SIX, a_readiness_request, call, erased, silence
from tests.resources.house import Resources

PEOPLE = 300
DAY = timedelta(days=1)
OUTAGE_OVER = NOW + 40 * DAY


@pytest.fixture
async def pair(
    engine: str,
    database_url: Callable[[str], Awaitable[str]],
    practice: Practice,
    catalogue: Catalogue,
) -> list[Resources]:
    """Two of the service at one database; on SQLite, where one replica runs, both are in one process."""
    url = await database_url("resources")
    first = Database.open(url)
    second = first if engine == "sqlite" else Database.open(url)
    return [Resources(each, practice, catalogue) for each in (first, second)]


async def close(pair: list[Resources]) -> None:
    for each in {id(one.database): one.database for one in pair}.values():
        await each.close()


async def until_done(house: Resources) -> None:
    course = course_of(house.practice, house.catalogue)
    while await go_on_due(house.database, course, OUTAGE_OVER):
        pass


async def somebody(house: Resources, *numbers: int) -> None:
    for start in range(0, len(numbers), 64):
        some = numbers[start : start + 64]
        await house.hear(*(a_readiness_request(one, reference=f"R-{one:05d}") for one in some))


async def test_after_an_outage_two_replicas_announce_one_mail_to_each_and_none_twice(
    pair: list[Resources],
) -> None:
    await somebody(pair[0], *range(PEOPLE))

    await asyncio.gather(*(until_done(house) for house in (*pair, *pair)))

    steps = await pair[0].steps()
    assert Counter(each.request_id for each in steps) == Counter(f"req-{one}" for one in range(PEOPLE))
    assert {(each.item, each.number, each.version) for each in steps} == {(SIX[0], 1, 2)}
    assert min(each.next_at for each in steps) > OUTAGE_OVER + 6 * DAY
    await close(pair)


@pytest.mark.parametrize("act", ["stop", "pause", "ready", "silence", "erase", "book"])
@pytest.mark.parametrize("round_", range(3))
async def test_whoever_acts_at_the_moment_of_a_mail_gets_it_before_that_or_never(
    act: str, round_: int, pair: list[Resources]
) -> None:
    await somebody(pair[0], 1, 2, 3)
    journey = await pair[0].journey_id(1)
    there = pair[1]
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "stop": lambda: there.acts.stop(journey, "one_click", OUTAGE_OVER),
        "pause": lambda: there.acts.pause(journey, OUTAGE_OVER),
        "ready": lambda: there.acts.ready(journey, OUTAGE_OVER),
        "silence": lambda: there.hear_of_contact(silence(1), at=OUTAGE_OVER),
        "erase": lambda: there.hear_all([erased(1)], at=OUTAGE_OVER),
        "book": lambda: there.hear_all([call("scheduled", 1)], at=OUTAGE_OVER),
    }

    await asyncio.gather(acts[act](), until_done(pair[0]), acts[act](), until_done(pair[1]))

    theirs = [each for each in await pair[0].steps() if each.request_id == "req-1"]
    if act == "erase":
        assert theirs == [], "nothing of somebody erased is told any more"
        return
    assert [each.version for each in theirs] == list(range(2, 2 + len(theirs)))
    assert [type(each) for each in theirs[:-1]] in ([], [ReadinessStepDue])
    assert not isinstance(theirs[-1], ReadinessStepDue)
    others = [each.request_id for each in await pair[0].steps() if each.request_id != "req-1"]
    assert sorted(others) == ["req-2", "req-3"]
    await close(pair)


async def test_two_who_say_ready_and_stop_at_once_are_told_of_in_one_order(pair: list[Resources]) -> None:
    await somebody(pair[0], 1)
    journey = await pair[0].journey_id(1)

    await asyncio.gather(
        pair[0].acts.ready(journey, NOW),
        pair[1].acts.stop(journey, "person", NOW),
        pair[1].acts.ready(journey, NOW),
        pair[0].acts.ready(journey, NOW),
    )

    told = [type(each) for each in await pair[0].steps()]
    assert told in ([ReadinessReached], [ReadinessStopped, ReadinessReached])
    seen = await pair[0].acts.view(journey, NOW)
    assert seen is not None
    assert seen.state == "reached"
    await close(pair)


@pytest.mark.parametrize("round_", range(4))
async def test_a_call_and_the_opt_in_of_the_same_address_never_miss_each_other(
    round_: int, pair: list[Resources]
) -> None:
    first, second = pair
    await asyncio.gather(
        first.hear(a_readiness_request(1, same_address=("req-2",)), a_readiness_request(3)),
        second.hear_all([call("scheduled", 2), call("scheduled", 3)]),
    )

    for number in (1, 3):
        seen = await first.acts.view(await first.journey_id(number), NOW)
        assert seen is not None
        assert (seen.state, seen.why) == ("paused", "booked")
    await close(pair)
