"""A clinician's pages: asked in codes, answered once, introduced after the yes."""

from datetime import timedelta

import pytest

from services.matching.domain import life
from services.matching.domain.referral import Referral
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import (
    ADDRESS,
    MESSAGE,
    NAME,
    WebHouse,
    introduction_link,
    offer_link,
    text_of,
)

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


def offer_of(referral: Referral) -> str:
    assert referral.choice
    return referral.choice.offer_id


async def test_an_offer_says_what_is_asked_for_in_codes_after_the_code_alone(house: WebHouse) -> None:
    offered = await house.loop.offered(concerns=("grief_loss",), preferences={"fee_max": 180})
    page = offer_link(offer_of(offered), "c-a")

    closed = text_of((await house.browser().get(page)).text)
    assert "R-00001" in closed
    assert "grief" not in closed

    browser = await house.proven(page)
    shown = text_of((await browser.get(page)).text)
    assert "grief and loss" in shown
    assert "a reduced one, within your own range from $100" in shown
    assert "180" not in shown
    assert "One adult" in shown
    assert house.intake.asked == []


async def test_a_yes_can_be_undone_for_ten_minutes(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)

    assert (await browser.post(f"{page}/yes")).status_code == 303
    assert "You said yes" in text_of((await browser.get(page)).text)
    assert (await browser.post(f"{page}/undo")).status_code == 303
    assert (await house.loop.get(offered.referral_id)).stage == life.OFFERED


async def test_a_no_needs_a_reason_and_nothing_else(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)

    without = await browser.post(f"{page}/no")
    assert without.status_code == 422
    assert "Please choose a reason" in text_of(without.text)

    assert (await browser.post(f"{page}/no", data={"why": "schedule"})).status_code == 303
    assert (await house.loop.get(offered.referral_id)).stage == life.DECLINED


async def test_the_same_answer_twice_is_kept_once(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)
    await browser.post(f"{page}/yes")

    again = await browser.post(f"{page}/yes")

    assert again.status_code == 200
    assert "Already done by you" in text_of(again.text)
    assert (await house.loop.get(offered.referral_id)).version == offered.version + 1


async def test_who_has_seen_it_can_say_so_and_answer_later(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)

    assert (await browser.post(f"{page}/seen")).status_code == 303
    assert (await house.loop.get(offered.referral_id)).stage == life.RECEIVED
    shown = (await browser.get(page)).text
    assert "Yes, I will see them" in shown
    assert "I have seen it" not in shown


async def test_an_offer_that_stands_no_more_ends_kindly(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)
    await house.loop.pass_time(timedelta(days=14))

    for said in (await browser.get(page), await browser.post(f"{page}/yes")):
        assert said.status_code == 410
        assert "nobody holds anything against you" in text_of(said.text)


async def test_while_the_desk_takes_it_back_there_is_nothing_to_answer(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)
    await house.loop.acts.take_back(offered.referral_id, "coordinator:dana", offered.version)

    assert "Nothing is asked of you" in text_of((await browser.get(page)).text)
    assert (await browser.post(f"{page}/yes")).status_code == 409


async def test_another_clinicians_offer_is_not_theirs_to_answer(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = offer_link(offer_of(offered), "c-b")
    browser = await house.proven(offer_link(offer_of(offered), "c-a"))

    assert (await browser.get(page)).status_code == 410
    assert (await browser.post(f"{page}/yes")).status_code == 410
    assert (await house.loop.get(offered.referral_id)).stage == life.OFFERED


@pytest.mark.parametrize(
    ("fee_max", "said"), [(250, "your full fee, $200"), (200, "your full fee, $200"), (None, "")]
)
async def test_of_the_fee_a_clinician_sees_what_the_mail_says(
    house: WebHouse, fee_max: int | None, said: str
) -> None:
    offered = await house.loop.offered(preferences={"fee_max": fee_max} if fee_max else {})
    page = offer_link(offer_of(offered), "c-a")
    browser = await house.proven(page)

    shown = text_of((await browser.get(page)).text)

    assert said in shown
    assert ("Fee" in shown) is bool(said)
    assert "250" not in shown


async def test_after_the_introduction_too_nobody_sees_what_the_person_could_pay_at_most(
    house: WebHouse,
) -> None:
    introduced = await house.loop.introduced(preferences={"fee_max": 173})
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)

    for shown in (await browser.get(page), await browser.post(f"{page}/words")):
        assert "173" not in text_of(shown.text)


async def test_after_the_yes_each_press_shows_a_part(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)

    before = (await browser.get(page)).text
    assert not any(said in before for said in (NAME, ADDRESS, MESSAGE))

    who = (await browser.post(f"{page}/who")).text
    assert NAME in who
    assert ADDRESS in who
    assert MESSAGE not in who
    assert "Show what they wrote" in who

    words = (await browser.post(f"{page}/words")).text
    assert all(said in words for said in (MESSAGE, NAME, ADDRESS))
    assert {(each.purpose, each.asked_by) for each in house.intake.asked} == {
        ("clinician_reads", "clinician:c-a")
    }


async def test_a_clinician_never_sees_what_coordinators_noted(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)
    house.intake.note("q-1", "between us")

    assert "between us" not in (await browser.post(f"{page}/words")).text


async def test_an_introduction_that_stands_no_more_shows_nobody(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)
    await house.loop.acts.ask_for_someone_else(offer_of(introduced))

    for said in (await browser.get(page), await browser.post(f"{page}/who")):
        assert said.status_code == 410
        assert NAME not in said.text


async def test_an_introduction_can_be_opened_again_once_intake_is_back(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)
    house.intake.away = True

    away = await browser.post(f"{page}/who")

    assert away.status_code == 503
    assert "Please try again in a minute" in text_of(away.text)


async def test_who_left_the_roster_opens_nothing(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = introduction_link(offer_of(introduced), "c-a")
    browser = await house.proven(page)
    await house.leave("c-a")

    assert (await browser.post(f"{page}/who")).status_code == 404
