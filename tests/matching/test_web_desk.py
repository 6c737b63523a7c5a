"""What a coordinator hears from a person or a colleague is kept with a press, and said back in words."""

import pytest

from services.matching.domain import life
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, case_link, text_of


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_a_colleagues_request_is_answered_and_nobody_is_matched(house: WebHouse) -> None:
    referral_id = await house.loop.professional()
    page = case_link(referral_id)
    dana = await house.proven(page)

    shown = (await dana.get(page)).text
    assert "Who fits" not in shown
    assert f"{page}/choose" not in shown
    assert (await house.act(dana, page, "complete", referral_id)).status_code == 303


async def test_to_a_colleague_the_page_speaks_of_a_colleague(house: WebHouse) -> None:
    referral_id = await house.loop.professional()
    page = case_link(referral_id)
    dana = await house.proven(page)

    shown = text_of((await dana.get(page)).text)
    assert "Next Answer the colleague" in shown
    assert all(said in shown for said in ("I have answered them", "They have their answer", "Close it"))
    form = text_of((await dana.get(f"{page}/close")).text)
    answered = await house.act(dana, page, "contact", referral_id)
    said = text_of((await dana.get(answered.headers["location"])).text)
    assert "Kept: somebody has answered them." in said
    assert "Dana: answered the colleague." in said
    for each in (shown, form, said):
        assert not any(word in each for word in ("the person", "Care has begun", "Close without care"))
        assert "offered or given" not in each


async def test_who_was_reached_by_mistake_is_still_to_be_reached(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    await house.act(dana, page, "contact", referral_id)
    assert "They are still to be reached" in (await dana.get(page)).text

    kept = await house.act(dana, page, "still-to-reach", referral_id)

    said = text_of((await dana.get(kept.headers["location"])).text)
    assert "Kept: they are still to be reached." in said
    assert "Dana: they are still to be reached." in said
    after = await house.loop.get(referral_id)
    assert (after.contacted, after.standing.next_action) == (False, life.REACH_OUT)


async def test_who_told_the_desk_that_they_want_somebody_else_is_looked_for_again(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = case_link(introduced.referral_id)
    dana = await house.proven(page)
    assert "They would rather have somebody else" in (await dana.get(page)).text

    kept = await house.act(dana, page, "someone-else", introduced.referral_id)

    said = text_of((await dana.get(kept.headers["location"])).text)
    assert "You: they would rather have somebody else" in said
    assert "Undo until 10:30 am" in said
    await house.loop.pass_time()
    after = await house.loop.get(introduced.referral_id)
    assert (after.stage, after.choice) == (life.PROPOSED, None)


async def test_while_an_offer_waits_the_person_can_be_spoken_with(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = case_link(offered.referral_id)
    dana = await house.proven(page)

    assert (await house.act(dana, page, "contact", offered.referral_id)).status_code == 303
    form = {"act": "book", "seen": "0", "day": "2026-11-24", "time": "14:00"}
    assert (await dana.post(f"{page}/call", data=form)).status_code == 303
    assert (await house.loop.get(offered.referral_id)).stage == life.OFFERED


async def test_after_a_release_nobody_is_told_of_somebody_else(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(state="unknown")
    await house.act(dana, page, "release", referral_id, why="spoken_with", state="CA")

    said = text_of((await dana.get(page)).text)

    assert "Next Somebody is looked for" in said
    assert "Somebody else" not in said
