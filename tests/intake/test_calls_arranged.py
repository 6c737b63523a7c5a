"""What a coordinator does with somebody's call, from a page of matching."""

from datetime import datetime, timedelta

import pytest

from services.intake.domain.decision import Quarantined
from shared.contracts.intake import CallAnswered, CallAsked
from shared.database import Database
from tests.intake.builders import NOW, assessed, calm
from tests.intake.calling import DANA, LEE, Office, a_coordinator, kept, local

FIRST, SECOND = local("11-24 09:00"), local("11-24 09:30")
NIGHT = local("11-24 22:15")
BY_DANA = "coordinator:dana"


def at(answered: CallAnswered) -> tuple[str, datetime, int]:
    assert answered.done, answered
    assert answered.consultation is not None
    call = answered.consultation
    return call.coordinator_id, call.starts_at, int((call.ends_at - call.starts_at).total_seconds()) // 60


async def test_a_coordinator_books_at_any_hour_and_for_any_length(office: Office) -> None:
    request_id = await office.asked()
    booked = await office.arrange(request_id, "book", starts_at=NIGHT, minutes=45, coordinator_id=LEE)
    assert at(booked) == (LEE, NIGHT, 45)
    (fact,) = await office.facts()
    assert (fact["fact"], fact["by"], fact["coordinator_id"]) == ("scheduled", BY_DANA, LEE)
    assert len(await office.minutes(LEE)) == 11


async def test_a_call_that_overlaps_off_the_grid_is_refused_by_the_constraint(office: Office) -> None:
    await office.arrange(await office.asked(), "book", starts_at=NIGHT, coordinator_id=LEE)
    other = await office.asked()
    for off in (-25, -1, 0, 1, 20, 29):
        starts_at = NIGHT + timedelta(minutes=off)
        answered = await office.arrange(other, "book", starts_at=starts_at, coordinator_id=LEE)
        assert (answered.done, answered.why, answered.consultation) == (False, "taken", None)
    for off in (-30, 30):
        one = await office.asked()
        starts_at = NIGHT + timedelta(minutes=off)
        assert (await office.arrange(one, "book", starts_at=starts_at, coordinator_id=LEE)).done
    assert len(await office.facts()) == 3


async def test_whoever_is_free_and_has_fewest_calls_is_taken_where_nobody_is_named(office: Office) -> None:
    given = [at(await office.arrange(await office.asked(), "book", starts_at=NIGHT))[0] for _ in range(2)]
    assert given == [DANA, LEE]
    third = await office.arrange(await office.asked(), "book", starts_at=NIGHT)
    assert (third.done, third.why) == (False, "taken")


async def test_on_the_grid_whoever_has_hours_then_comes_first(database: Database) -> None:
    office = Office.of(database, a_coordinator(DANA, call_hours={"wed": "09:00-10:00"}), a_coordinator(LEE))
    assert at(await office.arrange(await office.asked(), "book", starts_at=FIRST))[0] == LEE


async def test_it_is_for_whoever_was_announced_though_they_may_not_book_themselves(office: Office) -> None:
    for known in ({"safety": calm("crisis")}, {"age": 15, "age_band": "teen"}):
        request_id = await office.asked(**known)
        assert (await office.arrange(request_id, "book", starts_at=NIGHT, coordinator_id=LEE)).done
        assert (await office.arrange(request_id, "cancel")).done
    spam = await office.arrived(Quarantined(assessed(), ("honeypot",)))
    for request_id in (spam, "0" * 36):
        question = CallAsked(request_id=request_id, act="book", version=0, by=BY_DANA, starts_at=NIGHT)
        assert await office.calls.arrange(question, NOW) == CallAnswered(done=False, why="unknown")


async def test_the_languages_to_interpret_are_those_that_the_named_coordinator_does_not_speak(
    office: Office,
) -> None:
    request_id = await office.asked(language="es")
    booked = await office.arrange(request_id, "book", starts_at=FIRST, coordinator_id=LEE)
    assert booked.consultation.interpreter == ("es",)
    moved = await office.arrange(request_id, "move", starts_at=FIRST, coordinator_id=DANA)
    assert moved.consultation.interpreter == ()
    assert [len(await office.minutes(each)) for each in (DANA, LEE)] == [6, 0]
    fact = (await office.facts())[-1]
    assert (fact["fact"], fact["previous_coordinator_id"], fact["coordinator_id"]) == (
        "rescheduled",
        LEE,
        DANA,
    )


async def test_a_call_that_moves_stays_with_its_coordinator_and_keeps_what_was_wished(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST, remind_shortly=True, time_zone="America/New_York")
    await office.arrange(await office.asked(), "book", starts_at=local("11-25 09:00"), coordinator_id=DANA)
    moved = await office.arrange(request_id, "move", starts_at=NIGHT)
    assert at(moved)[0] == DANA
    assert (moved.consultation.remind_shortly, moved.consultation.time_zone) == (True, "America/New_York")


@pytest.mark.parametrize(
    ("act", "said", "why"),
    [
        ("book", {}, "no_time"),
        ("book", {"starts_at": NIGHT, "minutes": 0}, "no_time"),
        ("book", {"starts_at": NIGHT, "minutes": -5}, "no_time"),
        ("book", {"starts_at": NIGHT, "minutes": 10**9}, "no_time"),
        ("book", {"starts_at": NIGHT + timedelta(days=1000)}, "no_time"),
        ("book", {"starts_at": NOW - timedelta(seconds=1)}, "passed"),
        ("book", {"starts_at": NIGHT, "version": 3}, "changed"),
        ("book", {"starts_at": NIGHT, "coordinator_id": "nobody"}, "unknown"),
        ("move", {"starts_at": NIGHT}, "not_now"),
        ("cancel", {}, "not_now"),
        ("attended", {}, "not_now"),
        ("missed", {}, "not_now"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_reason(
    office: Office, act: str, said: dict[str, object], why: str
) -> None:
    request_id = await office.asked()
    answered = await office.arrange(request_id, act, **said)
    assert (answered.done, answered.why) == (False, why)
    assert await office.facts() == []


async def test_who_saw_an_older_call_is_told_how_it_stands(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    await office.booked(request_id, SECOND)
    for act in ("move", "cancel", "attended", "missed", "book"):
        answered = await office.arrange(request_id, act, version=1, starts_at=NIGHT)
        assert (answered.done, answered.why) == (False, "changed")
        assert (answered.consultation.version, answered.consultation.starts_at) == (2, SECOND)


async def test_a_second_call_is_not_booked_beside_the_first(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    assert (await office.arrange(request_id, "book", starts_at=NIGHT)).why == "not_now"


@pytest.mark.parametrize("act", ["attended", "missed"])
async def test_what_came_of_a_call_is_said_from_its_beginning_on_and_once(office: Office, act: str) -> None:
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST)
    early = await office.arrange(request_id, act, now=FIRST - timedelta(seconds=1))
    assert (early.done, early.why) == (False, "not_now")

    for _ in range(2):
        said = await office.arrange(request_id, act, now=FIRST, version=1)
        assert (said.consultation.status, said.consultation.version) == (act, 2)
    fact = (await office.facts())[-1]
    assert (fact["fact"], fact["sequence"], fact["by"]) == (act, 0, BY_DANA)
    assert fact[f"{act}_at"] == "2026-11-24T17:00:00Z"
    assert fact["consultation_id"] == call.id
    assert len(await office.facts()) == 2
    assert await office.minutes() == []


async def test_who_was_missed_may_be_reached_later_but_not_the_other_way_round(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    await office.arrange(request_id, "missed", now=FIRST)
    assert (await office.arrange(request_id, "attended", now=FIRST)).consultation.version == 3
    assert (await office.arrange(request_id, "missed", now=FIRST)).why == "not_now"


async def test_after_a_missed_call_the_person_books_another(office: Office) -> None:
    request_id = await office.asked()
    first = await office.booked(request_id, FIRST)
    await office.arrange(request_id, "missed", now=FIRST)
    again = await office.booked(request_id, FIRST + timedelta(days=1), now=FIRST)
    assert again.id != first.id
    assert (again.version, again.sequence) == (3, 0)


async def test_a_coordinator_cancels_once_and_the_time_is_free(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    for _ in range(2):
        assert (await office.arrange(request_id, "cancel", version=1)).consultation.status == "cancelled"
    assert [(each["fact"], each.get("why")) for each in await office.facts()] == [
        ("scheduled", None),
        ("cancelled", "coordinator"),
    ]
    assert await office.minutes() == []
    await office.booked(await office.asked(), FIRST)


async def test_the_same_arrangement_again_changes_nothing(office: Office) -> None:
    request_id = await office.asked()
    said = {"starts_at": NIGHT, "minutes": 30, "version": 0}
    first = await office.arrange(request_id, "book", coordinator_id=LEE, **said)
    assert await office.arrange(request_id, "book", coordinator_id=LEE, **said) == first
    assert await office.arrange(request_id, "book", **said) == first
    longer = await office.arrange(request_id, "move", starts_at=NIGHT, minutes=60)
    assert at(longer) == (LEE, NIGHT, 60)
    assert len(await office.facts()) == 2
    assert kept(NIGHT, minutes=60).kept_until - NIGHT == timedelta(minutes=5) * len(await office.minutes())
