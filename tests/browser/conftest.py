"""A real browser before real doors."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.looks import SCHEMES, SCREENS
from tests.intake.webhouse import served

BINARIES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Intake's doors on a port of their own."""
    with served(tmp_path_factory.mktemp("browser") / "intake.db") as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium as this machine has it; without one these tests cannot say anything.

    Not longer than a module: Playwright keeps an event loop running that other tests would trip over.
    """
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        pytest.fail("needs Chromium on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[(*screen, scheme) for screen in SCREENS for scheme in SCHEMES], ids=str)
def page(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody on a phone or at a desk, by day and by night."""
    width, height, scheme = request.param
    context = chromium.new_context(
        base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def anywhere(chromium: Browser, site: str) -> Iterator[Page]:
    """A page that is shown on every screen, by day and by night, while it stands."""
    context = chromium.new_context(base_url=site, locale="en-US")
    yield context.new_page()
    context.close()


@pytest.fixture
def reader(chromium: Browser, site: str) -> Iterator[Page]:
    """Somebody on a phone, with JavaScript switched off."""
    context = chromium.new_context(
        base_url=site, viewport={"width": 380, "height": 800}, java_script_enabled=False, locale="en-US"
    )
    yield context.new_page()
    context.close()
