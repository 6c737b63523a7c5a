"""A closed referral is taken up again: what intake said meanwhile counts, as it does for an open one."""

import asyncio
from datetime import timedelta

import pytest

from services.matching import storage
from services.matching.domain.follow import withdraw
from services.matching.domain.referral import Moved, Refused
from services.matching.handlers.desk import record
from shared.database import Database
from tests.matching.builders import TERMS
from tests.matching.call_states import State, booked, just_accepted, just_chosen, just_closed, just_declined
from tests.matching.calls import cancelled, hear
from tests.matching.loop import DANA, Loop


async def closed(loop: Loop, why: str = "unreachable") -> str:
    """A referral that a coordinator closed, and that is announced as closed."""
    referral_id = await loop.request()
    await loop.acts.close(referral_id, DANA, 1, why)
    await loop.pass_time()
    return referral_id


async def ended_in_crisis(loop: Loop) -> str:
    """A referral that went quiet before its words of crisis were cleared: nobody can close one in crisis."""
    referral_id = await loop.request(safety_level="crisis")
    async with loop.database.transaction() as tx:
        (found,) = await storage.load_referrals(tx, [referral_id])
        gone = withdraw(found, "gone_quiet", TERMS.dues(loop.clock.now))
        await record(tx, gone, loop.clock.now)
    return referral_id


async def test_who_was_silenced_after_the_end_is_not_taken_up_again(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await closed(loop)
    await loop.silence(1)

    done = await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)

    assert isinstance(done, Refused)
    assert done.code == "silenced"
    assert (await loop.get(referral_id)).ended


async def test_who_may_be_written_to_again_can_be_taken_up_again(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await closed(loop)
    await loop.silence(1)
    await loop.silence(1, silenced=False)

    done = await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)

    assert isinstance(done, Moved)
    await loop.pass_time()
    assert (await loop.get(referral_id)).stage == "proposed"


async def test_a_request_taken_back_after_the_end_stays_closed(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await closed(loop)
    await loop.withdraw(1)

    done = await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)

    assert isinstance(done, Refused)
    assert done.code == "withdrawn"


async def test_a_crisis_cleared_after_the_end_bars_nothing_when_it_is_taken_up_again(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    referral_id = await ended_in_crisis(loop)
    await loop.clear(1)

    await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)
    await loop.pass_time()

    assert (await loop.get(referral_id)).request.safety_level == "elevated"
    assert isinstance(await loop.choose(referral_id, "c-a"), Moved)


async def test_a_crisis_that_nobody_cleared_still_bars_a_choice(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await ended_in_crisis(loop)

    await loop.acts.reopen(referral_id, DANA, (await loop.get(referral_id)).version)
    await loop.pass_time()
    done = await loop.choose(referral_id, "c-a")

    assert isinstance(done, Refused)
    assert done.code == "crisis"


async def test_silence_asked_for_while_a_closing_can_be_undone_ends_the_offer_for_good(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    offered = await loop.offered()
    assert offered.choice
    await loop.acts.close(offered.referral_id, DANA, offered.version, "unreachable")
    loop.clock.move(timedelta(minutes=1))

    await loop.silence(1)
    await loop.acts.undo(offered.referral_id, DANA)
    await loop.acts.answer_offer(offered.choice.offer_id, "clinician:c-a", "accept")
    await loop.pass_time()

    assert (await loop.get(offered.referral_id)).stage == "silenced"
    assert await loop.broken() == []


async def test_silence_and_taking_up_again_at_once_end_in_silence_or_at_the_end(with_three: Database) -> None:
    loop = Loop(with_three)
    for number in range(1, 16):
        referral_id = await loop.request(number)
        await loop.acts.close(referral_id, DANA, 1, "unreachable")
        await loop.pass_time()
        version = (await loop.get(referral_id)).version

        await asyncio.gather(loop.acts.reopen(referral_id, DANA, version), loop.silence(number))

        found = await loop.get(referral_id)
        assert found.stage == "silenced" or found.ended


async def test_a_withdrawal_and_taking_up_again_at_once_end_at_the_end(with_three: Database) -> None:
    loop = Loop(with_three)
    for number in range(1, 16):
        referral_id = await loop.request(number)
        await loop.acts.close(referral_id, DANA, 1, "unreachable")
        await loop.pass_time()
        version = (await loop.get(referral_id)).version

        await asyncio.gather(loop.acts.reopen(referral_id, DANA, version), loop.withdraw(number))

        assert (await loop.get(referral_id)).ended


@pytest.mark.parametrize("state", [just_closed, just_chosen, just_declined, just_accepted, closed])
async def test_no_undo_and_no_news_of_a_call_brings_back_a_request_that_was_taken_back(
    with_three: Database, state: State
) -> None:
    loop = Loop(with_three)
    referral_id = await state(loop)
    await hear(loop, booked())

    await loop.withdraw(1)
    await hear(loop, cancelled(why="withdrawn"))
    await loop.acts.undo(referral_id, DANA)
    await loop.pass_time()

    found = await loop.get(referral_id)
    assert found.ended
    assert found.standing.why == ("unreachable" if state is closed else "asked_to_stop")
    assert await loop.broken() == []


async def test_a_call_that_is_off_because_it_was_taken_back_asks_nobody_to_reach_out(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request()
    await hear(loop, booked())

    await hear(loop, cancelled(why="withdrawn"))
    await loop.withdraw(1)
    await loop.look()

    assert (await loop.get(referral_id)).ended
    assert not [each for each in await loop.announced() if "overdue" in each]


async def test_a_yes_its_settling_and_a_withdrawal_at_once_leave_no_place_behind(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    for number in range(1, 16):
        offered = await loop.offered(number)
        assert offered.choice
        await asyncio.gather(
            loop.acts.answer_offer(offered.choice.offer_id, "clinician:c-a", "accept"),
            loop.withdraw(number),
            loop.look(),
        )
        await loop.pass_time()

        assert (await loop.get(offered.referral_id)).stage == "cancelled"
        assert await loop.broken() == []


async def test_who_was_silenced_and_asks_for_someone_else_is_offered_to_nobody_before_a_person_looks(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    introduced = await loop.introduced()
    assert introduced.choice
    await loop.silence(1)

    done = await loop.acts.ask_for_someone_else(introduced.choice.offer_id)

    assert isinstance(done, Moved)
    assert (await loop.get(introduced.referral_id)).stage == "silenced"
    assert isinstance(await loop.choose(introduced.referral_id, "c-b"), Refused)
    assert await loop.broken() == []
