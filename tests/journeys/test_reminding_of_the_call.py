"""Reminders of a call come when they help, and never when they would be wrong."""

from datetime import datetime, timedelta

import pytest

from tests.journeys.calls import at_the_booking, booked, call, here, mails
from tests.journeys.inbox import PERSON, ask
from tests.journeys.product import Product

CALL = here(2026, 12, 2, 14, 0)
DANA = "dana@arroyowillow.example.org"
MINUTE = timedelta(minutes=1)


async def arrived(product: Product) -> int:
    """How many mails the person has."""
    await product.settle()
    return len(product.to(PERSON))


async def test_both_are_reminded_at_their_times_and_once_each(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)

    for at, before, after in (
        (CALL - timedelta(days=3), 2, 3),
        (CALL - timedelta(days=1), 3, 4),
    ):
        await product.pass_until(at - MINUTE)
        assert await arrived(product) == before
        await product.pass_until(at + MINUTE)
        assert await arrived(product) == after
    hers = len(product.to(DANA, "call"))
    await product.pass_until(CALL - timedelta(minutes=16))
    assert len(product.to(DANA, "call")) == hers
    await product.pass_until(CALL - timedelta(minutes=14))
    assert [row["state"] for row in await mails(product, reference, "call_soon")] == ["sent"]
    assert await arrived(product) == 4  # booked nine days ahead: nothing an hour before


async def test_every_reminder_leads_to_moving_and_calling_off(product: Product) -> None:
    await ask(product)
    await booked(product, CALL)

    await product.pass_until(CALL - timedelta(days=1) + MINUTE)

    for reminder in product.to(PERSON)[2:]:
        caller = await at_the_booking(product, reminder)
        page = await caller.page()
        assert f"{caller.link}/cancel" in page
        assert f"{caller.link}/book" in page
        assert await caller.form("/cancel")
        assert await caller.times()
        assert reminder.leads_to("/contact/")


async def test_booked_for_the_same_day_there_is_one_reminder_an_hour_before(product: Product) -> None:
    reference = await ask(product)
    await product.pass_until(here(2026, 11, 23, 11))
    await booked(product, here(2026, 11, 24, 9, 30))  # with Lee, in twenty-two and a half hours

    [reminder] = await mails(product, reference, "call_reminder")
    assert (reminder["due_at"], reminder["codes"]["offset"]) == (here(2026, 11, 24, 8, 30), "1h")


async def test_whoever_asks_for_it_is_reminded_an_hour_before_too(product: Product) -> None:
    reference = await ask(product)
    await product.mail(PERSON)
    caller = await at_the_booking(product, product.to(PERSON)[0])
    [said] = (await caller.form("/book")).choices["remind"]
    await caller.book(CALL, remind=said)
    await product.settle()

    due = {row["codes"]["offset"]: row["due_at"] for row in await mails(product, reference, "call_reminder")}
    assert due["1h"] == CALL - timedelta(hours=1)
    assert due.keys() == {"3d", "1d", "1h"}


async def test_after_an_outage_the_reminder_that_is_still_true_goes_and_no_other(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)

    await product.pass_until(CALL - timedelta(hours=20))  # nobody looked for eight days

    assert await arrived(product) == 3
    told = {
        row["codes"]["offset"]: (row["state"], row["reason"])
        for row in await mails(product, reference, "call_reminder")
    }
    assert told["1d"] == ("sent", None)
    assert told["3d"][0] == "not_sent"


async def test_after_an_outage_over_the_call_itself_nobody_is_reminded_of_what_is_past(
    product: Product,
) -> None:
    reference = await ask(product)
    await booked(product, CALL)

    await product.pass_until(CALL + timedelta(hours=1))

    assert await arrived(product) == 2
    assert {row["state"] for row in await mails(product, reference, "call_reminder")} == {"not_sent"}
    assert {row["state"] for row in await mails(product, reference, "call_soon")} == {"not_sent"}
    assert [row["state"] for row in await mails(product, reference, "call_outcome")] == ["sent"]


@pytest.mark.parametrize(
    ("zone", "day_before"),
    [
        ("America/New_York", datetime.fromisoformat("2026-12-01T17:00:00-05:00")),
        ("Pacific/Honolulu", datetime.fromisoformat("2026-12-01T12:00:00-10:00")),
    ],
)
async def test_a_day_before_is_the_same_hour_on_their_wall_clock(
    zone: str, day_before: datetime, product: Product
) -> None:
    reference = await ask(product, time_zone=zone)
    await booked(product, CALL)

    assert (await call(product, reference))["time_zone"] == zone
    assert (await mails(product, reference, "call_reminder"))[-1]["due_at"] == day_before


async def test_quiet_hours_keep_a_reminder_until_the_morning(product: Product) -> None:
    """Lee's call at 7 pm is at 10 pm in New York: a day before it, they sleep."""
    evening = here(2026, 12, 2, 18, 30)
    reference = await ask(product, time_zone="America/New_York")
    await booked(product, evening)

    await product.pass_until(evening - timedelta(days=1) + MINUTE)
    waiting = (await mails(product, reference, "call_reminder"))[-1]
    assert (waiting["state"], waiting["reason"]) == ("held", "quiet_hours")
    await product.pass_until(datetime.fromisoformat("2026-12-02T08:01:00-05:00"))

    assert (await mails(product, reference, "call_reminder"))[-1]["state"] == "sent"
