"""A coordinator arranges the call from the referral's page, says what came of it, and nobody is in limbo."""

from datetime import datetime, timedelta

from deploy.demo.forms import forms_of
from tests.journeys.calls import at_the_booking, booked, call, here, mails, referral
from tests.journeys.inbox import PERSON, UNDO, ask, at_the_case, candidates, choose
from tests.journeys.product import Browser, Product

CALL = here(2026, 12, 2, 14, 0)
LATER = here(2026, 12, 3, 15, 0)
AFTER = CALL + timedelta(minutes=26)


async def act(browser: Browser, case: str, what: str, **said: str) -> None:
    """Presses this act on the page of the call, with what its form has."""
    page = (await browser.get(f"{case}/call")).text
    [form] = [
        each for each in forms_of(page) if what in (*each.choices.get("act", ()), each.standing.get("act"))
    ][:1]
    answer = await browser.send(f"{case}/call", {**form.standing, "act": what, **said})
    assert answer.status_code == 200, answer.text
    await browser.product.settle()


async def act_at(browser: Browser, case: str, what: str, at: datetime) -> None:
    """Books or moves the call to one of the times that the page offers."""
    page = (await browser.get(f"{case}/call")).text
    slots = [value for each in forms_of(page) for value in each.choices.get("slot", ())]
    [slot, *_] = [each for each in slots if datetime.fromisoformat(each.partition("~")[0]) == at]
    await act(browser, case, what, slot=slot)


async def test_a_call_that_she_moves_is_told_to_the_person_and_its_reminders_move_along(
    product: Product,
) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    browser, case = await at_the_case(product, reference)

    await act_at(browser, case, "move", LATER)

    moved = await product.mail(PERSON, count=3)
    assert "3:00 pm" in moved.text
    assert "SEQUENCE:1" in moved.calendar
    assert (await call(product, reference))["by"].startswith("coordinator:")
    waiting = [
        row["due_at"]
        for row in await mails(product, reference, "call_reminder")
        if row["state"] == "planned" and row["stopped"] is None
    ]
    assert waiting == [LATER - timedelta(days=3), LATER - timedelta(days=1)]
    assert (await referral(product, reference))["due_at"] == LATER + timedelta(minutes=80)


async def test_she_books_any_time_that_both_agreed_on(product: Product) -> None:
    reference = await ask(product)
    browser, case = await at_the_case(product, reference)

    await act(browser, case, "book", day="2026-11-24", time="20:05", minutes="30", coordinator_id="dana")

    kept = await call(product, reference)
    assert (kept["starts_at"], kept["ends_at"]) == (here(2026, 11, 24, 20, 5), here(2026, 11, 24, 20, 35))
    confirmed = await product.mail(PERSON, count=2)
    assert "8:05 pm" in confirmed.text
    assert (await referral(product, reference))["next_action"] == "call"


async def test_a_call_that_she_calls_off_leaves_nobody_in_limbo(product: Product) -> None:
    reference = await ask(product)
    caller = await booked(product, CALL)
    browser, case = await at_the_case(product, reference)

    await act(browser, case, "cancel")

    off = await product.mail(PERSON, count=3)
    assert "METHOD:CANCEL" in off.calendar
    after = await referral(product, reference)
    assert after["next_action"] == "reach_out"
    assert after["due_at"] == product.clock.now + timedelta(hours=4)  # of the contact clock, from now
    assert CALL in await caller.times()


async def test_once_they_spoke_she_is_asked_to_choose(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    browser, case = await at_the_case(product, reference)
    await product.pass_until(AFTER)
    asked = await mails(product, reference, "call_outcome")
    assert [row["state"] for row in asked] == ["sent"]
    await browser.prove(case, product.to("dana@arroyowillow.example.org")[0].to)

    await act(browser, case, "attended")

    after = await referral(product, reference)
    assert (after["next_action"], bool(after["contacted"])) == ("choose", True)
    assert len(product.to(PERSON)) == 2  # nothing to tell them
    answer = await choose(browser, case, (await candidates(product, reference))[0])
    assert answer.status_code == 200, answer.text
    assert (await referral(product, reference))["stage"] in ("proposed", "offered")


async def test_a_call_marked_in_time_asks_nobody_how_it_went(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    await product.pass_until(CALL + timedelta(minutes=15))
    browser, case = await at_the_case(product, reference)
    await act(browser, case, "attended")

    await product.pass_until(AFTER + timedelta(days=1))

    assert [row["state"] for row in await mails(product, reference, "call_outcome")] == ["not_sent"]


async def test_a_missed_call_is_met_with_one_offer_and_then_with_silence(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    await product.pass_until(AFTER)
    browser, case = await at_the_case(product, reference)
    before = len(product.to(PERSON))

    await act(browser, case, "missed")

    offer = (await product.until(lambda: product.to(PERSON), before + 1))[-1]
    assert offer.calendar == ""
    after = await referral(product, reference)
    assert after["due_at"] > product.clock.now
    again = await at_the_booking(product, offer)
    second = (await again.times())[0]
    await again.book(second)
    await product.settle()
    await product.pass_until(second + timedelta(minutes=26))
    count = len(product.to(PERSON))
    browser, case = await at_the_case(product, reference)
    await act(browser, case, "missed")
    await product.pass_time(timedelta(days=3))
    assert len(product.to(PERSON)) == count
    assert len(await mails(product, reference, "call_missed")) == 1


async def test_a_hold_that_she_releases_lets_the_next_reminder_go(product: Product) -> None:
    child = {"name": "Juno", "age": 9, "relation": "my daughter"}
    reference = await ask(product, **{"for": "child", "client": child})
    await booked(product, CALL)
    await product.pass_until(CALL - timedelta(days=3) + timedelta(minutes=1))
    assert len(product.to(PERSON)) == 2
    browser, case = await at_the_case(product, reference)

    page = (await browser.get(f"{case}/release")).text
    [form] = [each for each in forms_of(page) if each.action.endswith("/release")]
    why = form.choices["why"][-1]
    released = await browser.post(f"{case}/release", page, why=why, note="Spoke with both parents.")
    assert released.status_code == 200, released.text
    await product.pass_time(UNDO)
    await product.pass_until(CALL - timedelta(days=1) + timedelta(minutes=1))

    last = (await mails(product, reference, "call_reminder"))[-1]
    assert (last["state"], last["reason"]) == ("sent", None)
    assert len(product.to(PERSON)) >= 3
