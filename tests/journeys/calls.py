"""What a person does about the free call from their mails, and how it stands in every service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from deploy.demo.forms import Form, form_to
from tests.journeys.inbox import PERSON
from tests.journeys.mail import Mail
from tests.journeys.product import Browser, Product, instant

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NUMBER = "+13235550117"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with their browser at the page to which a mail led them."""

    browser: Browser
    link: str

    async def page(self, below: str = "") -> str:
        """The page as it is now, or one below it."""
        answer = await self.browser.get(f"{self.link}{below}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def form(self, ending: str) -> Form:
        """The form of the page below that is sent there."""
        shown = form_to(await self.page(ending), ending)
        assert shown is not None, f"no form leads to {ending}"
        return shown

    async def times(self) -> list[datetime]:
        """What the page offers, in order."""
        shown = form_to(await self.page("/book"), "/book")
        return sorted(map(datetime.fromisoformat, shown.choices["time"])) if shown else []

    async def book(self, at: datetime, **typed: str) -> httpx.Response:
        """Presses this time, with a number where the page asks for one."""
        shown = await self.form("/book")
        codes = {datetime.fromisoformat(each): each for each in shown.choices["time"]}
        number = {"phone": NUMBER} if "phone" in shown.typed else {}
        return await self.send(shown, time=codes[at], **number | typed)

    async def press(self, ending: str, **said: str) -> httpx.Response:
        """Sends another form."""
        return await self.send(await self.form(ending), **said)

    async def send(self, form: Form, **said: str) -> httpx.Response:
        """Sends a form as it was shown, however long ago."""
        return await self.browser.send(form.action, form.sent(**said))


async def at_the_booking(product: Product, mail: Mail) -> Caller:
    """The person opens the booking link of this mail."""
    link = mail.leads_to("/book/")
    assert link, mail.text
    return Caller(await product.browser("intake"), "/".join(link.split("/")[:3]))


async def booked(product: Product, at: datetime, address: str = PERSON) -> Caller:
    """Somebody books this time from the first mail that leads them there."""
    found = await product.until(lambda: [mail for mail in product.to(address) if mail.leads_to("/book/")])
    caller = await at_the_booking(product, found[0])
    answer = await caller.book(at)
    assert answer.status_code == 200, answer.text
    await product.settle()
    return caller


async def call(product: Product, reference: str) -> Mapping[str, Any]:
    """The request's latest call as intake has it."""
    rows = await product.rows(
        "intake",
        "SELECT calls.* FROM calls JOIN requests ON requests.id = calls.request_id"
        f" WHERE requests.reference = '{reference}' ORDER BY calls.version",
    )
    return {**rows[-1], **{name: instant(rows[-1][name]) for name in ("starts_at", "ends_at")}}


async def referral(product: Product, reference: str) -> Mapping[str, Any]:
    """Whose the referral is, what comes next, and by when."""
    [row] = await product.rows("matching", f"SELECT * FROM referrals WHERE reference = '{reference}'")
    return {**row, "due_at": instant(row["due_at"])}


async def mails(product: Product, reference: str, template: str = "call_") -> Sequence[Mapping[str, Any]]:
    """The deliveries of these templates, by when they are due, with their codes read."""
    rows = await product.rows(
        "notifications",
        "SELECT * FROM deliveries"
        f" WHERE reference = '{reference}' AND template LIKE '{template}%' ORDER BY due_at, template",
    )
    return [{**row, "due_at": instant(row["due_at"]), "codes": _codes(row["codes"])} for row in rows]


async def states(product: Product, reference: str, template: str = "call_") -> list[tuple[str, str]]:
    """The template and state of each."""
    return [(row["template"], row["state"]) for row in await mails(product, reference, template)]


def here(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """This time on the wall clocks of Los Angeles."""
    return datetime(year, month, day, hour, minute, tzinfo=LOS_ANGELES)


def _codes(said: Any) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(said) if isinstance(said, str) else said
    return read
