"""A call and whatever else happens to a referral meanwhile: acts, undos, ends, new beginnings."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.matching import operations
from services.matching.domain import life
from services.matching.handlers.answers import answer_open_referrals
from services.matching.handlers.calls import on_calls_scheduled
from shared.contracts.intake import CallFact
from shared.contracts.matching import OpenReferralsAsked
from shared.database import Database
from tests.matching.builders import TERMS
from tests.matching.call_states import (
    AFTER_THE_CALL,
    AT,
    HOUR,
    TO_SAY,
    State,
    booked,
    closed,
    due,
    just_accepted,
    just_closed,
    just_declined,
    proposed,
    silenced,
    waitlisted,
)
from tests.matching.calls import attended, cancelled, hear, missed, rescheduled, scheduled
from tests.matching.loop import DANA, LEE, Loop


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


@pytest.mark.parametrize("state", [silenced, just_closed, closed])
async def test_where_nobody_is_to_call_a_call_changes_nothing_that_is_due(loop: Loop, state: State) -> None:
    referral_id = await state(loop)
    before = await loop.get(referral_id)

    await hear(loop, booked())

    after = await loop.get(referral_id)
    assert (after.standing, after.stage) == (before.standing, before.stage)
    assert after.call is not None


async def test_a_call_that_is_booked_comes_next_when_a_referral_is_opened_again(loop: Loop) -> None:
    referral_id = await closed(loop)
    await hear(loop, booked())
    await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)
    await loop.pass_time()

    assert due(await loop.get(referral_id)) == TO_SAY


async def test_a_referral_that_has_ended_stays_with_whom_it_was(loop: Loop) -> None:
    referral_id = await closed(loop)
    await hear(loop, booked(coordinator_id="lee"))

    assert (await loop.get(referral_id)).owner == "dana"


@pytest.mark.parametrize("state", [just_accepted, just_declined])
async def test_a_call_comes_next_once_what_is_under_way_has_settled(loop: Loop, state: State) -> None:
    referral_id = await state(loop)
    await hear(loop, booked())
    await loop.pass_time()

    assert due(await loop.get(referral_id)) == TO_SAY


UNDONE: dict[str, tuple[CallFact, str]] = {
    "cancelled": (cancelled(), life.REACH_OUT),
    "attended": (attended(), life.CHOOSE),
    "missed": (missed(), life.MISSED_CALL),
    "moved": (rescheduled(starts_at=AT + HOUR, was_at=AT), life.CALL),
}


@pytest.mark.parametrize("news", UNDONE)
async def test_an_undo_does_not_bring_back_the_duty_of_a_call_that_is_over(loop: Loop, news: str) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    await loop.choose(referral_id, "c-a")
    fact, next_action = UNDONE[news]
    await hear(loop, fact)

    await loop.acts.undo(referral_id, DANA)

    found = await loop.get(referral_id)
    assert (found.stage, found.standing.next_action) == ("proposed", next_action)
    if news == "moved":
        assert found.standing.due_at == AFTER_THE_CALL + HOUR


async def test_an_undo_finds_the_call_that_was_booked_meanwhile(loop: Loop) -> None:
    referral_id = await just_closed(loop)
    await hear(loop, booked())

    await loop.acts.undo(referral_id, DANA)

    assert due(await loop.get(referral_id)) == TO_SAY


async def test_choosing_before_the_call_leaves_the_call_due(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    await loop.choose(referral_id, "c-a")
    await loop.pass_time()

    found = await loop.get(referral_id)
    assert (found.stage, *due(found)) == ("offered", *TO_SAY)


async def test_speaking_with_them_before_the_call_leaves_the_call_due(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    await loop.acts.contact(referral_id, DANA, 2)

    found = await loop.get(referral_id)
    assert (found.contacted, *due(found)) == (True, *TO_SAY)


async def test_who_says_in_another_way_that_they_spoke_need_not_say_how_the_call_went(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    loop.clock.now = AT + timedelta(minutes=5)
    await loop.acts.contact(referral_id, DANA, 2)
    chosen_by = due(await loop.get(referral_id))
    assert chosen_by[0] == life.CHOOSE

    await loop.pass_time(HOUR)
    await hear(loop, attended())

    assert due(await loop.get(referral_id)) == chosen_by


async def test_who_was_not_reached_at_the_call_is_still_to_be_reached(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    loop.clock.now = AT + HOUR
    await loop.acts.still_to_reach(referral_id, DANA, 2)
    assert (await loop.get(referral_id)).standing.next_action == life.REACH_OUT

    await hear(loop, missed())

    assert (await loop.get(referral_id)).standing.next_action == life.MISSED_CALL


async def test_who_missed_the_call_is_reached_out_to_when_the_clinician_says_no(loop: Loop) -> None:
    found = await loop.offered()
    assert found.choice
    await hear(loop, booked(), missed())
    await loop.acts.answer_offer(found.choice.offer_id, "clinician:c-a", "decline", "fee")
    await loop.pass_time()

    after = await loop.get(found.referral_id)
    assert (after.stage, after.standing.next_action) == ("proposed", life.REACH_OUT)


async def test_who_books_again_after_a_missed_call_is_called(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked(), missed(), scheduled(starts_at=AT + 24 * HOUR, call=2, version=3))

    found = await loop.get(referral_id)
    assert due(found) == (life.CALL, AFTER_THE_CALL + 24 * HOUR)
    assert found.standing.nudged == 0


async def test_a_person_who_books_is_heard_of_and_not_let_go(loop: Loop) -> None:
    referral_id = await waitlisted(loop)
    await loop.acts.contact(referral_id, DANA, (await loop.get(referral_id)).version)
    await loop.pass_time(timedelta(days=14))
    assert (await loop.get(referral_id)).checked_in

    await hear(loop, scheduled(starts_at=loop.clock.now + HOUR))

    found = await loop.get(referral_id)
    assert (found.checked_in, found.heard_at) == (False, loop.clock.now)


async def test_what_a_coordinator_books_is_no_sign_of_life(loop: Loop) -> None:
    referral_id = await waitlisted(loop)
    heard_at = (await loop.get(referral_id)).heard_at

    await hear(loop, booked(by=LEE))

    assert (await loop.get(referral_id)).heard_at == heard_at


async def test_a_call_is_announced_by_intake_and_by_nobody_else(loop: Loop) -> None:
    await proposed(loop)
    before = await loop.announced()

    await hear(loop, booked(), rescheduled(was_at=AT), attended(version=3))

    assert await loop.announced() == before


async def test_the_call_of_a_test_counts_for_nobody(loop: Loop) -> None:
    referral_id = await loop.request(test=True)
    await hear(loop, booked(coordinator_id="lee"))
    await loop.request(2)

    assert (await loop.get(referral_id)).owner == "lee"
    assert (await loop.get(await loop.referral_of("q-2"))).owner == "dana"


async def test_nobody_is_reminded_of_a_call_anew_because_somebody_chose(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked())
    await loop.pass_time(AFTER_THE_CALL - loop.clock.now)
    assert (await loop.get(referral_id)).standing.nudged == 1

    await loop.choose(referral_id, "c-a")
    chosen = (await loop.get(referral_id)).standing

    assert (chosen.next_action, chosen.nudged) == (life.CALL, 1)
    assert chosen.nudge_at == TERMS.working_hours.after(AFTER_THE_CALL, 4 * HOUR)


async def test_what_was_said_of_two_calls_at_once_ends_with_the_later(loop: Loop) -> None:
    referral_id = await proposed(loop)
    second = scheduled(starts_at=AT + 5 * HOUR, call=2, version=3)
    async with loop.database.transaction() as tx:
        await on_calls_scheduled([second, booked()], tx, loop.clock.now, loop.ids, terms=loop.terms)

    found = await loop.get(referral_id)
    assert found.call is not None
    assert (found.call.version, found.standing.due_at) == (3, AFTER_THE_CALL + 5 * HOUR)


async def test_a_practice_may_wait_longer_after_a_call(with_three: Database) -> None:
    clocks = TERMS.clocks.model_copy(update={"after_call": 3 * HOUR})
    slow = Loop(with_three, terms=replace(TERMS, clocks=clocks))
    referral_id = await slow.request()
    await hear(slow, booked())

    assert due(await slow.get(referral_id)) == (life.CALL, AFTER_THE_CALL + 2 * HOUR)


async def test_what_is_open_tells_when_its_call_is_until_the_call_is_over(loop: Loop) -> None:
    await proposed(loop)
    asked = OpenReferralsAsked(coordinator_id="dana", asked_by="notifications")

    async def told() -> set[datetime | None]:
        answer = await answer_open_referrals(asked, loop.database, loop.clock.now, loop.terms)
        listed = await operations.open_referrals(loop.database)
        return {answer.referrals[0].call_at, listed[0].call_at}

    assert await told() == {None}
    await hear(loop, booked())
    assert await told() == {AT}
    await hear(loop, cancelled())
    assert await told() == {None}


async def test_the_trail_tells_of_a_call_when_it_is_and_with_whom(loop: Loop) -> None:
    await proposed(loop)
    moved = rescheduled(by=LEE, starts_at=AT + HOUR, was_at=AT, coordinator_id="lee")
    off = cancelled(by="intake", why="silenced", starts_at=AT + HOUR, coordinator_id="lee", version=3)
    await hear(loop, booked(), moved, off)

    steps = (await operations.trail(loop.database, "R-00001"))[1:]

    assert [each["name"] for each in steps] == [f"referral.{act}_call" for act in ("book", "move", "cancel")]
    told = [
        {name: each["detail"].get(name) for name in ("by", "call_with", "was_at", "why")} for each in steps
    ]
    assert told == [
        {"by": "person", "call_with": "dana", "was_at": None, "why": None},
        {"by": LEE, "call_with": "lee", "was_at": AT.isoformat(), "why": None},
        {"by": "intake", "call_with": "lee", "was_at": None, "why": "silenced"},
    ]
