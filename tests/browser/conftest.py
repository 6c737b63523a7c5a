"""A real browser before real doors."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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
