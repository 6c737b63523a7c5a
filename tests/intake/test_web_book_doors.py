"""Who may send the form, how often, and what is shown where no call is offered."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.storage.tables import requests
from services.intake.web import Turnstile
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webbook import (
    PHONE,
    a_link,
    at,
    chosen,
    ended,
    form_on,
    offered_in,
    sent_to,
    times_on,
)
from tests.intake.webhouse import (
    FORM,
    PUBLIC_URL,
    WEBSITE,
    Page,
    a_browser,
    a_front,
    a_practice,
    a_request,
)
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
    away = a_front(AwayDatabase(), clock)
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


async def test_what_is_said_of_a_person_s_own_note_is_the_same_page_whatever_the_reason(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        first = await a_link(browser)
        await silenced(database, clock)
        spam = await a_link(browser, website="https://spam.example.net")
        pages = [await browser.get(each) for each in (first, spam)]

    said = {Page.read(each.text).text for each in pages}
    assert len(said) == 1
    assert "No times to choose here" in said.pop()
    assert all(not offered_in(each) for each in pages)


async def test_nobody_learns_from_their_page_what_others_said_at_an_address_or_a_number(
    database: Database, clock: TestClock
) -> None:
    ana, number = "ana@example.org", "+13235550177"
    at_home = {"email": ana, "phone": number, "safety": {"unsafe_at_home": True}}
    async with a_browser(a_front(database, clock)) as browser:
        await a_link(browser)
        await silenced(database, clock)
        assert (await browser.post(CONSULTATION, json=a_request(**at_home))).status_code == 202
        typed: list[dict[str, Any]] = [
            {"email": "nobody@example.org", "phone": "+13235550111"},  # of whom nothing was said
            {"phone": None},
            {"email": "eve@example.org", "phone": PHONE},
            {"email": ana, "phone": "+13235550199"},
            {"email": "mae@example.org", "phone": number},
        ]
        kept = [(await browser.post(CONSULTATION, json=a_request(**each))).json() for each in typed]
        links = [str(each["booking_url"]).removeprefix(PUBLIC_URL) for each in kept]
        offered = [await times_on(browser, each) for each in links]
        status = [(await browser.get(each["status_url"])).json() for each in kept]
        answers = [await chosen(browser, each, offered[0][n], phone=PHONE) for n, each in enumerate(links)]

    assert offered[0]
    assert all(each == offered[0] for each in offered)
    assert all(each["booking_url"] for each in status)
    assert [each.status_code for each in answers] == [303] * len(typed)
