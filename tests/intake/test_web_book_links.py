"""Whose link opens which page, for how long, and who is given one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from services.intake.web import Front
from shared.database import Database
from shared.tokens import Links
from tests.conftest import TestClock
from tests.intake.webbook import (
    a_link,
    at,
    ended,
    link_in,
    sent_to,
    whole,
)
from tests.intake.webhouse import (
    PUBLIC_URL,
    WEBSITE,
    Page,
    a_browser,
    a_colleagues_request,
    a_front,
    a_practice,
    a_reading_request,
    a_request,
)
from tests.intake.webposts import CONSULTATION, PROFESSIONAL, READINESS, SAM, sent

BELOW = ("", "/book", "/cancel", "/where")
POSTED = ("/book", "/cancel", "/where")
SIXTY_DAYS = timedelta(days=60)


FIRST = "2026-11-23 21:30"


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


def a_token(front: Front, clock: TestClock, **said: Any) -> str:
    plain = {"purpose": "book", "recipient": "person:nobody", "subject": "nothing", "lifetime": SIXTY_DAYS}
    known = {**plain, **said}
    return str(
        front.links.sign(known["purpose"], known["recipient"], known["subject"], clock(), known["lifetime"])
    )


async def test_a_link_that_is_not_theirs_opens_nothing_and_says_nothing(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        other = await a_link(browser, email="ana@example.org")
        mine, theirs = (link_in(front, each, clock) for each in (link, other))
        bad = [
            "x",
            "%00",
            "..%2f",
            link.rpartition("/")[2][:-2],
            link.rpartition("/")[2] + "AA",
            quote("é" * 50),
            a_token(front, clock),
            a_token(front, clock, recipient=mine.recipient, subject=theirs.subject),
            a_token(front, clock, recipient=mine.recipient.replace("person:", ""), subject=mine.subject),
            a_token(front, clock, recipient=f"person:{mine.subject}", subject=mine.subject),
            a_token(front, clock, purpose="contact", recipient=mine.recipient, subject=mine.subject),
            a_token(front, clock, purpose="status", recipient=mine.recipient, subject=mine.subject),
            a_token(front, clock, recipient=mine.recipient, subject=mine.subject, lifetime=timedelta(0)),
        ]
        before = await whole(database)
        looks = [await browser.get(f"/book/{each}{below}") for each in bad for below in BELOW]
        posts = [
            await sent_to(browser, f"/book/{each}{below}", time=at(FIRST), version="0", state="NV")
            for each in bad
            for below in POSTED
        ]

    assert {each.status_code for each in (*looks, *posts)} == {404}
    pages = {each.text for each in (*looks, *posts) if "tel:988" in each.text}
    assert len(pages) == 1
    (page,) = pages
    assert a_practice().phone in page
    assert await whole(database) == before


async def test_a_link_ends_after_sixty_days(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        clock.move(SIXTY_DAYS - timedelta(seconds=1))
        last = await browser.get(link)
        clock.move(timedelta(seconds=1))
        ended = await browser.get(link)

    assert (last.status_code, ended.status_code) == (200, 404)


async def test_the_key_that_was_in_use_before_still_opens_a_link(
    database: Database, clock: TestClock
) -> None:
    old = a_front(database, clock)
    async with a_browser(old) as browser:
        link = await a_link(browser)
    ring = Links(["another key of the tests, long enough to be one", *old.links._keys])
    async with a_browser(replace(old, links=ring)) as browser:
        page = await browser.get(link)

    assert page.status_code == 200


async def test_the_answer_to_a_request_leads_to_its_page_and_to_the_same_when_it_is_repeated(
    database: Database, clock: TestClock
) -> None:
    headers = {"Idempotency-Key": "one visit"}
    async with a_browser(a_front(database, clock)) as browser:
        first = (await browser.post(CONSULTATION, json=a_request(), headers=headers)).json()
        clock.move(timedelta(hours=3))
        again = (await browser.post(CONSULTATION, json=a_request(), headers=headers)).json()
        page = await browser.get(first["booking_url"])

    assert first["booking_url"] == again["booking_url"]
    assert first["booking_url"].startswith(f"{PUBLIC_URL}/book/")
    assert "Choose a time for a call" in page.text


NOT_BY_THEMSELVES: dict[str, Any] = {
    "a crisis": {"message": "I want to kill myself tonight"},
    "danger at home": {"safety": {"unsafe_at_home": True}},
    "fourteen": {"age": 14},
}


@pytest.mark.parametrize("said", NOT_BY_THEMSELVES.values(), ids=list(NOT_BY_THEMSELVES))
async def test_who_needs_a_person_first_gets_no_link_anywhere(
    database: Database, clock: TestClock, said: dict[str, Any]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        kept = (await browser.post(CONSULTATION, json=a_request(**said))).json()
        status = (await browser.get(kept["status_url"])).json()
        page = await browser.get(kept["status_url"], headers={"Accept": "text/html"})

    assert (kept["booking_url"], status["booking_url"]) == (None, None)
    assert "/book/" not in page.text


async def test_a_parent_books_for_a_child(database: Database, clock: TestClock) -> None:
    for_child = {"for": "child", "age": None, "client": {"age": 9}}
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, **for_child)
        page = await browser.get(link)

    assert "Choose a time for a call" in page.text


async def test_only_somebody_who_would_like_to_talk_is_given_a_link(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        reading = (await browser.post(READINESS, json=a_reading_request())).json()
        colleague = (await browser.post(PROFESSIONAL, json=a_colleagues_request())).json()
    without = a_front(database, clock, practice=a_practice(first_step="none"))
    async with a_browser(without) as browser:
        nothing = (await browser.post(CONSULTATION, json=a_request())).json()

    assert [each["booking_url"] for each in (reading, colleague, nothing)] == [None, None, None]


async def test_whoever_tries_us_out_does_not_learn_that_a_person_looks_first(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        spam = (await browser.post(CONSULTATION, json=a_request(website="https://spam.example.net"))).json()
        link = spam["booking_url"].removeprefix(PUBLIC_URL)
        page = await browser.get(link)
        status = (await browser.get(spam["status_url"])).json()

    assert status["booking_url"] == spam["booking_url"]
    assert "No times to choose here" in page.text


@pytest.mark.parametrize(("language", "words"), [("en", "Choose a time"), ("es", "Elija una hora")])
async def test_a_form_s_thank_you_page_leads_to_the_call(
    database: Database, clock: TestClock, language: str, words: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, (*SAM, ("language", language)))
        thanks = await browser.get(answer.headers["location"])
        links = [each for each in Page.read(thanks.text).links if each.startswith("/book/")]
        page = await browser.get(links[0])

    assert len(links) == 1
    assert 'target="_top"' in thanks.text.partition("/book/")[2].partition(">")[0]
    assert thanks.headers["referrer-policy"] == "no-referrer"
    assert words in page.text


async def test_a_thank_you_page_leads_nowhere_for_a_crisis_or_with_a_made_up_link(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        answer = await sent(browser, CONSULTATION, (*SAM, ("message", "I want to kill myself tonight")))
        crisis = await browser.get(answer.headers["location"])
        made_up = [
            await browser.get("/v1/thank-you", params={"book": each})
            for each in ("x", "../evil", "//evil.example.net", a_token(front, clock, purpose="status"))
        ]

    assert all("/book/" not in each.text for each in (crisis, *made_up))


async def test_a_website_s_own_page_after_its_form_is_given_no_link(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, (*SAM, ("_return", f"{WEBSITE}/thanks")))

    assert answer.headers["location"] == f"{WEBSITE}/thanks"


async def test_the_status_leads_to_the_call_until_the_link_or_the_request_has_ended(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        kept = (await browser.post(CONSULTATION, json=a_request())).json()
        status = (await browser.get(kept["status_url"])).json()
        page = await browser.get(kept["status_url"], headers={"Accept": "text/html"})
        await ended(database, so=True)
        over = (await browser.get(kept["status_url"])).json()
        await ended(database, so=False)
        clock.move(SIXTY_DAYS)
        late = (await browser.get(kept["status_url"])).json()

    assert status["booking_url"] == kept["booking_url"]
    assert f"{kept['booking_url'].removeprefix(PUBLIC_URL)}?lang=en" in Page.read(page.text).links
    assert (over["booking_url"], late["booking_url"]) == (None, None)
