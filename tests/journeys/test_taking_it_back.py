"""Somebody who no longer needs us says so: nobody waits for them, calls them or writes to them about it."""

from datetime import timedelta

from tests.journeys.calls import booked, call, here, mails, referral
from tests.journeys.inbox import PERSON, ask
from tests.journeys.product import Product
from tests.journeys.test_reaching_somebody import at_their_contact

CALL = here(2026, 12, 2, 14, 0)


async def test_a_request_that_is_taken_back_is_over_for_everybody(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    confirmed = await product.mail(PERSON, count=2)
    owner = (await referral(product, reference))["owner"]

    caller = await at_their_contact(product, confirmed)
    for _ in range(2):
        answer = await caller.press("/withdraw")
        assert answer.status_code == 200, answer.text
    await product.settle()
    desk = await product.mail(f"{owner}@arroyowillow.example.org", "they took their request back")
    at_the_desk = len(product.to(desk.to, reference))
    await product.pass_until(CALL + timedelta(days=3))

    [over] = await product.rows("matching", f"SELECT * FROM referrals WHERE reference = '{reference}'")
    assert (over["stage"], over["why"], over["due_at"]) == ("cancelled", "withdrawn", None)
    kept = await call(product, reference)
    assert (kept["status"], kept["by"]) == ("cancelled", "person")
    to_the_person = [row for row in await mails(product, reference, "") if row["role"] == "client"]
    assert {row["template"] for row in to_the_person if row["state"] == "sent"} <= {
        "acknowledgement",
        "call_confirmed",
        "call_cancelled",
    }
    assert len(product.to(desk.to, reference)) == at_the_desk
