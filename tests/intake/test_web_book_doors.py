"""Who may send the form, how often, and what is shown where no call is offered."""

from datetime import timedelta
from typing import cast

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.storage.tables import requests
from services.intake.web import Turnstile
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webbook import (
    a_link,
    at,
    chosen,
    ended,
    form_on,
    offered_in,
    sent_to,
    times_on,
)
from tests.intake.webhouse import FORM, WEBSITE, Page, a_browser, a_front, a_practice
from tests.intake.webposts import CONSULTATION, AwayDatabase

BELOW = ("", "/book", "/cancel", "/where")


POSTED = ("/book", "/cancel", "/where")


FIRST = "2026-11-23 21:30"


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 303),
        ("https://intake.example.org", 303),
        (WEBSITE, 403),
        ("https://evil.example.net", 403),
        ("null", 403),
        ("", 403),
    ],
)
async def test_only_a_page_of_ours_may_send_the_form(
    database: Database, clock: TestClock, origin: str | None, status: int
) -> None:
    headers = FORM if origin is None else {**FORM, "Origin": origin}
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        answer = await browser.post(f"{link}/book", content=f"version=0&time={at(FIRST)}", headers=headers)

    assert answer.status_code == status
    assert "practice.yaml" not in answer.text
    assert "access-control-allow-origin" not in answer.headers


async def test_whoever_sends_too_often_waits_and_loses_nothing_they_typed(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock, turnstile=Turnstile("2/minute", "100/minute", "100/minute"))
    async with a_browser(front) as browser:
        link = await a_link(browser, phone=None)
        said = {"time": at(FIRST), "version": "0", "phone": "+13235550188", "remind": "yes"}
        await sent_to(browser, f"{link}/book", phone="1")
        answer = await sent_to(browser, f"{link}/book", **said)
        looked = [(await browser.get(link)).status_code for _ in range(5)]
        after = await browser.get(link)

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    typed = dict(Page.read(answer.text).submitted())
    assert {name: typed[name] for name in said} == said
    assert looked == [200] * 5
    assert "Your call is booked" not in after.text


async def test_after_ten_changes_in_a_day_a_person_is_asked_to_call(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        for number in range(10):
            assert (
                await chosen(browser, link, (await times_on(browser, f"{link}/book"))[number])
            ).is_redirect
        answer = await chosen(browser, link, (await times_on(browser, f"{link}/book"))[20])
        clock.move(timedelta(hours=1))
        shown = await browser.get(link)

    assert answer.status_code == 429
    assert "That is enough for today" in answer.text
    assert a_practice().phone in answer.text
    assert "Your call is booked" in shown.text


async def test_while_the_database_is_away_everybody_is_asked_to_come_back(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
    away = a_front(cast(Database, AwayDatabase()), clock)
    async with a_browser(away) as browser:
        looks = [await browser.get(f"{link}{below}") for below in BELOW]
        posts = [await sent_to(browser, f"{link}{below}", time=at(FIRST)) for below in POSTED]

    assert {each.status_code for each in (*looks, *posts)} == {503}
    assert all(each.headers["retry-after"] == "60" and "tel:988" in each.text for each in (*looks, *posts))


async def silenced(database: Database, clock: TestClock) -> None:
    async with database.reading() as tx:
        reference = (await tx.execute(sa.select(requests.c.reference))).scalars().first()
    assert await operations.silence(database, str(reference), clock())


async def test_a_request_that_has_ended_offers_nothing_and_keeps_the_door_open(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        form = await form_on(browser, link)
        await ended(database)
        page = await browser.get(link)
        answer = await sent_to(browser, f"{link}/book", **{**form, "time": at(FIRST)})

    assert page.status_code == 200
    assert "This has come to its end" in page.text
    assert "/?path=talk&lang=en" in Page.read(page.text).links
    assert answer.status_code == 409
    assert "This has come to its end" in answer.text


async def test_who_asked_for_silence_is_offered_no_call_and_nobody_else_learns_of_it(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        first = await a_link(browser)
        await silenced(database, clock)
        stranger = await a_link(browser, phone=None)  # typed the same address
        unsafe = await a_link(browser, email="ana@example.org", phone=None)
        await browser.post(
            CONSULTATION,
            json={
                "name": "Ana",
                "email": "ana@example.org",
                "state": "CA",
                "age": 30,
                "safety": {"unsafe_at_home": True},
            },
        )
        pages = [await browser.get(each) for each in (first, stranger, unsafe)]

    said = {Page.read(each.text).text for each in pages}
    assert len(said) == 1
    assert "No times to choose here" in said.pop()
    assert all(not offered_in(each) for each in pages)
