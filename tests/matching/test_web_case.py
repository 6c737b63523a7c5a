"""A coordinator's pages: what is shown to whom, and what is done once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.matching.domain import life
from services.matching.handlers.requests import on_consultations_withdrawn
from services.matching.web.case_actions import ACTIONS
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import a_withdrawal
from tests.matching.webhouse import (
    ADDRESS,
    MESSAGE,
    NAME,
    WebHouse,
    an_app,
    case_link,
    text_of,
)

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_a_browser_that_proved_nothing_sees_the_reference_and_how_it_stands(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    said = await house.browser().get(page)

    assert said.status_code == 200
    assert "R-00001" in text_of(said.text)
    assert "Reach out to the person" in text_of(said.text)
    assert "Mail me a code" in said.text
    assert not any(name in text_of(said.text) for name in ("Clinician c-a", "Dana", "Lee", "grief"))


async def test_who_typed_the_code_sees_who_fits_and_why(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = await house.proven(page)

    said = text_of((await browser.get(page)).text)

    assert "Choose Clinician c-a" in said
    assert "Well versed in grief and loss" in said
    assert "proposal" not in said
    assert "Clinicians were proposed." in said


async def test_a_choice_can_be_undone_for_ten_minutes(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)

    chosen = await house.act(browser, page, "choose", referral_id, clinician_id="c-b")
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"{page}?said=choose")
    said = text_of((await browser.get(chosen.headers["location"])).text)
    assert "You: offered to Clinician c-b" in said
    assert "Undo until 10:10" in said

    undone = await house.act(browser, page, "undo", referral_id)
    assert undone.status_code == 303
    assert (await house.loop.get(referral_id)).stage == life.PROPOSED


async def test_who_comes_second_is_told_who_was_first(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    danas, lees = case_link(referral_id), case_link(referral_id, "lee")
    dana, lee = await house.proven(danas), await house.proven(lees)
    await house.act(lee, lees, "choose", referral_id, clinician_id="c-a")

    late = await dana.post(f"{danas}/choose", data={"version": "1", "clinician_id": "c-b"})

    assert late.status_code == 409
    assert "Already done by Lee at 10:00 am: offered to Clinician c-a." in text_of(late.text)


async def test_the_same_button_pressed_twice_is_no_conflict(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)
    form = {"version": "1", "clinician_id": "c-a"}

    first = await browser.post(f"{page}/choose", data=form)
    second = await browser.post(f"{page}/choose", data=form)

    assert (first.status_code, second.status_code) == (303, 200)
    assert "Already done by you at 10:00 am: offered to Clinician c-a." in text_of(second.text)
    assert (await house.loop.get(referral_id)).version == 2


async def test_only_what_the_table_allows_is_offered(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)

    shown = (await browser.get(page)).text
    offered = {each.act for each in ACTIONS if f'{page}/{each.below}"' in shown}

    possible = {each.act for each in ACTIONS if life.PROPOSED in life.ALLOWED[each.act]}
    assert offered == possible - {"still_to_reach"}  # that stands there as what comes next


async def test_how_long_it_can_be_undone_is_the_practices_own(house: WebHouse) -> None:
    terms = house.front.terms
    slower = replace(
        terms, clocks=terms.clocks.model_copy(update={"introduction_delay": timedelta(minutes=30)})
    )
    slow = replace(house.front, terms=slower)
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)
    house.app = an_app(slow)
    slow_browser = house.browser()
    slow_browser.cookies = browser.cookies

    assert "ten minutes" in text_of((await browser.get(f"{page}/choose")).text)
    assert "nothing leaves for 30 minutes" in text_of((await slow_browser.get(f"{page}/choose")).text)
    assert "undo it for 30 minutes" in text_of((await slow_browser.get(f"{page}/close")).text)


async def test_what_they_wrote_is_shown_after_a_post_alone(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = await house.proven(page)

    before = await browser.get(f"{page}/read")
    assert house.intake.asked == []
    assert not any(said in before.text for said in (NAME, MESSAGE, ADDRESS))

    shown = await browser.post(f"{page}/read")
    assert shown.headers["cache-control"] == "no-store"
    assert all(said in shown.text for said in (NAME, MESSAGE, ADDRESS))
    assert {(each.purpose, each.asked_by) for each in house.intake.asked} == {
        ("coordinator_reads", "coordinator:dana")
    }


async def test_where_nobody_fits_the_nearest_are_named_with_what_would_have_to_give(house: WebHouse) -> None:
    page = case_link(await house.loop.request(preferences={"fee_max": 50}))
    browser = await house.proven(page)

    said = text_of((await browser.get(page)).text)

    assert "Who comes nearest Clinician c-a LMFT, 5 free places Asks more than they can pay" in said


async def test_everything_that_happens_has_its_words(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    assert introduced.choice
    await house.loop.acts.ask_for_someone_else(introduced.choice.offer_id)
    offered = await house.loop.choose(introduced.referral_id, "c-b")
    assert offered
    await house.loop.pass_time()
    await house.loop.pass_time(timedelta(days=21))  # nobody answers, and nobody reaches out
    referral_id = introduced.referral_id
    version = (await house.loop.get(referral_id)).version
    await house.loop.acts.put_on_waitlist(referral_id, "coordinator:lee", version)
    await house.loop.pass_time()
    await house.loop.acts.answer_waiting(referral_id, "not_now")
    page = case_link(referral_id, now=house.clock.now)
    browser = await house.proven(page)

    said = text_of((await browser.get(page)).text)

    for sentence in (
        "Dana: offered to Clinician c-a.",
        "Clinician c-a was asked.",
        "Clinician c-a: said yes.",
        "The yes of Clinician c-a stands. They and Clinician c-a were introduced.",
        "The person: asked for somebody else.",
        "The offer ended. Clinicians were proposed.",
        "Lee: put on the waitlist.",
        "Put on the waitlist.",
        "The person: would rather not begin now.",
    ):
        assert sentence in said, sentence


async def test_a_request_that_was_taken_back_says_so_and_offers_nothing_more(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = await house.proven(page)

    await house.loop.hear(on_consultations_withdrawn, a_withdrawal(1, why="withdrawn"))
    said = await browser.get(page)

    assert "They took their request back" in text_of(said.text)
    assert not any(f'value="{act}"' in said.text for act in ("choose", "close", "contact", "reopen"))
