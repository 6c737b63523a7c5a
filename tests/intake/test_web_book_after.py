"""What a booked call still asks and says: where somebody will be, and what became of it."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.intake import CallAsked
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webbook import (
    a_booking,
    a_link,
    at,
    chosen,
    form_on,
    offered_in,
    sent_to,
    steps_in,
    the_call,
    times_on,
)
from tests.intake.webhouse import a_browser, a_front, a_practice

FIRST = "2026-11-23 21:30"  # UTC; half past one in Los Angeles, when Dana alone is free


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_who_will_be_where_the_practice_may_not_work_is_told_so_kindly(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        await chosen(browser, link, at(FIRST))
        asked = await browser.get(f"{link}/where")
        answer = await sent_to(browser, f"{link}/where", state="NV")
        told = await browser.get(answer.headers["location"])
        await sent_to(browser, f"{link}/where", state="CA")
        here = await browser.get(link)
        await sent_to(browser, f"{link}/where", state="unknown")
        unsure = await browser.get(f"{link}/where")

    assert "Which" not in asked.text.partition("<h1>")[2].partition("</h1>")[0]
    assert answer.headers["location"] == f"{link}/where?lang=en"
    assert "you will be in Nevada. We may not work with people while they are there." in told.text
    assert "Your call stands all the same. Dana can say what is possible" in told.text
    assert "you will be in California. We work there" in here.text
    assert "Change your answer" in here.text
    assert "It is all right not to know yet" in unsure.text
    assert (await the_call(front, link, clock)).state == "unknown"


@pytest.mark.parametrize("below", ["/cancel", "/where"])
async def test_a_link_in_an_old_mail_shows_the_times_when_no_call_is_booked(
    database: Database, clock: TestClock, below: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        page = await browser.get(f"{link}{below}")

    assert page.status_code == 200
    assert offered_in(page)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("missed", "We did not reach each other on Monday, November 23 at 1:30 pm. That happens."),
        ("attended", "Dana spoke with you on Monday, November 23 at 1:30 pm."),
    ],
)
async def test_after_a_call_the_page_says_what_became_of_it_and_offers_another(
    database: Database, clock: TestClock, act: Any, sentence: str
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        await chosen(browser, link, at(FIRST))
        call = await the_call(front, link, clock)
        clock.move(timedelta(hours=5))
        unmarked = await browser.get(link)
        marked = CallAsked(request_id=call.request_id, act=act, version=call.version, by="coordinator:dana")
        assert (await front.calls.arrange(marked, clock())).done
        page = await browser.get(link)
        again = await a_booking(browser, link)

    assert "was to begin on Monday, November 23 at 1:30 pm" in unmarked.text
    assert sentence in page.text
    assert again in offered_in(page)


async def test_nobody_is_shown_times_when_there_are_none_and_it_is_said_who_writes(
    database: Database, clock: TestClock
) -> None:
    nobody = tuple(each.model_copy(update={"call_hours": {}}) for each in a_practice().coordinators)
    front = a_front(database, clock, practice=a_practice(coordinators=nobody))
    async with a_browser(front) as browser:
        page = await browser.get(await a_link(browser))

    assert page.status_code == 200
    assert "No time is free just now" in page.text
    assert "Somebody here writes to you" in page.text
    assert a_practice().phone in page.text


async def test_somebody_whose_language_nobody_speaks_is_told_about_an_interpreter(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(
            browser, preferences={"languages": ["vi"], "language_required": True}, concerns=[]
        )
        await a_booking(browser, link)
        page = await browser.get(link)

    assert "looks for somebody who speaks Vietnamese to be on the call" in page.text


async def test_what_a_person_does_on_the_page_stands_in_the_trail_as_facts(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        await a_booking(browser, link)
        await chosen(browser, link, (await times_on(browser, f"{link}/book"))[3])
        await sent_to(browser, f"{link}/where", state="NV")
        await sent_to(browser, f"{link}/cancel", **(await form_on(browser, f"{link}/cancel")))
        call = await the_call(front, link, clock)

    steps = [each for each in await steps_in(database, call.reference) if each.startswith("consultation.")]
    assert steps[1:] == [
        "consultation.scheduled",
        "consultation.rescheduled",
        "consultation.located",
        "consultation.cancelled",
    ]
    assert call.state == "NV"
