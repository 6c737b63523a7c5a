"""The pages of a call themselves: what they may show and do, in which words."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.call import Call, Offer
from services.intake.domain.request import announced
from services.intake.web import Front
from services.intake.web.book_view import KINDS, call_page
from services.intake.web.holder import Holder
from shared.database import Database
from shared.tokens import Link
from tests.conftest import TestClock
from tests.intake.builders import NOW, assessed, the_practice
from tests.intake.webbook import a_booking, a_link, at, sent_to, whole
from tests.intake.webhouse import Page, a_browser, a_front, a_practice
from tests.intake.webposts import AwayDatabase

LA, PHOENIX, HONOLULU = "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"

NEVER_IN_A_TITLE = re.compile(
    r"therap|terap|counsel|psych|psic|clinic|clínic|mental|crisis|suicid|consult|intake", re.IGNORECASE
)


BELOW = ("", "/book", "/cancel", "/where")


REQUEST = announced(assessed(), id_="q-1", person_id="p-1", reference="R-7F3K2", now=NOW)


HOLDER = Holder(Link("book", "person:p-1", "q-1", NOW), "/book/token", REQUEST, NOW, "en")


CALL = Call(
    id="c-1",
    request_id="q-1",
    reference="R-7F3K2",
    version=1,
    sequence=0,
    status="booked",
    coordinator_id="dana",
    starts_at=NOW + timedelta(days=1),
    ends_at=NOW + timedelta(days=1, minutes=20),
    time_zone=LA,
    booked_at=NOW,
    changed_at=NOW,
    by="person",
)


@pytest.fixture
def engine() -> str:
    return "sqlite"


def a_closed_front(**said: Any) -> Front:
    """The front of a practice whose database is away, for pages that are given all they show."""
    return a_front(AwayDatabase(), lambda: NOW, **said)


async def every_page(database: Database, clock: TestClock) -> list[tuple[str, Any]]:
    """Each address with what it answers, before a call is booked, while it is, and after."""
    found: list[tuple[str, Any]] = []
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        for act in ("", "book", "where", "cancel"):
            if act == "book":
                await a_booking(browser, link)
            elif act == "where":
                await sent_to(browser, f"{link}/where", state="NV")
            elif act == "cancel":
                await sent_to(browser, f"{link}/cancel", version="1")
            for below in BELOW:
                for asked in ("", "?lang=es", f"?zone={HONOLULU}"):
                    found.append((f"{link}{below}{asked}", await browser.get(f"{link}{below}{asked}")))
    return found


async def test_looking_changes_nothing_whatever_is_opened(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        for step in ("not booked", "booked", "located", "cancelled"):
            if step == "booked":
                await a_booking(browser, link)
            elif step == "located":
                await sent_to(browser, f"{link}/where", state="NV")
            elif step == "cancelled":
                await sent_to(browser, f"{link}/cancel", version="1")
            before = await whole(database)
            answers = [
                await browser.request(
                    method, f"{link}{below}?lang=es&zone={PHOENIX}&time={at('2026-11-24 18:00')}"
                )
                for below in BELOW
                for method in ("GET", "HEAD")
            ]
            assert {each.status_code for each in answers} == {200}, step
            assert await whole(database) == before, step
        assert any("consultation.scheduled" in row for row in before["steps"])


async def test_head_says_what_get_says_without_a_body(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        for below in BELOW:
            get, head = await browser.get(f"{link}{below}"), await browser.head(f"{link}{below}")
            assert head.status_code == get.status_code == 200
            assert head.headers["content-security-policy"] == get.headers["content-security-policy"]
        deleted = await browser.delete(link)

    assert deleted.status_code == 405


async def test_every_page_is_kept_by_nobody_and_lets_a_browser_do_little(
    database: Database, clock: TestClock
) -> None:
    for url, answer in await every_page(database, clock):
        headers = answer.headers
        assert headers["cache-control"] == "no-store", url
        assert headers["referrer-policy"] == "same-origin", url
        assert headers["x-robots-tag"] == "noindex", url
        assert headers["x-frame-options"] == "DENY", url
        assert "default-src 'none'" in headers["content-security-policy"], url
        assert "form-action 'self'" in headers["content-security-policy"], url
        assert "script-src" not in headers["content-security-policy"], url
        assert "<script" not in answer.text, url
        assert " style=" not in answer.text, url


async def test_every_page_says_nothing_to_whoever_looks_over_a_shoulder(
    database: Database, clock: TestClock
) -> None:
    for url, answer in await every_page(database, clock):
        (title,) = re.findall(r"<title>(.*?)</title>", answer.text)
        page = Page.read(answer.text)
        assert not NEVER_IN_A_TITLE.search(title), url
        assert not NEVER_IN_A_TITLE.search(re.sub(r"/book/[\w-]+", "/book/-", url)), url
        assert a_practice().name not in page.text, url
        assert a_practice().discreet_name.text(page.language) in page.text, url
        assert {"tel:988", "tel:911", "https://www.weather.gov/"} <= set(page.links), url


async def test_no_page_shows_who_somebody_is_or_what_they_wrote(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, message="my mom died in March", concerns=["grief_loss"])
        pages = [await browser.get(f"{link}{below}") for below in BELOW]
        await a_booking(browser, link)
        pages += [await browser.get(f"{link}{below}") for below in BELOW]

    for page in pages:
        text = re.sub(r"/book/[\w-]+", "/book/-", page.text).replace(a_practice().phone, "")
        for canary in ("Sam", "Rivera", "sam@example.org", "555-0100", "5550100", "March", "grief", "R-"):
            assert canary not in text.partition("</style>")[2], canary


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Choose a time for a call"), ("es", "Elija una hora")]
)
async def test_the_language_they_wrote_in_decides_unless_the_page_is_asked_for_another(
    database: Database, clock: TestClock, language: str, heading: str
) -> None:
    other = {"en": "es", "es": "en"}[language]
    async with a_browser(a_front(database, clock), **{"accept-language": other}) as browser:
        link = await a_link(browser, language=language)
        page, asked = await browser.get(link), await browser.get(f"{link}?lang={other}")
        odd = await browser.get(f"{link}?lang=tlh")

    assert f'<html lang="{language}"' in page.text
    assert heading in page.text
    assert f'<html lang="{other}"' in asked.text
    assert f'<html lang="{language}"' in odd.text
    assert f"{link}?lang={other}&amp;zone=" in page.text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("why", list(KINDS))
def test_every_reason_for_no_times_has_a_kind_page(why: Any, language: str) -> None:
    holder = replace(HOLDER, language=language)
    answer = call_page(a_closed_front(), holder, Offer(REQUEST, None, (), why, True))
    page = Page.read(bytes(answer.body).decode())

    assert answer.status_code == 200
    assert not page.action
    assert the_practice().phone in page.text
    assert ("crisis" in why) is (page.text.index("988") < page.text.index(the_practice().phone))


def test_a_call_that_is_booked_is_shown_although_no_other_is_offered() -> None:
    offer = Offer(REQUEST, CALL, (), "crisis", phone_known=True)
    page = Page.read(bytes(call_page(a_closed_front(), HOLDER, offer).body).decode())

    assert "Your call is booked" in page.text
    assert "/book/token/cancel?lang=en" in page.links
    assert "/book/token/book?lang=en" not in page.links


@pytest.mark.parametrize("name", ["Dana", "Dana Whitfield", "María José de la Cruz"])
def test_who_calls_is_named_as_people_call_them(name: str) -> None:
    dana = the_practice().coordinators[0].model_copy(update={"name": name})
    practice = a_practice(coordinators=(dana, *the_practice().coordinators[1:]))
    front = a_closed_front(practice=practice)
    body = bytes(call_page(front, HOLDER, Offer(REQUEST, CALL, (), None, True)).body).decode()

    assert f"{'Dana' if name.startswith('Dana') else name} calls the number" in Page.read(body).text


def test_whoever_is_no_longer_there_is_not_named() -> None:
    offer = Offer(REQUEST, replace(CALL, coordinator_id="gone"), (), None, True)
    body = bytes(call_page(a_closed_front(), HOLDER, offer).body).decode()

    assert "Somebody from here calls the number" in Page.read(body).text


def test_a_call_is_as_long_as_it_was_arranged() -> None:
    long = replace(CALL, ends_at=CALL.starts_at + timedelta(minutes=45))
    body = bytes(call_page(a_closed_front(), HOLDER, Offer(REQUEST, long, (), None, True)).body).decode()

    assert "About 45 minutes" in Page.read(body).text
