"""A coordinator takes a day off from the link in her digest: nobody can book it, and what stands is shown."""

import re
from datetime import datetime, timedelta

from tests.journeys.calls import LOS_ANGELES, at_the_booking, booked, call, here
from tests.journeys.inbox import PERSON, ask
from tests.journeys.product import Browser, Product

CALL = here(2026, 12, 2, 14, 0)
MORNING = here(2026, 11, 24, 8, 31)
SLOT = re.compile(r'name="slot" value="([^"]+)"')


async def at_the_calendar(product: Product, who: str) -> tuple[Browser, str]:
    """The coordinator's browser, proven, at the calendar to which the morning's mail leads."""
    address = f"{who}@arroyowillow.example.org"
    found = await product.until(
        lambda: [mail for mail in product.to(address) if mail.leads_to("/referrals/calendar/")]
    )
    link = found[-1].leads_to("/referrals/calendar/")
    assert link
    browser = await product.browser()
    await browser.prove(link, address)
    return browser, link


async def test_a_day_off_is_offered_to_nobody_and_what_is_booked_on_it_is_moved(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    await product.pass_until(MORNING)
    who = (await call(product, reference))["coordinator_id"]
    browser, calendar = await at_the_calendar(product, who)
    page = (await browser.get(calendar)).text
    assert "These are still booked." not in page

    kept = await browser.post(f"{calendar}/leave", page, first="2026-12-02", last="2026-12-02")

    assert "Kept: you take no calls on those days." in kept.text
    assert "These are still booked." in kept.text
    case = kept.text.partition('href="/referrals/case/')[2].partition('"')[0]
    moving = await browser.get(f"/referrals/case/{case}")
    assert reference in moving.text
    free = [value.split("~") for value in SLOT.findall(moving.text)]
    hers = {datetime.fromisoformat(at).astimezone(LOS_ANGELES).date() for at, whose in free if whose == who}
    assert CALL.date() not in hers
    assert CALL.date() + timedelta(days=1) in hers
    later = {"act": "move", "day": "2026-12-03", "time": "15:00", "minutes": "20", "coordinator_id": who}
    moved = await browser.post(f"/referrals/case/{case}", moving.text, slot="", **later)
    assert "Kept: the call is moved." in moved.text
    assert (await call(product, reference))["starts_at"] == CALL + timedelta(days=1, hours=1)
    told = await product.until(lambda: [each for each in product.to(PERSON) if "3:00 pm" in each.text])
    again = await at_the_booking(product, told[-1])
    assert await again.times()
