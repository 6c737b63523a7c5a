"""The pages of a journey in a real browser: for everybody, on every screen, by day and by night."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.errors import Retryable
from tests.browser.looks import flaws
from tests.browser.readiness_site import Site, readiness_served

pytestmark = pytest.mark.browser

STATES = ("fresh", "running", "asked", "kept", "resting", "held", "stopped", "ended", "reached")
EVERY_PAGE = (
    *((name, "") for name in STATES),
    *(("running", f"/{below}") for below in ("stop", "pause", "pace", "ready", "books", "practice/1")),
    ("resting", "/resume"),
    ("asked", "/keep"),
    ("kept", "/reading/8"),
    ("none", ""),
)


@pytest.fixture(scope="module")
def readiness_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of journeys on a port of their own."""
    with readiness_served(tmp_path_factory.mktemp("browser") / "resources.db") as site:
        yield site


@pytest.fixture
def page(chromium: Browser, readiness_site: Site) -> Iterator[Page]:
    """A page of somebody's browser, to be shown on every screen, by day and by night."""
    context = chromium.new_context(base_url=readiness_site.url, locale="en-US")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: Browser, readiness_site: Site) -> Iterator[Page]:
    """A phone with JavaScript switched off."""
    context = chromium.new_context(
        base_url=readiness_site.url,
        viewport={"width": 380, "height": 800},
        java_script_enabled=False,
        locale="en-US",
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("name", "below"), EVERY_PAGE)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    page: Page, readiness_site: Site, name: str, below: str, language: str
) -> None:
    page.goto(f"{readiness_site.links.get(name, '/readiness/none')}{below}?lang={language}")

    expect(page.locator("html")).to_have_attribute("lang", language)
    assert flaws(page) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_for_while_the_next_cannot_be_opened_is_as_accessible(
    page: Page, readiness_site: Site, language: str
) -> None:
    readiness_site.house.intake.trouble = Retryable
    page.goto(f"{readiness_site.links['reached']}?lang={language}")
    page.get_by_role("button").click()
    readiness_site.house.intake.trouble = None

    expect(page.get_by_role("heading", level=1)).to_have_text(
        {"en": "It is noted", "es": "Ya lo sabemos"}[language]
    )
    assert flaws(page) == []


def test_a_person_without_script_rests_goes_on_slows_down_and_stops(
    phone: Page, readiness_site: Site
) -> None:
    phone.goto(readiness_site.links["walked"])
    for step, press, heading in (
        ("Pause", "Pause until then", "A rest until"),
        ("End the rest", "End the rest", "At your own pace"),
        ("How often they come", "Change to half as often", "At your own pace"),
        ("Stop", "Stop the mails", "The mails have stopped"),
    ):
        phone.get_by_role("link", name=step, exact=True).click()
        phone.get_by_role("button", name=press).click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text(heading)

    phone.get_by_role("link", name="Read it").click()
    expect(phone.get_by_role("heading", name="Five minutes")).to_be_visible()
    phone.get_by_role("link", name="Back to your page").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("The mails have stopped")


def test_who_is_ready_lands_on_intakes_page_and_the_policy_lets_them(
    page: Page, readiness_site: Site
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{readiness_site.links['pressed']}/ready")
    page.get_by_role("button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What is still true?")
    assert page.url == readiness_site.begin
    assert complaints == []


def test_everybody_can_leave_at_once(phone: Page, readiness_site: Site) -> None:
    for name, below in EVERY_PAGE:
        phone.goto(f"{readiness_site.links.get(name, '/readiness/none')}{below}")
        leave = phone.get_by_role("link", name="Leave now")
        expect(leave).to_be_in_viewport()
        assert leave.get_attribute("href") == "https://www.weather.gov/"
        assert "noreferrer" in (leave.get_attribute("rel") or "")


def test_a_browser_finds_nothing_against_the_policy(page: Page, readiness_site: Site) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for name, below in EVERY_PAGE[:-1]:
        page.goto(f"{readiness_site.links[name]}{below}")

    assert complaints == []
