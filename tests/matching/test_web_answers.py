"""A person's pages: a GET shows nothing about them, each press is one answer, and every answer is fine."""

import re
from datetime import timedelta

import pytest

from services.matching.domain import life
from services.matching.domain.referral import Referral
from services.notifications.discretion import gives_away
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, introduced_link, text_of, waiting_link


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


def link_of(introduced: Referral) -> str:
    assert introduced.choice
    return introduced_link(introduced.choice.offer_id, introduced.request.request_id)


async def waiting(house: WebHouse, *, spoken_with: bool = False, **said: object) -> tuple[str, str]:
    """Somebody for whom there is no place: the referral's id, and their link."""
    referral_id = await house.loop.request(**said)
    if spoken_with:
        await house.loop.acts.contact(referral_id, "coordinator:dana", 1)
    version = (await house.loop.get(referral_id)).version
    await house.loop.acts.put_on_waitlist(referral_id, "coordinator:dana", version)
    await house.loop.pass_time()
    return referral_id, waiting_link(referral_id, "q-1")


async def test_before_the_press_nobody_is_named_and_the_title_is_neutral(house: WebHouse) -> None:
    page = link_of(await house.loop.introduced())

    said = await house.browser().get(page)

    assert said.status_code == 200
    assert "Clinician" not in said.text
    title = re.search("<title>(.*)</title>", said.text)
    assert title
    assert not gives_away(title[1])
    assert "Leave now" in said.text
    assert "988" in said.text
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["x-robots-tag"] == "noindex"


async def test_the_press_shows_the_clinician_in_their_own_words(house: WebHouse) -> None:
    page = link_of(await house.loop.introduced())

    said = text_of((await house.browser().post(f"{page}/open")).text)

    assert "Meet Clinician c-a" in said
    assert "I listen." in said
    assert "Licensed Marriage and Family Therapist" in said
    assert "You set the pace." in said


async def test_who_wrote_in_spanish_reads_spanish_and_can_switch(house: WebHouse) -> None:
    page = link_of(await house.loop.introduced(language="es"))
    browser = house.browser()

    closed = (await browser.get(page)).text
    assert 'lang="es"' in closed
    assert f"{page}?lang=en" in closed
    assert "Escucho." in (await browser.post(f"{page}/open")).text
    assert "I listen." in (await browser.post(f"{page}/open?lang=en")).text


async def test_who_wrote_for_a_child_is_not_told_that_they_set_the_pace(house: WebHouse) -> None:
    page = link_of(await house.loop.introduced())
    house.intake.said = {"for_": "child"}

    said = text_of((await house.browser().post(f"{page}/open")).text)

    assert "Whoever comes sets the pace." in said


async def test_an_introduction_opens_while_intake_is_away(house: WebHouse) -> None:
    page = link_of(await house.loop.introduced())
    house.intake.away = True

    said = await house.browser().post(f"{page}/open")

    assert said.status_code == 200
    assert "Meet Clinician c-a" in text_of(said.text)


async def test_someone_else_takes_one_more_press_and_no_reason(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()

    asked = await browser.post(f"{page}/else")
    assert "Yes, someone else" in text_of(asked.text)
    assert (await house.loop.get(introduced.referral_id)).stage == life.INTRODUCED

    done = await browser.post(f"{page}/else/yes")
    assert "Thank you for saying so" in text_of(done.text)
    after = await house.loop.get(introduced.referral_id)
    assert after.stage == life.PROPOSED
    assert "c-a" in after.request.given_up


async def test_who_said_so_already_is_told_so(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()
    await browser.post(f"{page}/else/yes")
    version = (await house.loop.get(introduced.referral_id)).version

    for below in ("else/yes", "else", "open"):
        again = text_of((await browser.post(f"{page}/{below}")).text)
        assert "On Monday, November 23 you said you would rather have someone else." in again
    assert (await house.loop.get(introduced.referral_id)).version == version


async def test_a_link_whose_introduction_ended_says_who_looks_again_and_names_no_clinician(
    house: WebHouse,
) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()
    await browser.post(f"{page}/else/yes")

    shown = await browser.get(page)

    said = text_of(shown.text)
    assert "This link has ended" in said
    assert "Dana is looking again and will write to you." in said
    assert "I have an answer for you" not in said
    assert "Clinician" not in shown.text
    spanish = text_of((await browser.get(f"{page}?lang=es")).text)
    assert "Dana está buscando otra vez y le escribirá." in spanish


async def test_once_somebody_else_took_it_up_an_older_link_promises_nothing(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()
    await browser.post(f"{page}/else/yes")
    chosen = await house.loop.choose(introduced.referral_id, "c-b")
    assert chosen
    await house.loop.pass_time()
    again = (await house.loop.get(introduced.referral_id)).choice
    assert again
    await house.loop.acts.answer_offer(again.offer_id, "clinician:c-b", "accept")
    await house.loop.pass_time()

    said = text_of((await browser.get(page)).text)

    assert "This link has ended" in said
    assert "looking again" not in said


async def test_after_the_end_an_older_link_promises_nothing(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()
    await house.loop.acts.close(introduced.referral_id, "coordinator:dana", introduced.version, "unreachable")
    await house.loop.pass_time()

    said = text_of((await browser.get(page)).text)

    assert "This link has ended" in said
    assert "looking again" not in said


async def test_an_older_introduction_says_that_things_have_changed(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page, browser = link_of(introduced), house.browser()
    await browser.post(f"{page}/else/yes")
    await house.loop.choose(introduced.referral_id, "c-b")

    said = text_of((await browser.post(f"{page}/else/yes")).text)

    assert "This has changed since" in said
    assert (await house.loop.get(introduced.referral_id)).stage == life.OFFERED


@pytest.mark.parametrize(
    ("answer", "stage", "thanks"),
    [
        ("still_waiting", life.WAITLISTED, "You are still on our list"),
        ("found_someone", life.CANCELLED, "We are glad"),
        ("not_now", life.CANCELLED, "That is all right"),
    ],
)
async def test_each_answer_of_who_waits_is_thanked_for(
    house: WebHouse, answer: str, stage: str, thanks: str
) -> None:
    referral_id, page = await waiting(house)
    browser = house.browser()

    said = await browser.post(page, data={"answer": answer})
    assert thanks in text_of(said.text)
    assert (await house.loop.get(referral_id)).stage == stage

    version = (await house.loop.get(referral_id)).version
    again = await browser.post(page, data={"answer": answer})
    assert "You have told us" in text_of(again.text)
    assert (await house.loop.get(referral_id)).version == version


async def test_who_left_the_list_and_presses_another_answer_changes_nothing(house: WebHouse) -> None:
    referral_id, page = await waiting(house)
    browser = house.browser()
    await browser.post(page, data={"answer": "found_someone"})

    late = await browser.post(page, data={"answer": "still_waiting"})

    assert "you said that you have found someone" in text_of(late.text)
    assert (await house.loop.get(referral_id)).stage == life.CANCELLED


async def test_an_answer_after_somebody_was_found_is_met_kindly(house: WebHouse) -> None:
    referral_id, page = await waiting(house)
    await house.loop.choose(referral_id, "c-a")

    late = await house.browser().post(page, data={"answer": "not_now"})

    assert "Something has happened since we asked" in text_of(late.text)
    assert (await house.loop.get(referral_id)).stage == life.OFFERED


async def test_a_press_that_says_nothing_is_asked_again(house: WebHouse) -> None:
    _, page = await waiting(house)

    said = await house.browser().post(page, data={"answer": "maybe"})

    assert said.status_code == 422
    assert "Please choose one of the answers." in text_of(said.text)


async def test_who_was_asked_is_told_until_when(house: WebHouse) -> None:
    referral_id, page = await waiting(house, spoken_with=True)
    await house.checked_in(referral_id, timedelta(days=28))

    assert "before Monday, December 21" in text_of((await house.browser().get(page)).text)
