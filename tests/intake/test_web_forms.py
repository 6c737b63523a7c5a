"""A plain HTML form: what it may send, where it ends, and what comes back when something is wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake import storage
from services.intake.web import Turnstile
from services.intake.web.forms import Typed
from services.intake.web.inputs import ConsultationIn
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import a_vault
from tests.intake.webhouse import WEBSITE, Page, a_browser, a_front
from tests.intake.webposts import (
    CONSULTATION,
    READINESS,
    SAM,
    AwayDatabase,
    kept_in,
    reference_in,
    sent,
    status_of,
)


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


def test_dotted_names_are_the_json_that_they_spell() -> None:
    typed = Typed(
        [
            ("contact.email_ok", "no"),
            ("contact.email_ok", "yes"),
            ("preferences.times", "saturday"),
            ("preferences.times", "sunday"),
            ("preferences.sites", "highland_park"),
            ("partners.0.name", "Kim"),
            ("partners.0.contact.text_ok", "on"),
            ("partners.0.contact.safe_hours.from", "09:00"),
            ("age", " 34 "),
            ("birth_year", ""),
            ("contact.safe_hours.from", ""),
        ]
    )

    assert typed.nested(ConsultationIn) == {
        "contact": {"email_ok": "yes"},
        "preferences": {"times": ["saturday", "sunday"], "sites": ["highland_park"]},
        "partners": [{"name": "Kim", "contact": {"text_ok": "on", "safe_hours": {"from": "09:00"}}}],
        "age": "34",
    }


async def test_a_form_is_kept_and_ends_on_a_page_that_says_thank_you(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, [*SAM, ("contact.discreet", "no")])
        page = await browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert reference_in(answer) in page.text
    assert "Sam" not in page.text + answer.headers["location"]
    assert await status_of(database, reference_in(answer)) == "announced"


async def test_what_a_person_typed_survives_the_way_through_a_form(
    database: Database, clock: TestClock
) -> None:
    pairs = [
        *SAM[1:],
        ("name", "Thích Nhất Hạnh"),
        ("message", "أمّي\r\n🌱\r\nماتت"),
        ("phone", "(323) 555-0142"),
    ]
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, pairs)

    async with database.reading() as tx:
        request = await storage.load_request(tx, reference_in(answer))
        assert request
        (words,) = await storage.load_words(tx, [request.id], a_vault())
        (reach,) = await storage.load_reaches(tx, [request.id], a_vault())
    assert words.message == "أمّي\n🌱\nماتت"
    assert (reach.writer.name, reach.writer.phone) == ("Thích Nhất Hạnh", "+13235550142")


@pytest.mark.parametrize(
    ("return_to", "goes_there"),
    [
        (f"{WEBSITE}/thanks?a=1", True),
        ("https://evil.example.net/thanks", False),
        (f"{WEBSITE}.example.net/", False),
        (f"{WEBSITE}@evil.example.net/", False),
        ("javascript:alert(1)", False),
        (f"{WEBSITE}/a\r\nSet-Cookie: b=c", False),
        (f"{WEBSITE}\\@evil.example.net", False),
        ("//evil.example.net", False),
        ("https://[", False),
    ],
)
async def test_a_form_returns_only_to_a_listed_website(
    database: Database, clock: TestClock, return_to: str, goes_there: bool
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, [*SAM, ("_return", return_to)])

    assert answer.status_code == 303
    assert (answer.headers["location"] == return_to) is goes_there
    assert goes_there or answer.headers["location"].startswith("/v1/thank-you?")
    assert "set-cookie" not in answer.headers


async def test_a_person_in_crisis_sees_the_lines_before_any_other_page(
    database: Database, clock: TestClock
) -> None:
    pairs = [*SAM, ("message", "I want to kill myself tonight"), ("_return", f"{WEBSITE}/thanks")]
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, pairs)
        page = await browser.get(answer.headers["location"])

    assert answer.headers["location"].startswith("/v1/thank-you?")
    assert page.text.index("tel:988") < page.text.index(reference_in(answer))


async def test_a_form_with_mistakes_comes_back_with_everything_that_was_typed(
    database: Database, clock: TestClock
) -> None:
    pairs = [
        ("name", ""), ("pronouns", "she/her"), ("email", "not an address"), ("message", "line one\nline two"),
        ("concerns", "unseen"), ("contact.email_ok", "no"), ("preferences.times", "saturday"),
        ("preferences.fee_max", "a lot"), ("for", "couple"), ("partners.0.name", "Kim"), ("state", "unknown"),
        ("birth_year", "1990"), ("privacy_notice", "2026-11"), ("_return", f"{WEBSITE}/thanks"),
    ]  # fmt: skip
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, pairs)

    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    page = Page.read(answer.text)
    typed = {(name, value) for name, value in page.submitted() if value}
    assert {pair for pair in pairs if pair[1]} <= typed
    assert page.described("email").endswith("This does not look like a complete e-mail address.")
    assert page.by_id["email"]["aria-invalid"] == "true"
    assert {"#name", "#email", "#preferences.fee_max"} <= set(page.links)
    assert await kept_in(database) == 0


async def test_a_form_put_right_may_still_end_on_the_website_it_came_from(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        came = await sent(browser, CONSULTATION, [("name", "Sam"), ("_return", f"{WEBSITE}/thanks")])
        lured = await sent(browser, CONSULTATION, [("name", "Sam"), ("_return", "https://evil.example.net/")])

    assert f"form-action 'self' {WEBSITE};" in came.headers["content-security-policy"]
    assert "form-action 'self';" in lured.headers["content-security-policy"]


async def test_a_form_that_comes_too_often_comes_back_whole_with_the_time_to_wait(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock, turnstile=Turnstile("1/minute", "100/minute", "100/minute"))
    async with a_browser(front) as browser:
        await sent(browser, CONSULTATION, SAM)
        answer = await sent(browser, CONSULTATION, [*SAM, ("message", "so many words")])

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["cache-control"] == "no-store"
    assert ("message", "so many words") in Page.read(answer.text).submitted()


async def test_a_form_that_cannot_be_kept_comes_back_whole(database: Database, clock: TestClock) -> None:
    front = replace(a_front(database, clock), database=AwayDatabase())
    async with a_browser(front) as browser:
        answer = await sent(browser, CONSULTATION, [*SAM, ("message", "so many words")])

    assert answer.status_code == 503
    assert ("message", "so many words") in Page.read(answer.text).submitted()
    assert "could not keep" in answer.text


async def test_a_button_pressed_twice_makes_one_request(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        started = dict(Page.read((await browser.get("/")).text).submitted())["_started"]
        clock.move(timedelta(minutes=5))
        first = await sent(browser, CONSULTATION, [*SAM, ("_started", started)])
        again = await sent(browser, CONSULTATION, [*SAM, ("_started", started)])
        other = await sent(
            browser, CONSULTATION, [*SAM, ("_started", started), ("message", "one thing more")]
        )

    assert reference_in(first) == reference_in(again) != reference_in(other)
    assert await kept_in(database) == 2


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(seconds=0), "quarantined"),
        (timedelta(seconds=1), "quarantined"),
        (timedelta(seconds=3), "announced"),
        (timedelta(days=3), "announced"),
        (timedelta(days=31), "quarantined"),
    ],
)
async def test_a_form_filled_faster_than_a_hand_can_is_kept_aside(
    database: Database, clock: TestClock, after: timedelta, status: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        started = dict(Page.read((await browser.get("/")).text).submitted())["_started"]
        clock.move(after)
        answer = await sent(browser, CONSULTATION, [*SAM, ("_started", started)])

    assert answer.status_code == 303
    assert await status_of(database, reference_in(answer)) == status


async def test_a_forged_start_is_kept_aside(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, CONSULTATION, [*SAM, ("_started", "2026-01-01")])

    assert await status_of(database, reference_in(answer)) == "quarantined"


async def test_the_hosted_forms_can_be_sent_as_they_stand(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        talk = Page.read((await browser.get("/?lang=es&for=child")).text)
        not_yet = Page.read((await browser.get("/?path=not_yet")).text)
        clock.move(timedelta(minutes=1))
        fields = [*talk.submitted(), *SAM[:3], ("client.age", "9")]
        child = await sent(browser, talk.action, fields, Origin="https://intake.example.org")
        reading = await sent(browser, not_yet.action, [*not_yet.submitted(), *SAM[:2], ("opt_in", "yes")])

    assert (child.status_code, reading.status_code) == (303, 303)
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference_in(child))
    assert request
    assert (request.for_, request.age, request.language) == ("child", 9, "es")
    assert "lang=es" in child.headers["location"]


async def test_a_reading_list_is_sent_only_to_who_asked_for_it(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, READINESS, [*SAM[:2], ("opt_in", "no")])

    assert answer.status_code == 422
    assert "#opt_in" in Page.read(answer.text).links
