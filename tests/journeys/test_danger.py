"""Home is not safe: one neutral mail in the hours that are, nothing else by itself, whatever happens."""

from datetime import timedelta

from tests.journeys.calls import booked, here
from tests.journeys.everybody import addresses, everything_in, given_away, told
from tests.journeys.inbox import (
    PERSON,
    UNDO,
    address_of,
    ask,
    at_the_case,
    candidates,
    choose,
    referral_mail,
    stage,
)
from tests.journeys.product import Product

SAFE = here(2026, 11, 23, 14, 0)
TELLING = ("therap", "counsel", "clinic", "grief", "willow", "session", "unsafe", "danger at home", "/book/")
CALL = here(2026, 12, 2, 14, 0)


async def test_one_neutral_mail_in_safe_hours_and_everything_else_by_a_person(product: Product) -> None:
    said = {"email_ok": True, "discreet": False, "safe_hours": {"from": "14:00", "to": "15:00"}}
    reference = await ask(product, contact=said, safety={"unsafe_at_home": True}, phone="+13235550117")
    browser, case = await at_the_case(product, reference)
    desk = addresses(product)
    assert product.to(PERSON) == []
    held, _ = await referral_mail(product, reference)
    assert -1 < held.text.find("home is not safe") < 200

    await product.pass_until(SAFE + timedelta(minutes=1))
    await product.mail(PERSON)
    await browser.post(f"{case}/release", (await browser.get(f"{case}/release")).text, why="spoken_with")
    await product.pass_time(UNDO)
    assert "home is not safe" in (await browser.get(case)).text
    who = (await candidates(product, reference))[0]
    assert (await choose(browser, case, who)).status_code == 200
    await product.pass_time(UNDO)
    theirs, address = await product.browser(), await address_of(product, who)
    offer = (await product.mail(address)).link()
    await theirs.prove(offer, address)
    await theirs.post(f"{offer}/yes", (await theirs.get(offer)).text)
    await product.pass_time(UNDO)
    notice = await product.until(lambda: [one for one in product.mails if "please tell them" in one.text])
    for _ in range(4):
        await product.pass_time(timedelta(days=1))

    assert await stage(product, reference) == "introduced"
    assert notice[0].to in desk
    assert {one for one in await told(product) if one[0] == "client"} == {("client", "acknowledgement")}
    assert len(product.to(PERSON)) == 1
    assert given_away(product, TELLING, to=PERSON) == []


async def test_a_stranger_who_says_so_at_their_address_takes_no_reminder_from_them(product: Product) -> None:
    await ask(product)
    await booked(product, CALL)
    await product.mail(PERSON, count=2)
    reminded = CALL - timedelta(days=3) + timedelta(minutes=1)

    await product.pass_time(timedelta(hours=1))
    second = await ask(product, safety={"unsafe_at_home": True}, name="Sam")
    await product.until(lambda: [one for one in product.mails if second in one.subject])
    await product.pass_until(reminded)

    reminder = await product.mail(PERSON, count=4)
    assert "December 2" in reminder.subject + reminder.text
    assert await stage(product, second) == "held"
    told_them = [mail.to == PERSON for mail in product.mails]
    newest = everything_in(product.server.taken[len(told_them) - 1 - told_them[::-1].index(True)].content)
    assert "Willow" not in newest  # discreet from then on
