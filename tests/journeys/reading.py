"""What somebody who is not ready yet does from their mails, and how their journey stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.journeys.calls import Caller
from tests.journeys.inbox import PERSON
from tests.journeys.mail import Mail
from tests.journeys.product import Product, instant

SERIES = ("readiness_practice", "readiness_reading", "readiness_check_in")
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)


async def ask_to_read(product: Product, address: str = PERSON, **said: object) -> str:
    """Somebody asks for something to read first; the reference."""
    body = {
        "name": "Sam Rivera",
        "email": address,
        "contact": {"email_ok": True, "discreet": False},
        "state": "CA",
        "concerns": ["grief_loss"],
        "opt_in": True,
    } | said
    answer = await product.website.post("/v1/readiness-requests", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reference"])


async def pass_days(product: Product, days: int) -> None:
    """So many days pass, with a halt wherever a journey goes on, so that nothing comes late."""
    await product.settle()
    end = product.clock.now + days * DAY
    while (halt := await _next_halt(product)) is not None and halt < end:
        await product.pass_until(max(halt, product.clock.now) + MOMENT)
    await product.pass_until(end)


async def _next_halt(product: Product) -> datetime | None:
    rows = await product.rows(
        "resources", "SELECT next_at FROM journeys WHERE state IN ('running', 'paused')"
    )
    return min((instant(row["next_at"]) for row in rows if row["next_at"] is not None), default=None)


async def at_their_journey(product: Product, mail: Mail) -> Caller:
    """The person opens the page of their journey from this mail."""
    link = mail.leads_to("/readiness/")
    assert link, mail.text
    return Caller(await product.browser("resources"), "/".join(link.split("/")[:3]))


async def ready(product: Product, reader: Caller) -> Caller:
    """The person says *I'm ready*, and is led on to where they tell what is still true."""
    shown = await reader.form("/ready")
    said = await reader.browser.send(shown.action, dict(shown.sent()), wanted=303)
    assert said.status_code == 303, said.text
    await product.settle()
    return Caller(await product.browser("intake"), urlsplit(said.headers["Location"]).path)


async def stopped_by_one_click(product: Product, mail: Mail) -> httpx.Response:
    """What a mailbox sends when somebody presses *Unsubscribe* above this mail: no cookie, no origin."""
    address = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mailbox = (await product.browser("resources")).client
    answer = await mailbox.post(
        urlsplit(address).path,
        content="List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )
    await product.settle()
    return answer


async def series(product: Product, reference: str) -> Sequence[tuple[str, str]]:
    """Template and state of every mail of the series, in order."""
    rows = await product.rows(
        "notifications",
        f"SELECT template, state FROM deliveries WHERE reference = '{reference}'"
        f" AND template IN {SERIES} ORDER BY due_at, template",
    )
    return [(row["template"], row["state"]) for row in rows]


async def journey(product: Product, reference: str) -> Mapping[str, Any]:
    """The journey as its service has it."""
    [row] = await product.rows("resources", f"SELECT * FROM journeys WHERE reference = '{reference}'")
    return row
