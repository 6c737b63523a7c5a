"""The pages of a call in a real browser: chosen, moved, cancelled, on every screen, without script."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import flaws, is_too_wide, looks, violations
from tests.intake.webhouse import FORM, a_request

pytestmark = pytest.mark.browser

FIRST_TIME = "[name=time] >> nth=0"
PAGES = (
    "{new}",
    "{new}?lang=es&zone=America/New_York",
    "{booked}",
    "{booked}?lang=es",
    "{booked}/book",
    "{booked}/book?lang=es",
    "{booked}/cancel",
    "{booked}/cancel?lang=es",
    "{booked}/where",
    "{away}",
    "{away}/where?lang=es",
    "{cancelled}",
    "{looked_at_first}",
    "{looked_at_first}?lang=es",
    "/book/nobodys",
    "/v1/thank-you?path=talk&lang=en&reference=R-7F3K2&book={token}",
)
NOBODYS = 1  # of these pages are answered with 404, which a browser always remarks on


@pytest.fixture(scope="module")
def links(site: str) -> Mapping[str, str]:
    """The pages of people at each point of a call, by a name."""
    with httpx.Client(base_url=site) as visitor:
        found = {name: written(visitor) for name in ("new", "booked", "away", "cancelled")}
        found["looked_at_first"] = written(visitor, website="https://spam.example.net")
        for name in ("booked", "away", "cancelled"):
            book(visitor, found[name])
        sent(visitor, f"{found['away']}/where", state="NV")
        sent(visitor, f"{found['cancelled']}/cancel", version="1")
    return {**found, "token": found["new"].rpartition("/")[2]}


def written(visitor: httpx.Client, **said: Any) -> str:
    """The path of the page of somebody who has just written, from an inbox of their own, without a number."""
    note = a_request(**{"email": f"{uuid4().hex}@example.org", **said})
    answer = visitor.post("/v1/consultation-requests", json=note)
    return urlsplit(answer.json()["booking_url"]).path


def book(visitor: httpx.Client, link: str) -> None:
    time = visitor.get(link).text.partition('name="time" value="')[2].partition('"')[0]
    sent(visitor, f"{link}/book", time=time, version="0", phone="+13235550100")


def sent(visitor: httpx.Client, path: str, **said: str) -> None:
    answer = visitor.post(path, content=urlencode(said), headers=FORM)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def mine(site: str) -> str:
    """The page of somebody who has just written."""
    with httpx.Client(base_url=site) as visitor:
        return written(visitor)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_any_page(anywhere: Page, links: Mapping[str, str], path: str) -> None:
    anywhere.goto(path.format(**links))
    for closed in reversed(anywhere.locator("details:not([open]) > summary").all()):
        closed.click()

    assert flaws(anywhere) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(anywhere: Page, links: Mapping[str, str], path: str) -> None:
    anywhere.goto(path.format(**links))

    assert [look for look in looks(anywhere) if is_too_wide(anywhere)] == []


def test_targets_are_large_enough_for_a_shaking_hand(page: Page, links: Mapping[str, str]) -> None:
    for path in ("{new}", "{booked}", "{booked}/cancel", "{booked}/where"):
        page.goto(path.format(**links))
        for target in page.locator("a:visible, button:visible, .tick:visible, summary:visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 24, target.inner_text()


def test_a_form_with_mistakes_is_as_accessible_and_leads_to_each_of_them(page: Page, mine: str) -> None:
    page.goto(mine)
    page.fill("#phone", "12")
    page.get_by_label("You may call and leave a voicemail").check()
    page.get_by_role("button", name="Book this time").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("When may we call you?")
    expect(alert).to_contain_text("The number we call")
    assert page.input_value("#phone") == "12"
    expect(page.get_by_label("You may call and leave a voicemail")).to_be_checked()
    assert violations(page) == []
    alert.get_by_role("link", name="When may we call you?").click()
    expect(page.get_by_role("radiogroup", name="When may we call you?")).to_be_in_viewport()


def test_somebody_without_script_books_moves_and_cancels_on_a_phone(reader: Page, mine: str) -> None:
    reader.goto(mine)
    expect(reader).to_have_title("A phone call")
    first = reader.locator(FIRST_TIME)
    first.check()
    when = (first.get_attribute("aria-label") or "").replace(", ", " at ").replace(" at ", ", ", 1)
    reader.fill("#phone", "(323) 555-0100")
    reader.get_by_label("Remind me an hour before, too").check()
    reader.get_by_role("button", name="Book this time").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your call is booked")
    expect(reader.locator("dl")).to_contain_text(when)
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your call is booked")

    reader.get_by_role("link", name="Choose another time").click()
    expect(reader.get_by_label("Remind me an hour before, too")).to_be_checked()
    expect(reader.locator("#phone")).to_have_count(0)
    reader.locator("summary").last.click()
    reader.locator("[name=time]").last.check()
    reader.get_by_role("button", name="Move the call to this time").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your call is booked")
    expect(reader.locator("dl")).not_to_contain_text(when)

    reader.get_by_role("link", name="Tell us where you will be").click()
    reader.select_option("#state", "NV")
    reader.get_by_role("button", name="Tell us").click()
    expect(reader.locator(".lead")).to_contain_text("you will be in Nevada")
    reader.get_by_role("link", name="Back to your call").click()

    reader.get_by_role("link", name="Cancel the call").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Cancel the call?")
    reader.get_by_role("button", name="Yes, cancel it").click()
    expect(reader.locator(".now")).to_contain_text("does not take place")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Choose a time for a call")


def test_a_quicker_person_leaves_fresh_times_and_what_was_typed(reader: Page, mine: str, site: str) -> None:
    reader.goto(mine)
    first = reader.locator(FIRST_TIME)
    wanted = first.get_attribute("value")
    first.check()
    reader.fill("#phone", "(323) 555-0100")
    with httpx.Client(base_url=site) as visitor:
        while wanted in visitor.get(mine).text:
            other = written(visitor)
            sent(visitor, f"{other}/book", time=wanted or "", version="0", phone="+13235550100")
    reader.get_by_role("button", name="Book this time").click()

    expect(reader.get_by_role("alert")).to_contain_text("Somebody was a little quicker")
    expect(reader.locator(f"[value='{wanted}']")).to_have_count(0)
    assert reader.input_value("#phone") == "(323) 555-0100"
    reader.locator(FIRST_TIME).check()
    reader.get_by_role("button", name="Book this time").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your call is booked")


def test_somebody_elsewhere_sees_and_books_by_their_own_clock_in_spanish(reader: Page, mine: str) -> None:
    reader.goto(mine)
    reader.get_by_role("link", name="Español").click()
    reader.get_by_text("Todas las horas son en hora del Pacífico").click()
    reader.get_by_label("Zona horaria").select_option("America/New_York")
    reader.get_by_role("button", name="Mostrar estas horas").click()
    expect(reader.locator("main")).to_contain_text("hora oriental (Nueva York)")
    reader.locator(FIRST_TIME).check()
    reader.fill("#phone", "(323) 555-0100")
    reader.get_by_role("button", name="Reservar esta hora").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Su llamada está reservada")
    expect(reader.locator("dl")).to_contain_text("hora oriental (Nueva York)")
    expect(reader.get_by_role("link", name="Salir ya")).to_be_visible()


def test_leave_now_stays_in_sight(page: Page, links: Mapping[str, str]) -> None:
    page.goto(links["new"])
    page.mouse.wheel(0, 3000)
    leave = page.get_by_role("link", name="Leave now")

    expect(leave).to_be_in_viewport()
    assert "noreferrer" in (leave.get_attribute("rel") or "")


def test_a_browser_finds_nothing_against_the_policy(page: Page, links: Mapping[str, str]) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES:
        page.goto(path.format(**links))

    said_of_nobodys = [said for said in complaints if "status of 404" in said]
    assert [said for said in complaints if said not in said_of_nobodys] == []
    assert len(said_of_nobodys) == NOBODYS
