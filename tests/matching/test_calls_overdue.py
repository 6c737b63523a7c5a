"""A booked call is the contact that was due: nobody is reminded to reach out while it lies ahead."""

import json
from datetime import timedelta

import pytest

from services.matching.domain import life
from shared.database import Database
from tests.matching.builders import NOW
from tests.matching.call_states import AFTER_THE_CALL, AT, HOUR, booked
from tests.matching.calls import attended, cancelled, hear, missed, rescheduled
from tests.matching.loop import Loop, claim

TOO_LATE_TO_REACH_OUT = timedelta(hours=20)  # Tuesday at 6, a working day's clock over
A_WEEK = timedelta(days=7)


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


async def overdue(loop: Loop) -> list[str]:
    """Every duty of which somebody was reminded, in order."""
    async with loop.database.reading() as tx:
        rows = await claim(tx, "looking", NOW)
    said = [json.loads(row.payload) for row in rows if row.subject.startswith("matching.referral.overdue")]
    return [each["next_action"] for each in said]


async def test_without_a_call_somebody_is_reminded(loop: Loop) -> None:
    await loop.request()

    await loop.pass_time(TOO_LATE_TO_REACH_OUT)

    assert await overdue(loop) == [life.REACH_OUT]


async def test_a_call_ahead_stills_the_clock_whichever_comes_first(loop: Loop) -> None:
    await hear(loop, booked(number=1))
    await loop.request(1)
    await loop.request(2)
    await hear(loop, booked(number=2))

    await loop.pass_time(TOO_LATE_TO_REACH_OUT)

    assert await overdue(loop) == []


async def test_a_reminder_that_went_before_is_followed_by_none_once_a_call_is_booked(loop: Loop) -> None:
    await loop.request()
    await loop.pass_time(TOO_LATE_TO_REACH_OUT)

    await hear(loop, booked())
    await loop.pass_time(AFTER_THE_CALL - loop.clock.now - HOUR)

    assert await overdue(loop) == [life.REACH_OUT]


async def test_a_call_that_moves_takes_its_clock_along(loop: Loop) -> None:
    await loop.request()
    await hear(loop, booked(), rescheduled(was_at=AT, starts_at=AT + A_WEEK))

    await loop.pass_time(AFTER_THE_CALL + timedelta(days=1) - loop.clock.now)
    assert await overdue(loop) == []

    await loop.pass_time(A_WEEK)
    assert set(await overdue(loop)) == {life.CALL}


async def test_a_call_that_is_off_makes_reaching_out_due_anew(loop: Loop) -> None:
    referral_id = await loop.request()
    await hear(loop, booked())
    await loop.pass_time(TOO_LATE_TO_REACH_OUT)

    await hear(loop, cancelled())
    await loop.look()
    assert (await loop.get(referral_id)).standing.next_action == life.REACH_OUT
    assert await overdue(loop) == []

    await loop.pass_time(timedelta(days=1))
    assert (await overdue(loop))[0] == life.REACH_OUT


async def test_a_missed_call_asks_for_another_word_and_a_call_that_was_for_a_choice(loop: Loop) -> None:
    await loop.request(1)
    await loop.request(2)
    await hear(loop, booked(number=1), booked(number=2))
    loop.clock.move(AT + HOUR - loop.clock.now)

    await hear(loop, missed(1), attended(2))
    await loop.pass_time(A_WEEK)

    assert set(await overdue(loop)) == {life.MISSED_CALL, life.CHOOSE}


async def test_an_older_booking_heard_after_its_end_stills_nothing(loop: Loop) -> None:
    await loop.request()
    await hear(loop, cancelled(), booked())

    await loop.pass_time(TOO_LATE_TO_REACH_OUT)

    assert await overdue(loop) == [life.REACH_OUT]
