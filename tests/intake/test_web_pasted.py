"""What is pasted: forms into websites, and rubbish into forms."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.intake.domain.contact import MOST_ACKNOWLEDGED
from services.intake.snippet import snippet
from shared.database import Database
from shared.pages import turnstile
from tests.conftest import TestClock
from tests.intake.webhouse import (
    WEBSITE,
    Page,
    a_browser,
    a_front,
    a_practice,
)
from tests.intake.webposts import (
    CONSULTATION,
    PROFESSIONAL,
    READINESS,
    SAM,
    reference_in,
    sent,
    status_of,
)


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


NASTY = (
    "{{7*7}}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\r\nSet-Cookie: b=c",
    "javascript:alert(1)",
)
TEXTS = (
    "name",
    "pronouns",
    "email",
    "phone",
    "age",
    "client.name",
    "client.age",
    "client.relation",
    "partners.0.name",
    "partners.0.email",
    "message",
    "preferences.fee_max",
    "contact.safe_hours.from",
    "time_zone",
    "concerns",
    "state",
    "for",
    "website",
    "_started",
    "_return",
    "language",
    "anything",
)


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("path", [CONSULTATION, READINESS, PROFESSIONAL])
async def test_nothing_typed_changes_the_page_that_shows_it(
    database: Database, clock: TestClock, field: str, path: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:

        async def shown(text: str) -> Page:
            return Page.read((await sent(browser, path, [("age", "-"), (field, text)])).text)

        plain, two_lines = await shown("harmless é 日本"), await shown("two\r\nlines")
        pages = {text: await shown(text) for text in NASTY}

    for text, page in pages.items():
        assert page.structure == (two_lines if "\n" in text else plain).structure
        assert "49" not in page.text
        assert not any(link.startswith("javascript:") for link in page.links)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_form_of_the_snippet_can_be_pasted_and_sent(
    database: Database, clock: TestClock, language: str
) -> None:
    page = Page.read(snippet(a_practice(), "https://intake.example.org/", language))
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, urlsplit(page.action).path, [*page.submitted(), *SAM], Origin=WEBSITE)

    assert await status_of(database, reference_in(answer)) == "announced"
    assert [link.partition("&")[0] for link in page.links] == [
        f"https://intake.example.org/?path={each}" for each in ("talk", "not_yet", "colleague")
    ]


async def test_the_examples_of_the_guide_work_as_printed(database: Database, clock: TestClock) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "website.md").read_text(encoding="utf-8")
    (form,) = re.findall(r"```html\n(<form.*?</form>)", guide, re.DOTALL)
    consultation, professional = re.findall(r"-d '(\{.*?\})'", guide)
    page = Page.read(form)
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, urlsplit(page.action).path, [*page.submitted(), *SAM], Origin=WEBSITE)
        curled = await browser.post(CONSULTATION, json=json.loads(consultation))
        colleague = await browser.post(PROFESSIONAL, json=json.loads(professional))

    assert answer.headers["location"] == f"{WEBSITE}/thank-you"
    assert (curled.status_code, colleague.status_code) == (202, 202)


def test_the_guide_knows_how_often_one_may_post() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "website.md").read_text(encoding="utf-8").replace(",", "")

    assert turnstile.PER_ADDRESS == "30/minute;200/hour"
    assert "30 times a minute and 200 times an hour" in guide
    assert turnstile.EVERYBODY == "1200/minute"
    assert "1200 times a minute" in guide
    assert turnstile.PER_SITE == "60000/minute"
    assert "60000 times" in guide
    assert MOST_ACKNOWLEDGED == 20
    assert "20 requests within 24 hours" in guide
