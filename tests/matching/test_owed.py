"""What is still owed to a person stays due, and what a coordinator does can be taken back."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.matching.domain.referral import Moved, Refused
from shared.database import Database
from tests.matching.loop import DANA, LEE, Loop

Act = Callable[[Loop, str, int], Awaitable[Any]]
BEFORE_ANYBODY_SPOKE: dict[str, Act] = {
    "choose": lambda loop, referral_id, version: loop.acts.choose(referral_id, DANA, version, "c-a"),
    "none_fits": lambda loop, referral_id, version: loop.acts.none_fits(referral_id, DANA, version, "fee"),
    "put_on_waitlist": lambda loop, referral_id, version: loop.acts.put_on_waitlist(
        referral_id, DANA, version
    ),
}


@pytest.mark.parametrize("act", BEFORE_ANYBODY_SPOKE)
async def test_a_word_that_is_owed_stays_due_whatever_is_decided(with_three: Database, act: str) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request()
    owed = (await loop.get(referral_id)).standing

    await BEFORE_ANYBODY_SPOKE[act](loop, referral_id, 1)

    stands = (await loop.get(referral_id)).standing
    assert stands.stage != "proposed"
    assert (stands.next_action, stands.due_at) == ("reach_out", owed.due_at)


async def test_once_somebody_spoke_an_offer_waits_for_the_clinician_alone(with_three: Database) -> None:
    loop = Loop(with_three)
    offered = await loop.offered()
    assert offered.choice

    await loop.acts.contact(offered.referral_id, DANA, offered.version)

    stands = (await loop.get(offered.referral_id)).standing
    assert (stands.stage, stands.next_action, stands.due_at) == (
        "offered",
        "await_answer",
        offered.choice.answer_by,
    )


async def test_who_was_said_to_be_reached_by_mistake_is_to_be_reached_again(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request()
    await loop.acts.contact(referral_id, DANA, 1)

    await loop.acts.still_to_reach(referral_id, LEE, 2)

    found = await loop.get(referral_id)
    assert (found.standing.next_action, found.contacted) == ("reach_out", False)
    assert found.standing.due_at == loop.terms.contact_due(loop.clock.now)


@pytest.mark.parametrize("act", [*BEFORE_ANYBODY_SPOKE, "close"])
async def test_nothing_goes_further_or_ends_while_words_of_crisis_are_not_cleared(
    with_three: Database, act: str
) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request(safety_level="crisis")
    acts = {
        **BEFORE_ANYBODY_SPOKE,
        "close": lambda loop, referral_id, version: loop.acts.close(referral_id, DANA, version, "duplicate"),
    }

    refused = await acts[act](loop, referral_id, 1)
    await loop.clear(1)
    done = await acts[act](loop, referral_id, 2)

    assert isinstance(refused, Refused)
    assert refused.code == "crisis"
    assert isinstance(done, Moved)


@pytest.mark.parametrize("before", [True, False], ids=["before the request", "after it"])
async def test_words_of_crisis_that_come_beside_the_request_hold_it_too(
    with_three: Database, before: bool
) -> None:
    loop = Loop(with_three)
    if before:
        await loop.flag(1)
    referral_id = await loop.request()
    if not before:
        await loop.flag(1)
        await loop.flag(1)
    held = await loop.get(referral_id)

    refused = await loop.acts.choose(referral_id, DANA, held.version, "c-a")
    await loop.clear(1)
    freed = await loop.get(referral_id)

    assert held.request.safety_level == "crisis"
    assert isinstance(refused, Refused)
    assert refused.code == "crisis"
    assert freed.request.safety_level == "elevated"


async def test_whom_the_person_gave_up_is_proposed_and_chosen_no_more(with_three: Database) -> None:
    loop = Loop(with_three)
    introduced = await loop.introduced()
    await loop.acts.someone_else(introduced.referral_id, DANA, introduced.version)
    await loop.pass_time()

    done = await loop.choose(introduced.referral_id, "c-a")

    found = await loop.get(introduced.referral_id)
    assert (found.stage, found.request.given_up, found.request.declined_by) == (
        "proposed",
        {"c-a"},
        frozenset(),
    )
    assert isinstance(done, Refused)
    assert (done.code, done.why) == ("excluded", "given_up")
    assert await loop.broken() == []


@pytest.mark.parametrize("act", ["reopen", "end_care"])
async def test_what_is_done_to_a_closed_referral_can_be_undone_and_has_not_left(
    with_three: Database, act: str
) -> None:
    loop = Loop(with_three)
    introduced = await loop.introduced()
    await loop.acts.complete(introduced.referral_id, DANA, introduced.version)
    await loop.pass_time()
    closed = await loop.get(introduced.referral_id)
    told = list(await loop.announced())

    await getattr(loop.acts, act)(closed.referral_id, DANA, closed.version)
    await loop.acts.undo(closed.referral_id, LEE)
    await loop.pass_time()

    after = await loop.get(closed.referral_id)
    assert (after.standing, after.closed_at, after.choice) == (
        closed.standing,
        closed.closed_at,
        closed.choice,
    )
    assert list(await loop.announced()) == told
    assert await loop.broken() == []


async def test_a_place_is_free_once_the_end_of_care_has_settled(with_three: Database) -> None:
    loop = Loop(with_three)
    introduced = await loop.introduced()
    await loop.acts.complete(introduced.referral_id, DANA, introduced.version)
    await loop.pass_time()

    closed = await loop.get(introduced.referral_id)
    await loop.acts.end_care(closed.referral_id, DANA, closed.version)
    await loop.pass_time()

    after = await loop.get(closed.referral_id)
    assert (after.stage, after.choice, after.ended) == ("completed", None, True)
    assert await loop.broken() == []
