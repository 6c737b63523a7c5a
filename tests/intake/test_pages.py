"""The pages themselves: their words, their headers, what they may and may not show."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from services.intake.web.front import TEMPLATES
from services.intake.web.words import preferred_language, words_of
from shared.database import Database
from shared.language import house_languages
from shared.pages import Pages, page_headers
from tests.conftest import TestClock
from tests.intake.webhouse import WEBSITE, Page, a_browser, a_front, a_practice

PAGES = (
    "/",
    "/?lang=es",
    "/?for=child",
    "/?path=not_yet&lang=en",
    "/?path=not_yet&lang=es",
    "/?path=colleague&lang=en",
    "/?path=colleague&lang=es",
    "/v1/thank-you?path=talk&reference=R-7F3K2",
    "/v1/thank-you?path=not_yet&lang=es",
    "/v1/thank-you?path=colleague",
    "/v1/thank-you?first=lines",
)
FORM_PAGES = [page for page in PAGES if not page.startswith("/v1/")]
NEVER_IN_A_TITLE = re.compile(
    r"therap|terap|counsel|psych|psic|clinic|clínic|mental|crisis|suicid", re.IGNORECASE
)
NEVER_IN_WORDS = re.compile(r"!|¡|as soon as possible|hurry|urgent|lo antes posible|urgente", re.IGNORECASE)


@pytest.fixture
def engine() -> str:
    return "sqlite"


def test_words_are_calm() -> None:
    for language in house_languages():
        for key, forms in words_of(language).messages.items():
            assert not any(NEVER_IN_WORDS.search(form) for form in forms), (language, key)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, None, "en"),
        ("es", "en", "es"),
        ("tlh", "es-MX,en;q=0.5", "es"),
        (None, "fr,de;q=0.9,es;q=0.3,en;q=0.2", "es"),
        (None, "es;q=0,en", "en"),
        (None, "en-GB;q=nonsense, es;q=0.1", "es"),
        ("ES-mx", None, "es"),
    ],
)
def test_the_person_s_choice_of_language_decides(
    asked: str | None, accepted: str | None, language: str
) -> None:
    assert preferred_language(asked, accepted) == language


@pytest.mark.parametrize("url", PAGES)
async def test_a_page_lets_a_browser_do_nothing_but_read_it_and_send_its_form(
    database: Database, clock: TestClock, url: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.get(url)

    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    (css,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert answer.status_code == 200
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert policy["frame-ancestors"] == WEBSITE
    assert policy["form-action"] == ("'self'" if url in FORM_PAGES else "'none'")
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == ("same-origin" if url in FORM_PAGES else "no-referrer")
    assert ("x-robots-tag" in answer.headers) is (url not in FORM_PAGES)


def test_a_page_that_nobody_may_frame_says_so_twice() -> None:
    headers = page_headers("sha256-x")

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("url", PAGES)
async def test_a_title_says_nothing_to_whoever_looks_over_a_shoulder(
    database: Database, clock: TestClock, url: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.get(url)

    (title,) = re.findall(r"<title>(.*?)</title>", answer.text)
    assert not NEVER_IN_A_TITLE.search(title)
    assert not NEVER_IN_A_TITLE.search(url)


@pytest.mark.parametrize("url", PAGES)
async def test_every_page_has_the_lines_and_a_way_to_leave(
    database: Database, clock: TestClock, url: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        page = Page.read((await browser.get(url)).text)

    assert {"tel:988", "tel:911", "tel:1-800-799-7233"} <= set(page.links)
    assert "741741" in page.text
    assert "https://www.weather.gov/" in page.links


@pytest.mark.parametrize("url", [url for url in PAGES if url not in FORM_PAGES])
async def test_pages_after_a_note_carry_the_discreet_name(
    database: Database, clock: TestClock, url: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        page = Page.read((await browser.get(url)).text)

    assert a_practice().name not in page.text
    assert a_practice().discreet_name.text(page.language) in page.text


@pytest.mark.parametrize("said", ["<b>R</b>", "R-7F3K", "R-IIIII", "{{7*7}}", "R-7F3K2<"])
async def test_a_thank_you_page_shows_a_reference_and_no_other_text(
    database: Database, clock: TestClock, said: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        page = await browser.get("/v1/thank-you", params={"reference": said, "path": said, "lang": said})

    assert page.status_code == 200
    assert said not in page.text
    assert "49" not in page.text.split("</style>")[1].replace("741741", "")


async def test_a_page_in_spanish_is_spanish(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.get("/", headers={"Accept-Language": "es-MX"})

    assert '<html lang="es"' in answer.text
    assert "Escríbanos" in answer.text
    assert '<a href="/?path=talk&amp;lang=en" hreflang="en"' in answer.text


async def test_a_first_talk_is_promised_only_by_a_practice_that_offers_it(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        offered = (await browser.get("/")).text
    async with a_browser(a_front(database, clock, practice=a_practice(first_step="none"))) as browser:
        not_offered = (await browser.get("/")).text

    assert "20 minutes" in offered
    assert "20 minutes" not in not_offered


def test_a_template_that_is_not_given_everything_fails_instead_of_showing_a_gap() -> None:
    with pytest.raises(UndefinedError):
        Pages(TEMPLATES).page("thanks.html", {"say": words_of("en")}, language="en")


def test_what_a_page_shows_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "hello.html").write_text(
        '{% extends "base.html" %}{% block title %}x{% endblock %}{% block main %}{{ said }}{% endblock %}'
    )

    body = Pages(tmp_path).page("hello.html", {"said": "<b>{{7*7}}"}, language="en").body.decode()

    assert "&lt;b&gt;{{7*7}}" in body
