"""What a coordinator, a clinician and a person do from their mail, in the product of a journey."""

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import httpx

from tests.journeys.mail import Mail
from tests.journeys.product import Browser, Product

PERSON = "sam@example.org"
UNDO = timedelta(minutes=10)
CASE = "/referrals/case/"
SECRET = "My mother died in March and the house is too quiet."
NOTE: Mapping[str, object] = MappingProxyType(
    {
        "name": "Sam Rivera",
        "email": PERSON,
        "contact": {"email_ok": True, "discreet": False},
        "for": "self",
        "state": "CA",
        "age": 34,
        "unit": "individual",
        "concerns": ["grief_loss"],
        "message": SECRET,
        "preferences": {"format": "online"},
    }
)


async def ask(product: Product, **said: object) -> str:
    """Somebody writes through the website; the reference."""
    answer = await product.website.post("/v1/consultation-requests", json={**NOTE, **said})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reference"])


async def referral_mail(product: Product, reference: str) -> tuple[Mail, str]:
    """The referral as its coordinator got it, and who that is; a mail about its call may come before."""

    def is_it(mail: Mail) -> bool:
        return reference in mail.subject and mail.to != PERSON and mail.leads_to(CASE) is not None

    found = await product.until(lambda: list(filter(is_it, product.mails)))
    return found[0], found[0].to


async def at_the_case(product: Product, reference: str) -> tuple[Browser, str]:
    """The coordinator's browser, proven, and the path of the case."""
    mail, address = await referral_mail(product, reference)
    case = "/".join((mail.leads_to(CASE) or "").split("/")[:4])
    browser = await product.browser()
    await browser.prove(case, address)
    return browser, case


async def choose(browser: Browser, case: str, clinician_id: str) -> httpx.Response:
    """What the coordinator's click sends."""
    page = (await browser.get(case)).text
    return await browser.post(f"{case}/choose", page, clinician_id=clinician_id)


async def candidates(product: Product, reference: str) -> list[str]:
    """Who is proposed, best first."""
    rows = await product.rows(
        "matching",
        "SELECT candidates.clinician_id FROM candidates JOIN referrals USING (referral_id)"
        f" WHERE reference = '{reference}' ORDER BY candidates.place",
    )
    return [row["clinician_id"] for row in rows]


async def stage(product: Product, reference: str) -> str:
    rows = await product.rows("matching", f"SELECT stage FROM referrals WHERE reference = '{reference}'")
    return str(rows[0]["stage"])


async def address_of(product: Product, clinician_id: str) -> str:
    rows = await product.rows("matching", "SELECT clinician_id, record FROM clinicians")
    records = {row["clinician_id"]: row["record"] for row in rows}
    record = records[clinician_id]
    return str((json.loads(record) if isinstance(record, str) else record)["email"])


async def offered(product: Product, reference: str) -> tuple[str, Browser, str, str]:
    """Chosen and asked: the clinician, their browser (proven), the path of their offer, their address."""
    browser, case = await at_the_case(product, reference)
    who = (await candidates(product, reference))[0]
    answer = await choose(browser, case, who)
    assert answer.status_code == 200, answer.text
    await product.pass_time(UNDO)
    address = await address_of(product, who)
    mail = await product.mail(address)
    theirs = await product.browser()
    await theirs.prove(mail.link(), address)
    return who, theirs, mail.link(), address
