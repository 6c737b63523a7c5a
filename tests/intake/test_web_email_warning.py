"""Whoever leaves an address on our page was told that e-mail is not private, and which wording is kept."""

import re

import pytest

from services.intake import storage
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import a_vault, the_practice
from tests.intake.webhouse import a_browser, a_front
from tests.intake.webposts import CONSULTATION, SAM, reference_in

WARNING = the_practice().rules.notices.email_warning
PAGES = ("consultation", "readiness", "professional")


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_says_that_e_mail_is_not_private_beside_the_choice(
    database: Database, clock: TestClock, language: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        for path in PAGES:
            page = (await browser.get("/", params={"path": path, "lang": language})).text

            assert page.count(WARNING.text.text(language)) == 1, path
            assert page.count('name="email_warning"') == 1, path


async def test_the_wording_that_the_page_showed_is_kept_with_the_request(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        page = (await browser.get("/")).text
        [shown] = re.findall(r'name="email_warning" value="([^"]+)"', page)
        answer = await browser.post(CONSULTATION, data={**dict(SAM), "email_warning": shown})

    assert await kept_warning(database, reference_in(answer)) == WARNING.version


async def test_a_request_that_came_without_our_page_has_no_wording(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, data=dict(SAM))

    assert await kept_warning(database, reference_in(answer)) is None


async def kept_warning(database: Database, reference: str) -> str | None:
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
        assert request
        [words] = await storage.load_words(tx, [request.id], a_vault())
    return words.email_warning
