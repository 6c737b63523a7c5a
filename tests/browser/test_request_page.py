"""The request page in a real browser: for everybody, on every screen, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import flaws, is_too_wide, looks, violations

pytestmark = pytest.mark.browser

TALK = "/?lang=en"
COLLEAGUE = "/?path=colleague&lang=en"
NOBODYS = "/v1/consultation-requests/none?token=none"  # answered with 404, which a browser always remarks on
PAGES = (
    TALK,
    "/?lang=es&for=child",
    "/?lang=en&for=couple",
    "/?path=not_yet&lang=en",
    "/?path=not_yet&lang=es",
    COLLEAGUE,
    "/?path=colleague&lang=es",
    "/v1/thank-you?path=talk&lang=en&reference=R-7F3K2",
    "/v1/thank-you?path=not_yet&lang=es",
    "/v1/thank-you?path=colleague&lang=en&reference=R-7F3K2",
    "/v1/thank-you?path=talk&first=lines&reference=R-7F3K2",
    NOBODYS,
    "/docs",
)


@pytest.fixture
def reader(chromium: Browser, site: str) -> Iterator[Page]:
    """Somebody at a desk, with JavaScript switched off."""
    context = chromium.new_context(
        base_url=site, viewport={"width": 1280, "height": 900}, java_script_enabled=False, locale="en-US"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_any_page(anywhere: Page, path: str) -> None:
    anywhere.goto(path)
    for closed in anywhere.locator("summary").all():
        closed.click()

    assert flaws(anywhere) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(anywhere: Page, path: str) -> None:
    anywhere.goto(path)

    assert [look for look in looks(anywhere) if is_too_wide(anywhere)] == []


def test_a_form_with_mistakes_is_as_accessible_as_an_empty_one(page: Page) -> None:
    page.goto("/?lang=en&for=couple")
    page.fill("[name=email]", "nobody at")
    page.fill("[name=message]", "My mom died in March.")
    page.click("button[type=submit]")

    expect(page.get_by_role("alert")).to_contain_text("Your e-mail")
    assert page.input_value("[name=message]") == "My mom died in March."
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="Your e-mail").click()
    assert page.url.endswith("#email")


def test_a_colleagues_form_with_mistakes_is_as_accessible_and_keeps_what_was_typed(page: Page) -> None:
    page.goto(COLLEAGUE)
    page.fill("[name=name]", "Kim Ode")
    page.fill("[name=email]", "nobody at")
    page.get_by_label("I run a practice").check()
    page.fill("[name=message]", "A second pair of eyes.")
    page.get_by_role("button", name="Send my note").click()

    expect(page.get_by_role("alert")).to_contain_text("What are you looking for?")
    assert page.input_value("[name=message]") == "A second pair of eyes."
    expect(page.get_by_label("I run a practice")).to_be_checked()
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="What are you looking for?").click()
    assert page.url.endswith("#topic")
    expect(page.get_by_role("radiogroup", name="What are you looking for?")).to_be_in_viewport()


@pytest.mark.parametrize("path", [TALK, COLLEAGUE])
def test_targets_are_large_enough_for_a_shaking_hand(page: Page, path: str) -> None:
    page.goto(path)

    for target in page.locator("a:visible, button:visible, .tick:visible, select:visible").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 24, target.inner_text()


def test_somebody_without_script_can_write_for_a_child(reader: Page) -> None:
    reader.goto(TALK)
    expect(reader.locator("[id='client.age']")).to_be_hidden()
    reader.get_by_label("For my child").check()
    expect(reader.locator("[id='client.age']")).to_be_visible()
    expect(reader.locator("#age")).to_be_hidden()

    reader.fill("#name", "Thích Nhất Hạnh")
    reader.fill("#email", "parent@example.org")
    reader.fill("[id='client.age']", "9")
    reader.select_option("#state", "CA")
    reader.wait_for_timeout(2100)  # as fast as a hand can be
    reader.get_by_role("button", name="Send my note").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Your note arrived")
    expect(reader).to_have_title("Your note arrived")


def test_somebody_not_ready_can_ask_for_reading_in_spanish(reader: Page) -> None:
    reader.goto(TALK)
    reader.get_by_role("link", name="I’m not ready yet").click()
    reader.get_by_role("link", name="Español").click()
    reader.fill("#name", "Ana")
    reader.fill("#email", "ana@example.org")
    reader.get_by_label("Sí, mándenme").check()
    reader.get_by_role("button").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Su nota llegó")


def test_a_colleague_can_write_without_script_in_spanish(reader: Page) -> None:
    reader.goto(TALK)
    reader.get_by_role("link", name="I’m a therapist or run a practice").click()
    reader.get_by_role("link", name="Español").click()
    reader.fill("#name", "Kim Ode")
    reader.fill("#email", "kim@example.org")
    reader.get_by_label("Supervisión").check()
    reader.wait_for_timeout(2100)  # as fast as a hand can be
    reader.get_by_role("button", name="Mandar mi nota").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Su nota llegó")
    expect(reader.get_by_role("link", name="Salir ya")).to_be_visible()


def test_leave_now_is_the_first_thing_but_one_a_keyboard_reaches(reader: Page) -> None:
    reader.goto(TALK)
    reached = []
    for _ in range(3):
        reader.keyboard.press("Tab")
        reached.append(reader.locator(":focus").inner_text())

    assert reached[0] == "Skip to the page"
    assert "Leave now" in reached


def test_leave_now_stays_in_sight_and_tells_nobody_where_it_came_from(page: Page) -> None:
    page.goto(TALK)
    page.mouse.wheel(0, 3000)
    leave = page.get_by_role("link", name="Leave now")

    expect(leave).to_be_in_viewport()
    assert leave.get_attribute("href") == "https://www.weather.gov/"
    assert "noreferrer" in (leave.get_attribute("rel") or "")
    assert leave.get_attribute("target") == "_top"


def test_a_browser_finds_nothing_against_the_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES:
        page.goto(path)

    said_of_nobodys = [said for said in complaints if "status of 404" in said]
    assert [said for said in complaints if said not in said_of_nobodys] == []
    assert len(said_of_nobodys) == 1
