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
    link_in,
    sent_to,
    whole,
)
from tests.intake.webhouse import a_browser, a_front, a_practice

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
