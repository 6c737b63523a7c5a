"""Requests and changes of contact, as they arrive from intake, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.resources import operations, storage
from services.resources.handlers.clock import AT_ONCE
from services.resources.handlers.desk import watch_of
from shared.practice import Practice
from tests.conftest import TestClock
from tests.resources.builders import NOW, a_readiness_request, call, silence
from tests.resources.house import Resources


async def test_a_request_that_is_not_ready_yet_gets_its_reading_list(resources: Resources) -> None:
    await resources.hear(a_readiness_request(concerns=("grief_loss",)))

    [prepared] = await resources.announced()
    assert prepared.items == ("general_theory_of_love",)
    assert (prepared.request_id, prepared.reference, prepared.catalogue_version) == (
        "req-1",
        "R-00001",
        "2026-11",
    )


async def test_a_phrase_that_was_ticked_counts_as_what_it_means(resources: Resources) -> None:
    await resources.hear(a_readiness_request(concerns=("old_wounds",)))

    explained = await operations.explain(resources.database, "R-00001")
    assert explained is not None
    assert explained["items"][0]["code"] == "power_of_attachment"
    assert explained["items"][0]["reasons"][:2] == ["concern:trauma", "concern:relational"]


async def test_many_requests_at_once_each_get_their_own_list(resources: Resources) -> None:
    await resources.hear(*(a_readiness_request(number) for number in range(1, 65)))

    prepared = await resources.announced()
    assert {each.request_id for each in prepared} == {f"req-{number}" for number in range(1, 65)}
    assert len({each.reading_list_id for each in prepared}) == 64


async def test_a_request_heard_again_begins_nothing_new(resources: Resources) -> None:
    await resources.hear(a_readiness_request())
    await resources.hear(a_readiness_request(version=2), a_readiness_request(version=3))

    assert len(await resources.announced()) == 1


async def test_the_opt_in_is_recorded_with_its_time(resources: Resources) -> None:
    await resources.hear(a_readiness_request(), at=NOW + timedelta(seconds=3))

    async with resources.database.reading() as tx:
        journey = await storage.load_row(tx, "R-00001")
    assert journey is not None
    assert (journey["opted_in_at"], journey["begun_at"]) == (NOW, NOW + timedelta(seconds=3))


async def test_a_crisis_announces_no_list_and_is_in_somebody_s_hands(resources: Resources) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))

    assert await resources.announced() == []
    [waiting] = await operations.open_journeys(resources.database)
    assert (waiting["reference"], waiting["why"], waiting["owner"]) == ("R-00001", "crisis", "dana")
    assert waiting["due_at"] == NOW + timedelta(minutes=15)


async def test_danger_at_home_announces_no_list_and_waits_for_a_coordinator(resources: Resources) -> None:
    await resources.hear(a_readiness_request(flags=("danger_at_home",)))

    assert await resources.announced() == []
    explained = await operations.explain(resources.database, "R-00001")
    assert explained is not None
    assert (explained["outcome"], explained["why"]) == ("waiting", "danger_at_home")
    [waiting] = await operations.open_journeys(resources.database)
    assert (waiting["owner"], waiting["next_action"]) == ("dana", "review_hold")
    assert waiting["due_at"] == NOW + timedelta(hours=4)


async def test_silence_stops_a_journey_and_takes_it_out_of_everybody_s_hands(resources: Resources) -> None:
    await resources.hear(a_readiness_request(1, safety_level="crisis"), a_readiness_request(2))
    await resources.hear_of_contact(silence(1), silence(2), at=NOW + timedelta(hours=1))

    assert await operations.open_journeys(resources.database) == []
    steps = await operations.trail(resources.database, "R-00002")
    assert [step["name"] for step in steps] == ["reading_list.prepared", "readiness.stopped"]
    assert steps[1]["detail"] == {"why": "silenced"}


async def test_silence_that_comes_before_its_request_leaves_no_ghost(resources: Resources) -> None:
    await resources.hear_of_contact(silence())
    await resources.hear(a_readiness_request())

    assert await resources.announced() == []
    steps = await operations.trail(resources.database, "R-00001")
    assert [(step["name"], step["detail"]) for step in steps] == [
        ("reading_list.withheld", {"why": "silenced"})
    ]


async def test_a_journey_that_was_stopped_stays_stopped_when_contact_is_allowed_again(
    resources: Resources,
) -> None:
    await resources.hear(a_readiness_request())
    await resources.hear_of_contact(silence())
    await resources.hear_of_contact(silence(version=3, silenced=False))

    explained = await operations.explain(resources.database, "R-00001")
    assert explained is not None
    assert explained["outcome"] == "stopped"


async def test_somebody_who_lifted_their_silence_before_asking_is_answered(resources: Resources) -> None:
    await resources.hear_of_contact(silence())
    await resources.hear_of_contact(silence(version=3, silenced=False))
    await resources.hear(a_readiness_request())

    assert len(await resources.announced()) == 1


async def test_a_change_of_contact_that_is_no_silence_stops_nothing(resources: Resources) -> None:
    await resources.hear(a_readiness_request())
    await resources.hear_of_contact(silence(silenced=False))

    explained = await operations.explain(resources.database, "R-00001")
    assert explained is not None
    assert (explained["outcome"], explained["stands"]) == ("prepared", "running")


async def test_a_reference_that_nobody_knows_has_no_story(resources: Resources) -> None:
    assert await operations.explain(resources.database, "R-ZZZZZ") is None
    assert await operations.trail(resources.database, "R-ZZZZZ") == []


async def test_old_journeys_are_forgotten_but_never_one_that_waits_or_goes_on(
    resources: Resources, clock: TestClock
) -> None:
    people = (a_readiness_request(1), a_readiness_request(2, safety_level="crisis"), a_readiness_request(4))
    await resources.hear(*people, at=clock())
    await resources.hear_of_contact(silence(1), at=clock())
    clock.move(timedelta(days=200))
    await resources.hear(a_readiness_request(3), at=clock())
    await resources.hear_of_contact(silence(3), at=clock())
    clock.move(timedelta(days=170))

    await resources.keep_no_longer(clock())

    known = [await operations.explain(resources.database, f"R-0000{number}") for number in (1, 2, 3, 4)]
    assert [each is not None for each in known] == [False, True, True, True]


async def test_the_database_refuses_a_waiting_journey_that_nobody_owns(resources: Resources) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))

    with pytest.raises(sa.exc.IntegrityError):
        async with resources.database.transaction() as tx:
            await tx.execute(sa.update(storage.journeys).values(owner=None))


async def test_the_database_refuses_a_no_without_a_reason(resources: Resources) -> None:
    await resources.hear(a_readiness_request(flags=("danger_at_home",)))

    with pytest.raises(sa.exc.IntegrityError):
        async with resources.database.transaction() as tx:
            await tx.execute(sa.update(storage.journeys).values(why=None))


async def test_a_journey_held_for_longer_than_requests_are_kept_is_forgotten(
    resources: Resources, clock: TestClock
) -> None:
    await resources.hear(a_readiness_request(1), a_readiness_request(2), at=clock())
    await resources.hear_all([call("scheduled", 1)], at=clock())
    clock.move(timedelta(days=300))
    await resources.hear_all([call("scheduled", 2)], at=clock())
    clock.move(timedelta(days=70))

    await resources.keep_no_longer(clock())

    known = [await operations.explain(resources.database, f"R-0000{number}") for number in (1, 2)]
    assert [each is not None for each in known] == [False, True]


async def test_what_has_been_due_for_longest_comes_first(resources: Resources) -> None:
    for number, days in ((1, 3), (2, 1), (3, 2)):
        await resources.hear(a_readiness_request(number), at=NOW + timedelta(days=days))

    async with resources.database.transaction() as tx:
        due = await storage.take_due(tx, NOW + timedelta(days=60), 2)

    assert [each.request_id for each in due] == ["req-2", "req-3"]


def test_nobody_who_is_off_duty_is_asked_to_look(practice: Practice) -> None:
    first, *others = practice.coordinators
    away = first.model_copy(update={"on_duty": False})

    watch = watch_of(practice.model_copy(update={"coordinators": (away, *others)}), NOW)

    assert [each.id for each in watch.coordinators] == [each.id for each in others if each.on_duty]
    assert first.id not in {each.id for each in watch.coordinators}


async def test_one_look_brings_everybody_what_is_due(resources: Resources) -> None:
    numbers = range(1, 2 * AT_ONCE + 2)
    await resources.hear(*(a_readiness_request(number) for number in numbers))

    await resources.look(NOW + timedelta(days=7))

    assert len(await resources.steps()) == len(numbers)
