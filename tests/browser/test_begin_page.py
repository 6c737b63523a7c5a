"""*What is still true* in a real browser: told and taken back, on every screen, without script."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from services.intake.web.begin_proof import PROOF
from shared.clock import utc_now
from shared.tokens import Links
from tests.browser.looks import flaws, violations
from tests.intake.webhouse import FORM, LINK_KEY, a_reading_request

pytestmark = pytest.mark.browser

LINKS = Links([LINK_KEY])
PAGES = (
    "{open}",
    "{open}?lang=es",
    "{open}/not-now",
    "{open}/not-now?lang=es",
    "{waits}/not-now",
    "{waits}/not-now?lang=es",
    "{told}",
    "{told}?lang=es",
    "{crisis}",
    "{on_behalf}",
    "{on_behalf}?lang=es",
    "{unproven}",
    "{unproven}?lang=es&said=sent",
    "{told_on_behalf}",
    "{closed}",
    "{closed}?lang=es",
    "/begin/nobodys",
)
NOBODYS = 1  # of these pages are answered with 404, which a browser always remarks on
GROWN_UP = {"for": "self", "age": "34", "state": "CA"}


DANA = "coordinator:dana"
PROOF = {PROOF.cookie(DANA): LINKS.sign(PROOF.purpose, DANA, "proof-1", utc_now(), timedelta(days=1))}


@pytest.fixture(scope="module")
def links(site: str) -> Mapping[str, str]:
    """The pages of people at each point of their way, by a name."""
    with httpx.Client(base_url=site) as visitor:
        found = {name: ready(visitor) for name in ("open", "waits", "told", "crisis")}
        found["on_behalf"] = ready(visitor, "coordinator:dana")
        found["told_on_behalf"] = ready(visitor, "coordinator:dana")
        found["unproven"] = ready(visitor, "coordinator:lee")
        visitor.cookies.update(PROOF)
        sent(visitor, f"{found['waits']}/not-now")
        sent(visitor, found["told"], **GROWN_UP)
        sent(visitor, found["told_on_behalf"], **GROWN_UP)
        sent(visitor, found["crisis"], **GROWN_UP, message="I want to kill myself tonight")
    token = LINKS.sign("begin", "person:erased", "erased", utc_now(), timedelta(days=1))
    return {**found, "closed": f"/begin/{token}"}


def ready(visitor: httpx.Client, recipient: str | None = None, **said: Any) -> str:
    """The path of the page of somebody who asked for something to read, and is ready."""
    wish = a_reading_request(**{"email": f"{uuid4().hex}@example.org", "concerns": ["grief_loss"], **said})
    kept = visitor.post("/v1/readiness-requests", json=wish).json()
    status = LINKS.read(kept["status_url"].rpartition("=")[2], "status", utc_now())
    assert status
    recipient = recipient or f"person:{status.recipient}"
    return f"/begin/{LINKS.sign('begin', recipient, kept['id'], utc_now(), timedelta(days=1))}"


def sent(visitor: httpx.Client, path: str, **said: str) -> None:
    answer = visitor.post(path, content=urlencode(said), headers=FORM)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def mine(site: str) -> str:
    """The page of somebody who is ready."""
    with httpx.Client(base_url=site) as visitor:
        return ready(visitor)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_any_page(
    anywhere: Page, site: str, links: Mapping[str, str], path: str
) -> None:
    anywhere.context.add_cookies(
        [{"name": name, "value": value, "url": site} for name, value in PROOF.items()]
    )
    anywhere.goto(path.format(**links))
    for closed in reversed(anywhere.locator("details:not([open]) > summary").all()):
        closed.click()

    assert flaws(anywhere) == []


def test_targets_are_large_enough_for_a_shaking_hand(page: Page, links: Mapping[str, str]) -> None:
    for path in ("{open}", "{open}/not-now", "{waits}/not-now", "{closed}"):
        page.goto(path.format(**links))
        for target in page.locator("a:visible, button:visible, .tick:visible, summary:visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 24, target.inner_text()


def test_a_form_with_mistakes_is_as_accessible_and_leads_to_each_of_them(page: Page, mine: str) -> None:
    page.goto(mine)
    page.get_by_label("For my child").check()
    page.fill("#message", "it is spring")
    page.get_by_role("button", name="Send this").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Their age")
    assert page.input_value("#message") == "it is spring"
    assert violations(page) == []
    alert.get_by_role("link", name="Their age").click()
    expect(page.get_by_label("Their age")).to_be_in_viewport()


def test_somebody_without_script_tells_what_is_still_true_on_a_phone(reader: Page, mine: str) -> None:
    reader.goto(mine)
    expect(reader).to_have_title("What is still true")
    expect(reader.get_by_role("heading", level=1)).to_have_text("What is still true?")
    expect(reader.locator("input[name=concerns][value=grief_loss]").first).to_be_checked()
    expect(reader.locator("#email")).to_have_count(0)
    reader.fill("#age", "34")
    reader.select_option("#state", "CA")
    reader.fill("#message", "it is spring")
    reader.get_by_role("button", name="Send this").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Your note arrived")
    expect(reader.locator("main")).not_to_contain_text("it is spring")
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your note arrived")
    reader.get_by_role("link", name="Choose a time for a call").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Choose a time for a call")


def test_somebody_who_would_rather_wait_says_so_in_spanish_and_can_go_on(reader: Page, mine: str) -> None:
    reader.goto(mine)
    reader.get_by_role("link", name="Español").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("¿Qué sigue igual?")
    reader.get_by_role("link", name="Mejor por ahora no").click()
    reader.get_by_role("button", name="Sí, por ahora no").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Lo dejamos por ahora")
    reader.get_by_role("link", name="Sí quiero seguir").click()
    expect(reader.get_by_role("button", name="Enviar esto")).to_be_visible()
    expect(reader.get_by_role("link", name="Salir ya")).to_be_visible()


def test_leave_now_stays_in_sight(page: Page, links: Mapping[str, str]) -> None:
    page.goto(links["open"])
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
