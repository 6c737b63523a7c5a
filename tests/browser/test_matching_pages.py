"""Matching's pages in a real browser: for everybody, on every screen, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import flaws, looks
from tests.browser.matching_site import Site, matching_served
from tests.matching.webhouse import MESSAGE, NAME, recipient_of

pytestmark = pytest.mark.browser

CASES = ("proposed", "crisis", "held", "nobody", "colleague", "chosen", "introduced", "pending")
CALLS = ("called", "begun", "attended", "missed")
BEHIND = (*CASES, *CALLS, "calendar", "offer", "introduction")
PERSONS = ("answer", "answer_es", "waiting", "waiting_es")
ROOMS = ("read", "why", "choose", "none", "close", "call")
PRESSED = (  # pages that only a press leads to
    ("introduction", "Show who it is"),
    ("introduction", "Show what they wrote"),
    ("answer", "Read it"),
    ("answer", "I’d rather have someone else"),
    ("answer_es", "Leerla"),
)
EVERY_PAGE = (
    *((name, "") for name in (*BEHIND, *PERSONS, "over")),
    *(("proposed", f"/{room}") for room in ROOMS),
    *((name, "/call") for name in CALLS),
    ("held", "/release"),
)


@pytest.fixture(scope="module")
def matching_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Matching's doors on a port of their own."""
    with matching_served(tmp_path_factory.mktemp("browser") / "matching.db") as site:
        yield site


@pytest.fixture
def page(chromium: Browser, matching_site: Site) -> Iterator[Page]:
    """A page of a browser that was proven to be of everybody, to be shown on every screen."""
    context = chromium.new_context(base_url=matching_site.url, locale="en-US")
    for name in BEHIND:
        matching_site.prove(context, recipient_of(matching_site.links[name]))
    yield context.new_page()
    context.close()


@pytest.fixture
def stranger(chromium: Browser, matching_site: Site) -> Iterator[Page]:
    """A phone that has proven nothing, with JavaScript switched off."""
    context = chromium.new_context(
        base_url=matching_site.url,
        viewport={"width": 380, "height": 800},
        java_script_enabled=False,
        locale="en-US",
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("name", "room"), EVERY_PAGE)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    page: Page, matching_site: Site, name: str, room: str
) -> None:
    page.goto(f"{matching_site.links[name]}{room}")

    assert flaws(unfolded(page)) == []


@pytest.mark.parametrize("name", [*BEHIND, "unknown"])
def test_what_a_browser_sees_that_proved_nothing_is_as_accessible(
    page: Page, matching_site: Site, name: str
) -> None:
    page.context.clear_cookies()
    page.goto(matching_site.links.get(name, "/referrals/case/none"))

    assert flaws(unfolded(page)) == []


@pytest.mark.parametrize(("name", "press"), PRESSED)
def test_what_a_press_shows_is_as_accessible(page: Page, matching_site: Site, name: str, press: str) -> None:
    page.goto(matching_site.links[name])
    with page.expect_navigation():
        page.get_by_role("button", name=press, exact=True).click()

    assert flaws(unfolded(page)) == []


def test_a_form_that_comes_back_is_as_accessible_as_an_empty_one(page: Page, matching_site: Site) -> None:
    page.goto(f"{matching_site.links['proposed']}/close")
    page.get_by_label("A note for inside").fill("Called twice.")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_role("button", name="Close without care").click()

    expect(page.get_by_role("alert")).to_contain_text("Please choose a reason.")
    assert page.input_value("#note") == "Called twice."
    assert flaws(unfolded(page)) == []


def test_a_coordinator_without_script_proves_the_browser_and_reads(
    stranger: Page, matching_site: Site
) -> None:
    stranger.goto(f"{matching_site.links['proposed']}/read")
    expect(stranger.get_by_text("R-00001")).to_be_visible()
    stranger.get_by_role("button", name="Mail me a code").click()
    stranger.get_by_label("The six digits").fill(matching_site.digits())
    stranger.get_by_role("button", name="Go on").click()
    expect(stranger.get_by_text(MESSAGE)).to_have_count(0)

    stranger.get_by_role("button", name="Show what they wrote").click()

    expect(stranger.get_by_text(MESSAGE)).to_be_visible()
    expect(stranger.get_by_text(NAME)).to_be_visible()


def test_wrong_digits_can_be_typed_again(stranger: Page, matching_site: Site) -> None:
    stranger.goto(matching_site.links["held"])
    stranger.get_by_role("button", name="Mail me a code").click()
    stranger.get_by_label("The six digits").fill("000000")
    stranger.get_by_role("button", name="Go on").click()

    expect(stranger.get_by_role("alert")).to_contain_text("You can try")
    expect(stranger.get_by_label("The six digits")).to_be_visible()


def test_a_person_without_script_can_leave_at_once(stranger: Page, matching_site: Site) -> None:
    stranger.goto(matching_site.links["answer"])
    leave = stranger.get_by_role("link", name="Leave now")

    expect(leave).to_be_in_viewport()
    assert leave.get_attribute("href") == "https://www.weather.gov/"
    assert "noreferrer" in (leave.get_attribute("rel") or "")


def test_a_browser_finds_nothing_against_the_policy(page: Page, matching_site: Site) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for name in (*BEHIND, *PERSONS):
        page.goto(matching_site.links[name])
        list(looks(page))

    assert complaints == []


def unfolded(page: Page) -> Page:
    """The page with everything open that can be opened."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return page
