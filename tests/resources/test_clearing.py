"""A crisis is cleared by a named person, as it is heard from intake, on both databases."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.resources import operations, storage
from shared.database import Row
from tests.conftest import TestClock
from tests.resources.builders import NOW, a_readiness_request, cleared, silence
from tests.resources.house import Resources

LATER = NOW + timedelta(hours=2)


async def the_journey(resources: Resources) -> Row:
    async with resources.database.reading() as tx:
        journey = await storage.load_row(tx, "R-00001")
    assert journey is not None
    return journey


async def told(resources: Resources) -> list[tuple[str, datetime, Any]]:
    steps = await operations.trail(resources.database, "R-00001")
    return [(step["name"], step["at"], step["detail"]) for step in steps]


async def test_whoever_waited_in_crisis_gets_the_list_for_what_they_told_once_it_is_cleared(
    resources: Resources,
) -> None:
    crisis = a_readiness_request(
        safety_level="crisis",
        concerns=("premarital",),
        suggested_concerns=("trauma",),
        context=("bereaved",),
    )
    await resources.hear(crisis)
    assert await resources.announced() == []

    await resources.hear_cleared(cleared(), at=LATER)
    await resources.hear(a_readiness_request(2, **_codes_of(crisis)), at=LATER)

    after_crisis, without_crisis = await resources.announced()
    assert after_crisis.items == without_crisis.items == ("attached", "power_of_attachment")
    assert (after_crisis.version, after_crisis.prepared_at) == (2, LATER)
    assert await operations.open_journeys(resources.database) == []
    assert await told(resources) == [
        ("reading_list.withheld", NOW, {"why": "crisis"}),
        ("reading_list.prepared", LATER, {"items": list(after_crisis.items)}),
    ]


async def test_a_clearing_heard_before_its_request_counts_when_the_request_arrives(
    resources: Resources,
) -> None:
    await resources.hear_cleared(cleared())
    assert await resources.announced() == []
    await resources.hear(a_readiness_request(safety_level="crisis"), at=LATER)

    [prepared] = await resources.announced()
    assert (prepared.version, prepared.prepared_at) == (1, LATER)
    assert await operations.open_journeys(resources.database) == []


async def test_a_clearing_heard_again_prepares_nothing_twice(resources: Resources) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))
    await resources.hear_cleared(cleared(), cleared(), at=LATER)
    before = await the_journey(resources)
    await resources.hear_cleared(cleared(version=3), at=LATER + timedelta(hours=1))
    await resources.hear(a_readiness_request(version=2, safety_level="crisis"), at=LATER)

    assert len(await resources.announced()) == 1
    assert await the_journey(resources) == before


async def test_after_a_cleared_crisis_danger_at_home_still_withholds_the_list(resources: Resources) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis", flags=("danger_at_home",)))
    await resources.hear_cleared(cleared(), at=LATER)

    assert await resources.announced() == []
    [waiting] = await operations.open_journeys(resources.database)
    assert (waiting["why"], waiting["owner"], waiting["next_action"]) == (
        "danger_at_home",
        "dana",
        "review_hold",
    )
    assert waiting["due_at"] == LATER + timedelta(hours=4)
    assert await told(resources) == [
        ("reading_list.withheld", NOW, {"why": "crisis"}),
        ("reading_list.withheld", LATER, {"why": "danger_at_home"}),
    ]


async def test_a_clearing_before_a_request_with_danger_at_home_sends_nothing(resources: Resources) -> None:
    await resources.hear_cleared(cleared())
    await resources.hear(a_readiness_request(safety_level="crisis", flags=("danger_at_home",)))

    assert await resources.announced() == []
    assert (await the_journey(resources))["why"] == "danger_at_home"


@pytest.mark.parametrize("clearing_first", [True, False])
async def test_silence_stands_whatever_is_cleared(clearing_first: bool, resources: Resources) -> None:
    if clearing_first:
        await resources.hear_cleared(cleared())
        await resources.hear_of_contact(silence())
        await resources.hear(a_readiness_request(safety_level="crisis"))
    else:
        await resources.hear(a_readiness_request(safety_level="crisis"))
        await resources.hear_of_contact(silence())
        await resources.hear_cleared(cleared())

    assert await resources.announced() == []
    journey = await the_journey(resources)
    assert (journey["state"], journey["why"], journey["owner"]) == ("stopped", "silenced", None)


async def test_silence_after_the_list_was_prepared_ends_the_journey_with_its_story(
    resources: Resources,
) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))
    await resources.hear_cleared(cleared(), at=LATER)
    await resources.hear_of_contact(silence(), at=LATER + timedelta(hours=1))

    names = [name for name, _, _ in await told(resources)]
    assert names == ["reading_list.withheld", "reading_list.prepared", "readiness.stopped"]


async def test_only_what_waits_for_its_crisis_is_decided_again(resources: Resources) -> None:
    await resources.hear(
        a_readiness_request(1, flags=("danger_at_home",)),
        a_readiness_request(2),
        a_readiness_request(3, safety_level="crisis"),
        a_readiness_request(4, safety_level="crisis"),
    )
    await resources.hear_cleared(*(cleared(number) for number in (1, 2, 3, 9)), at=LATER)

    assert [each.request_id for each in await resources.announced()] == ["req-2", "req-3"]
    waiting = await operations.open_journeys(resources.database)
    assert [(each["reference"], each["why"]) for each in waiting] == [
        ("R-00004", "crisis"),
        ("R-00001", "danger_at_home"),
    ]


@pytest.mark.parametrize("ends", ["cleared", "silenced"])
async def test_what_they_told_is_kept_only_while_something_is_chosen_by_it(
    ends: str, resources: Resources
) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis", concerns=("trauma",)))
    while_waiting = (await the_journey(resources))["asked"]
    if ends == "cleared":
        await resources.hear_cleared(cleared())
    else:
        await resources.hear_of_contact(silence())

    assert while_waiting == {"concerns": ["trauma"], "suggested": [], "context": [], "flags": []}
    assert (await the_journey(resources))["asked"] == (while_waiting if ends == "cleared" else None)


async def test_the_database_refuses_to_keep_what_they_told_any_longer(resources: Resources) -> None:
    await resources.hear(a_readiness_request())
    await resources.hear_of_contact(silence())

    with pytest.raises(sa.exc.IntegrityError):
        async with resources.database.transaction() as tx:
            await tx.execute(sa.update(storage.journeys).values(asked={"concerns": ["trauma"]}))


@pytest.mark.parametrize("round_", range(5))
async def test_a_request_and_its_clearing_at_the_same_moment_never_miss_each_other(
    round_: int, resources: Resources
) -> None:
    await asyncio.gather(
        resources.hear(a_readiness_request(1, safety_level="crisis"), a_readiness_request(2)),
        resources.hear_cleared(cleared(2), cleared(1)),
    )

    assert {each.request_id for each in await resources.announced()} == {"req-1", "req-2"}


async def test_a_clearing_waits_for_whoever_has_its_request_in_hand(
    resources: Resources,
) -> None:
    async with resources.database.transaction() as tx:
        await storage.take_news(tx, ["req-1"], NOW)
        clearing = asyncio.create_task(resources.hear_cleared(cleared()))
        done, _ = await asyncio.wait([clearing], timeout=0.3)
        assert not done
    await clearing


async def test_what_was_heard_of_a_request_is_forgotten_when_its_time_is_over(
    resources: Resources, clock: TestClock
) -> None:
    await resources.hear_cleared(cleared(1), at=clock())
    await resources.hear(a_readiness_request(2, safety_level="crisis"), at=clock())
    await resources.hear_of_contact(silence(2), at=clock())
    clock.move(timedelta(days=370))
    await resources.hear_cleared(cleared(3), at=clock())

    await resources.keep_no_longer(clock())

    async with resources.database.reading() as tx:
        news = (await tx.execute(sa.select(storage.request_news.c.request_id))).scalars().all()
        journeys = (await tx.execute(sa.select(storage.journeys.c.request_id))).scalars().all()
    assert (list(news), list(journeys)) == (["req-3"], [])


def _codes_of(event: Any) -> dict[str, Any]:
    return dict(event.model_dump(include={"concerns", "suggested_concerns", "context", "flags"}))
