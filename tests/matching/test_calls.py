"""What a free call makes due, at every point of a referral's life; on both databases."""

import pytest

from services.matching.domain import life
from shared.contracts.intake import CallFact
from shared.database import Database
from tests.matching.call_states import (
    AFTER_THE_CALL,
    AT,
    HOUR,
    TO_SAY,
    State,
    a_colleague,
    booked,
    due,
    held,
    introduced,
    just_chosen,
    none_fits,
    offered,
    proposed,
    received,
    waitlisted,
)
from tests.matching.calls import attended, cancelled, hear, missed, rescheduled, scheduled
from tests.matching.loop import DANA, Loop

WHERE_A_CALL_COMES_NEXT: tuple[State, ...] = (
    proposed,
    waitlisted,
    none_fits,
    offered,
    received,
    introduced,
    a_colleague,
    just_chosen,
)
ONCE_SPOKEN = {  # what comes next
    proposed: life.CHOOSE,
    waitlisted: life.WAIT,
    none_fits: life.FIND_ANOTHER_WAY,
    offered: life.AWAIT_ANSWER,
    received: life.AWAIT_ANSWER,
    introduced: life.FOLLOW_UP,
    a_colleague: life.FOLLOW_UP,
    just_chosen: life.AWAIT_ANSWER,
}


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


@pytest.mark.parametrize("state", WHERE_A_CALL_COMES_NEXT)
async def test_while_a_call_is_booked_it_comes_next_an_hour_after_its_end(loop: Loop, state: State) -> None:
    referral_id = await state(loop)

    await hear(loop, booked())

    assert due(await loop.get(referral_id)) == TO_SAY


@pytest.mark.parametrize("state", WHERE_A_CALL_COMES_NEXT)
async def test_a_call_that_is_moved_is_due_at_its_new_time(loop: Loop, state: State) -> None:
    referral_id = await state(loop)

    await hear(loop, booked(), rescheduled(starts_at=AT + 2 * HOUR, was_at=AT))

    assert due(await loop.get(referral_id)) == (life.CALL, AFTER_THE_CALL + 2 * HOUR)


@pytest.mark.parametrize("state", WHERE_A_CALL_COMES_NEXT)
async def test_who_was_spoken_with_is_contacted_and_what_comes_next_is_due(loop: Loop, state: State) -> None:
    referral_id = await state(loop)
    await hear(loop, booked(), attended())

    found = await loop.get(referral_id)

    assert found.contacted
    assert found.standing.next_action == ONCE_SPOKEN[state]
    assert found.standing.due_at > loop.clock.now


@pytest.mark.parametrize("state", WHERE_A_CALL_COMES_NEXT)
async def test_after_a_missed_call_the_owner_has_a_duty_with_a_time(loop: Loop, state: State) -> None:
    referral_id = await state(loop)
    await hear(loop, booked(), missed())

    found = await loop.get(referral_id)

    assert due(found) == (life.MISSED_CALL, loop.terms.dues(loop.clock.now).decision)
    assert not found.contacted


@pytest.mark.parametrize("state", [each for each in WHERE_A_CALL_COMES_NEXT if each is not introduced])
async def test_who_was_never_reached_is_reached_out_to_once_the_call_is_off(loop: Loop, state: State) -> None:
    referral_id = await state(loop)
    await hear(loop, booked(), cancelled())

    assert due(await loop.get(referral_id)) == (life.REACH_OUT, loop.terms.contact_due(loop.clock.now))


async def test_who_is_introduced_and_calls_it_off_is_asked_how_it_goes(loop: Loop) -> None:
    referral_id = await introduced(loop)
    await hear(loop, booked(), cancelled())

    decided_by = loop.terms.dues(loop.clock.now).decision
    assert due(await loop.get(referral_id)) == (life.FOLLOW_UP, decided_by)


async def test_who_was_spoken_with_before_is_decided_on_once_the_call_is_off(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await loop.acts.contact(referral_id, DANA, 1)
    await hear(loop, booked(), cancelled())

    assert (await loop.get(referral_id)).standing.next_action == life.CHOOSE


@pytest.mark.parametrize("state", WHERE_A_CALL_COMES_NEXT)
@pytest.mark.parametrize(
    "facts",
    [
        (booked(),),
        (booked(), attended()),
        (booked(), missed()),
        (booked(), cancelled()),
        (booked(), missed(), scheduled(starts_at=AT + 3 * HOUR, call=2, version=3)),
    ],
)
async def test_who_calls_answers_for_them(loop: Loop, state: State, facts: tuple[CallFact, ...]) -> None:
    referral_id = await state(loop)
    theirs = [fact.model_copy(update={"coordinator_id": "lee"}) for fact in facts]

    await hear(loop, *theirs)

    assert (await loop.get(referral_id)).owner == "lee"


async def test_a_coordinator_whom_nobody_knows_takes_nothing_over(loop: Loop) -> None:
    referral_id = await proposed(loop)
    await hear(loop, booked(coordinator_id="somebody-who-left"))

    found = await loop.get(referral_id)
    assert (found.owner, found.standing.next_action) == ("dana", life.CALL)


async def test_whom_a_coordinator_calls_first_is_looked_at_after_the_call(loop: Loop) -> None:
    referral_id = await held(loop)
    await hear(loop, booked(by=DANA))
    assert due(await loop.get(referral_id)) == TO_SAY

    await hear(loop, attended())

    found = await loop.get(referral_id)
    assert (found.stage, found.standing.next_action, found.contacted) == ("held", life.REVIEW_HOLD, True)


async def test_a_hold_does_not_wait_for_a_call_that_the_person_booked(loop: Loop) -> None:
    referral_id = await held(loop)
    before = due(await loop.get(referral_id))

    await hear(loop, booked())

    assert due(await loop.get(referral_id)) == before
    assert before[0] == life.REVIEW_HOLD


async def test_a_hold_is_looked_at_soon_once_the_call_about_it_is_off(loop: Loop) -> None:
    referral_id = await held(loop)
    await hear(loop, booked(by=DANA), cancelled())

    assert due(await loop.get(referral_id)) == (life.REVIEW_HOLD, loop.terms.contact_due(loop.clock.now))


async def test_a_call_that_was_booked_during_a_hold_comes_next_once_it_is_released(loop: Loop) -> None:
    referral_id = await loop.request(state="unknown")
    await hear(loop, booked())
    await loop.acts.release(referral_id, DANA, 2, "spoken_with", "CA")
    await loop.pass_time()

    found = await loop.get(referral_id)
    assert (found.stage, *due(found)) == ("proposed", *TO_SAY)
