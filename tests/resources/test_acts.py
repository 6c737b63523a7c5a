"""What a person does with their own journey, on both databases: done once, told once, seen as it stands."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.resources import operations, storage
from services.resources.domain.seen import Seen
from shared.contracts.resources import ReadinessPaused, ReadinessReached, ReadinessStepDue, ReadinessStopped
from tests.resources.builders import NOW, SIX, a_readiness_request, cleared, erased, flagged, silence
from tests.resources.house import Resources
from tests.resources.journeys import DAY, la


async def opted_in(resources: Resources, **told: Any) -> str:
    await resources.hear(a_readiness_request(**told))
    return await resources.journey_id()


def present(seen: Seen | None) -> Seen:
    assert seen is not None
    return seen


async def days_pass(resources: Resources, days: int, since: datetime = NOW) -> None:
    """The clock looks every hour of the morning."""
    for day in range(1, days + 1):
        await resources.look(since + day * DAY)


async def rows(resources: Resources) -> list[Any]:
    async with resources.database.reading() as tx:
        return [
            tuple(row)
            for table in (storage.journeys, storage.readiness_steps, storage.journey_turns)
            for row in await tx.execute(sa.select(table))
        ]


async def test_what_came_and_what_comes_is_seen_and_looking_changes_nothing(resources: Resources) -> None:
    journey = await opted_in(resources)
    await days_pass(resources, 14)
    before = await rows(resources)

    seen = present(await resources.acts.view(journey, NOW + 14 * DAY))

    assert [(each.kind, each.item) for each in seen.came] == [("practice", SIX[0]), ("practice", SIX[1])]
    assert (seen.state, seen.next_kind, seen.next_at, seen.left) == (
        "running",
        "practice",
        la(2026, 12, 14),
        4,
    )
    assert (seen.request_id, seen.person_id, seen.language) == ("req-1", "per-1", "en")
    assert (seen.books, seen.listed_at) == (("general_theory_of_love",), NOW)
    assert await rows(resources) == before


async def test_a_journey_that_nobody_knows_is_none_for_every_act(resources: Resources) -> None:
    acts = resources.acts

    assert await acts.view("j-0", NOW) is None
    assert await acts.stop("j-0", "person", NOW) is None
    assert await acts.pause("j-0", NOW) is None
    assert await acts.resume("j-0", NOW) is None
    assert await acts.change_pace("j-0", "slower", NOW) is None
    assert await acts.keep("j-0", NOW) is None
    assert await acts.ready("j-0", NOW) is None


async def test_stopping_is_told_once_and_nothing_comes_afterwards(resources: Resources) -> None:
    journey = await opted_in(resources)

    for why in ("one_click", "person", "one_click"):
        seen = present(await resources.acts.stop(journey, why, NOW + DAY))
        assert (seen.state, seen.why, seen.next_at, seen.left) == ("stopped", "one_click", None, 0)
    for act in (resources.acts.pause, resources.acts.resume, resources.acts.keep):
        assert present(await act(journey, NOW + DAY)).state == "stopped"
    await days_pass(resources, 80)

    [stopped] = await resources.steps()
    assert isinstance(stopped, ReadinessStopped)
    assert (stopped.why, stopped.stopped_at, stopped.version) == ("one_click", NOW + DAY, 2)


async def test_pausing_twice_is_one_pause_that_goes_on_by_itself(resources: Resources) -> None:
    journey = await opted_in(resources)

    first = present(await resources.acts.pause(journey, NOW))
    again = present(await resources.acts.pause(journey, NOW + 10 * DAY))
    await days_pass(resources, 32)

    assert first == again
    assert (first.state, first.why, first.paused_until) == ("paused", "person", la(2026, 12, 24))
    assert (first.next_at, first.next_kind) == (la(2026, 12, 24), "practice")
    paused, mail = await resources.steps()
    assert isinstance(paused, ReadinessPaused)
    assert isinstance(mail, ReadinessStepDue)
    assert (paused.until, paused.why, mail.due_at) == (la(2026, 12, 24), "person", la(2026, 12, 24))


async def test_ready_is_told_once_and_the_series_ends_before_the_next_look(resources: Resources) -> None:
    journey = await opted_in(resources)
    await resources.acts.pause(journey, NOW)

    for _ in range(3):
        assert present(await resources.acts.ready(journey, NOW + DAY)).state == "reached"
    await days_pass(resources, 80)

    reached = [each for each in await resources.steps() if not isinstance(each, ReadinessPaused)]
    assert [(type(each), each.version) for each in reached] == [(ReadinessReached, 3)]


async def test_who_had_stopped_or_come_to_the_end_can_still_be_ready(resources: Resources) -> None:
    journey = await opted_in(resources)
    await days_pass(resources, 90)
    assert present(await resources.acts.view(journey, NOW + 90 * DAY)).why == "ended"

    seen = present(await resources.acts.ready(journey, NOW + 200 * DAY))

    assert (seen.state, seen.why) == ("reached", None)
    assert len(seen.came) == 7


async def test_who_asked_for_silence_is_not_taken_up_from_a_page(resources: Resources) -> None:
    journey = await opted_in(resources)
    await resources.hear_of_contact(silence())

    silenced = present(await resources.acts.ready(journey, NOW + DAY))
    await resources.hear_of_contact(silence(version=3, silenced=False))
    heard_again = present(await resources.acts.ready(journey, NOW + 2 * DAY))

    assert (silenced.state, silenced.why, silenced.silenced) == ("stopped", "silenced", True)
    assert (heard_again.state, heard_again.silenced) == ("reached", False)


async def test_while_a_person_has_to_look_first_nothing_can_be_done(resources: Resources) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))
    async with resources.database.reading() as tx:
        journey = str(await tx.scalar(sa.select(storage.journeys.c.journey_id)))

    for seen in (
        await resources.acts.ready(journey, NOW),
        await resources.acts.pause(journey, NOW),
        await resources.acts.stop(journey, "person", NOW),
    ):
        assert (present(seen).state, present(seen).why) == ("waiting", "crisis")


async def test_after_erasure_nobody_knows_the_journey_and_nothing_begins_it_again(
    resources: Resources,
) -> None:
    journey = await opted_in(resources, same_address=("req-2",))
    await days_pass(resources, 7)
    await resources.hear_all([erased(1)], at=NOW + 8 * DAY)
    await resources.hear_all([erased(1)], at=NOW + 9 * DAY)
    await resources.hear(a_readiness_request(), at=NOW + 9 * DAY)
    await resources.hear_all([flagged(1)], at=NOW + 9 * DAY)

    assert await resources.acts.view(journey, NOW + 9 * DAY) is None
    assert await resources.acts.ready(journey, NOW + 9 * DAY) is None
    assert await rows(resources) == []
    assert await resources.told() == [], "nobody is told again what they were told"
    async with resources.database.reading() as tx:
        assert (await tx.execute(sa.select(storage.kin))).all() == []
        news = (await tx.execute(sa.select(storage.request_news))).mappings().all()
    assert {each["request_id"]: each["erased"] for each in news}["req-1"]


async def test_keep_brings_the_readings_and_then_an_end(resources: Resources) -> None:
    journey = await opted_in(resources)
    await days_pass(resources, 70)
    asked = present(await resources.acts.view(journey, NOW + 70 * DAY))

    kept = present(await resources.acts.keep(journey, NOW + 71 * DAY))
    again = present(await resources.acts.keep(journey, NOW + 72 * DAY))
    await days_pass(resources, 60, NOW + 70 * DAY)

    assert (asked.check_in_open, asked.next_kind, asked.left) == (True, "end", 0)
    assert kept == again
    assert (kept.check_in_open, kept.next_kind, kept.left) == (False, "reading", 2)
    seen = present(await resources.acts.view(journey, NOW + 131 * DAY))
    assert [each.item for each in seen.came[6:]] == [None, "waves", "one_more_wave"]
    assert (seen.state, seen.why) == ("stopped", "ended")


async def test_an_operator_reads_all_of_it(resources: Resources) -> None:
    journey = await opted_in(resources, context=("partner_violence",), concerns=("couples",))
    await days_pass(resources, 7)
    await resources.acts.change_pace(journey, "slower", NOW + 8 * DAY)
    await resources.acts.pause(journey, NOW + 9 * DAY)
    await resources.acts.resume(journey, NOW + 10 * DAY)
    await resources.acts.ready(journey, NOW + 11 * DAY)

    told = await operations.trail(resources.database, "R-00001")
    explained = await operations.explain(resources.database, "R-00001")

    assert [(each["name"], each["at"]) for each in told] == [
        ("reading_list.prepared", NOW),
        ("readiness.step_due", NOW + 7 * DAY),
        ("readiness.pace", NOW + 8 * DAY),
        ("readiness.paused", NOW + 9 * DAY),
        ("readiness.resumed", NOW + 10 * DAY),
        ("readiness.reached", NOW + 11 * DAY),
    ]
    assert told[1]["detail"] == {"step": "practice", "number": 1, "item": SIX[0]}
    assert told[2]["detail"] == {"pace": "slower"}
    assert explained is not None
    assert (explained["outcome"], explained["stands"], explained["pace"]) == ("prepared", "reached", "slower")
    assert [each["item"] for each in explained["came"]] == [SIX[0]]
    left_out = {each["code"]: each["why"] for each in explained["series"]["readings"]["left_out"]}
    assert left_out["two_chairs"] == "leave_out_when:partner_violence"
    assert left_out["waves"] == "no_concern"


async def test_the_series_starts_once_a_crisis_is_cleared_and_is_counted_from_then(
    resources: Resources,
) -> None:
    await resources.hear(a_readiness_request(safety_level="crisis"))
    await resources.hear_all([flagged(1)])
    await days_pass(resources, 20)
    assert await resources.told() == []

    await resources.hear_cleared(cleared(), at=NOW + 20 * DAY + timedelta(hours=1))

    [prepared] = await resources.announced()
    assert (prepared.practices, prepared.next_at) == (6, la(2026, 12, 20))


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "running_journey_has_a_next_time": {"next_at": None},
    "paused_journey_has_an_end_or_is_held": {"state": "paused", "why": "person", "paused_at": NOW},
    "a_no_has_a_reason": {"state": "paused", "paused_at": NOW, "held": "booked", "next_at": None},
    "nothing_comes_after_the_end": {"state": "stopped", "why": "ended", "stopped_at": NOW, "asked": None},
    "an_end_has_its_time": {"state": "reached", "next_at": None, "asked": None},
    "pace_is_known": {"pace": "hurried"},
    "journey_state_is_known": {"state": "elsewhere", "why": "-", "next_at": None, "asked": None},
    "codes_are_kept_while_they_choose": {"state": "reached", "reached_at": NOW, "next_at": None},
    "what_goes_on_is_chosen_by_codes": {"asked": None},
}


@pytest.mark.parametrize("rule", IMPOSSIBLE)
async def test_the_database_refuses_a_journey_in_limbo(rule: str, resources: Resources) -> None:
    await opted_in(resources)

    with pytest.raises(sa.exc.IntegrityError, match=rule):
        async with resources.database.transaction() as tx:
            await tx.execute(sa.update(storage.journeys).values(**IMPOSSIBLE[rule]))


@pytest.mark.parametrize("second", [("practice", SIX[0]), ("check_in", None)])
async def test_the_database_refuses_the_same_mail_twice(
    second: tuple[str, str | None], resources: Resources
) -> None:
    row = {"journey_id": "j-1", "kind": second[0], "item": second[1], "due_at": NOW, "announced_at": NOW}

    with pytest.raises(sa.exc.IntegrityError):
        async with resources.database.transaction() as tx:
            await tx.execute(sa.insert(storage.readiness_steps), [{**row, "number": 1}, {**row, "number": 2}])
