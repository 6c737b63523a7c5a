"""Somebody books the free call from their mail, moves it, calls it off; both sides have it in writing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from tests.conftest import NatsServer
from tests.journeys.calls import at_the_booking, booked, call, here, mails, referral, states
from tests.journeys.inbox import PERSON, ask
from tests.journeys.mail import Mail
from tests.journeys.product import Product

HELD_BY_DANA = here(2026, 12, 2, 14, 0)  # Lee takes calls on Wednesday morning and in the evening
HELD_BY_LEE = here(2026, 12, 2, 9, 0)
COORDINATORS = ("dana@arroyowillow.example.org", "lee@arroyowillow.example.org")
CRISIS = "I am going to kill myself tonight."


def entry(mail: Mail) -> Mapping[str, str]:
    """The fields of the entry that the mail brings, unfolded."""
    lines = mail.calendar.replace("\r\n ", "").replace("\n ", "").splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.partition(";")[0]: value for name, _, value in pairs}


async def test_a_booked_call_stands_in_both_calendars_and_is_what_comes_next(product: Product) -> None:
    reference = await ask(product)
    await booked(product, HELD_BY_DANA)

    kept = await call(product, reference)
    assert (kept["status"], kept["coordinator_id"], kept["starts_at"]) == ("booked", "dana", HELD_BY_DANA)
    confirmed, noticed = await product.mail(PERSON, count=2), await product.mail(COORDINATORS[0], "call")
    for mail in (confirmed, noticed):
        said = entry(mail)
        assert (said["METHOD"], said["SEQUENCE"], said["CLASS"]) == ("REQUEST", "0", "PRIVATE")
        assert said["DTSTART"] == "20261202T220000Z"
    assert entry(confirmed)["UID"] == entry(noticed)["UID"]
    assert reference not in confirmed.calendar
    assert reference in noticed.calendar
    after = await referral(product, reference)
    assert (after["owner"], after["next_action"]) == ("dana", "call")
    assert after["due_at"] == here(2026, 12, 2, 15, 20)  # an hour after its end
    assert await states(product, reference) == [
        ("call_booked_notice", "sent"),
        ("call_confirmed", "sent"),
        ("call_reminder", "planned"),
        ("call_reminder", "planned"),
        ("call_soon", "planned"),
        ("call_outcome", "planned"),
    ]


async def test_who_calls_answers_for_them_whoever_did_before(product: Product) -> None:
    reference = await ask(product)
    await product.mail(PERSON)
    owners = {(await referral(product, reference))["owner"]}
    caller = await booked(product, HELD_BY_DANA)
    owners.add((await referral(product, reference))["owner"])

    await caller.book(HELD_BY_LEE)
    await product.settle()

    assert "dana" in owners
    assert (await referral(product, reference))["owner"] == "lee"
    relieved = [row["recipient_id"] for row in await mails(product, reference, "call_cancelled_notice")]
    assert relieved == ["dana"]
    called_off = await product.mail(COORDINATORS[0], f"{reference}: call on", count=2)
    assert "CANCEL" in entry(called_off)["METHOD"]


async def test_a_moved_call_is_one_entry_with_the_next_sequence_and_its_reminders_move_along(
    product: Product,
) -> None:
    reference = await ask(product)
    caller = await booked(product, HELD_BY_DANA)
    first = await product.mail(PERSON, count=2)

    moved_to = HELD_BY_DANA + timedelta(days=1)
    answer = await caller.book(moved_to)
    assert answer.status_code == 200, answer.text
    await product.settle()

    second = await product.mail(PERSON, count=3)
    assert (entry(second)["UID"], entry(second)["SEQUENCE"]) == (entry(first)["UID"], "1")
    assert entry(second)["DTSTART"] == "20261203T220000Z"
    reminders = await mails(product, reference, "call_reminder")
    waiting = [row["due_at"] for row in reminders if row["state"] == "planned" and row["stopped"] is None]
    assert waiting == [moved_to - timedelta(days=3), moved_to - timedelta(days=1)]
    await product.pass_until(HELD_BY_DANA - timedelta(days=3) + timedelta(minutes=5))
    assert len(product.to(PERSON)) == 3  # nothing of the old time


async def test_called_off_from_a_reminder_it_is_off_in_both_calendars_and_the_time_is_free_again(
    product: Product,
) -> None:
    reference = await ask(product)
    await booked(product, HELD_BY_DANA)
    other = "kim@example.org"
    await ask(product, name="Kim", email=other)
    await product.mail(other)
    kim = await at_the_booking(product, product.to(other)[0])
    await product.pass_until(HELD_BY_DANA - timedelta(days=3) + timedelta(minutes=1))
    reminder = await product.mail(PERSON, count=3)
    assert HELD_BY_DANA not in await kim.times()

    caller = await at_the_booking(product, reminder)
    answer = await caller.press("/cancel")
    assert answer.status_code == 200, answer.text
    assert HELD_BY_DANA in await kim.times()  # at once
    await product.settle()

    off = await product.mail(PERSON, count=4)
    assert (entry(off)["METHOD"], entry(off)["SEQUENCE"]) == ("CANCEL", "1")
    told = await mails(product, reference, "call_cancelled_notice")
    assert [row["state"] for row in told] == ["sent"]
    due = await referral(product, reference)
    assert due["next_action"] == "reach_out"
    await product.pass_until(HELD_BY_DANA + timedelta(hours=2))
    assert len(product.to(PERSON)) == 4  # no reminder, no word of a call that is off


async def test_of_two_who_want_one_time_the_second_sees_what_is_still_free(product: Product) -> None:
    await ask(product, language="es")
    await ask(product, name="Kim", email="kim@example.org", language="es")  # Dana alone speaks Spanish
    await product.mail(PERSON)
    await product.mail("kim@example.org")
    kim = await at_the_booking(product, product.to("kim@example.org")[0])
    shown = await kim.form("/book")
    [code] = [each for each in shown.choices["time"] if datetime.fromisoformat(each) == HELD_BY_DANA]

    await booked(product, HELD_BY_DANA)
    number = {"phone": "+13235550118"} if "phone" in shown.typed else {}
    late = await kim.send(shown, time=code, **number)

    assert late.status_code == 409, late.text
    assert code not in late.text
    assert HELD_BY_DANA + timedelta(minutes=30) in await kim.times()
    rows = await product.rows("intake", "SELECT 1 FROM calls WHERE status = 'booked'")
    assert len(rows) == 1


async def test_pressing_twice_is_one_call_and_one_mail(product: Product) -> None:
    reference = await ask(product)
    await product.mail(PERSON)
    caller = await at_the_booking(product, product.to(PERSON)[0])
    shown = await caller.form("/book")
    code = shown.choices["time"][-1]
    number = {"phone": "+13235550117"} if "phone" in shown.typed else {}

    for _ in range(2):
        assert (await caller.send(shown, time=code, **number)).status_code == 200
    await product.settle()

    assert (await call(product, reference))["sequence"] == 0
    assert len(await mails(product, reference, "call_confirmed")) == 1
    assert len(product.to(PERSON)) == 2


async def test_in_a_crisis_nobody_is_sent_to_a_calendar(product: Product) -> None:
    await ask(product, message=CRISIS)

    mail = await product.mail(PERSON)

    assert mail.leads_to("/book/") is None
    assert mail.leads_to("/contact/")


async def test_a_minor_who_writes_for_themselves_is_not_offered_a_time_before_a_person_looked(
    product: Product,
) -> None:
    await ask(product, age=15)

    assert (await product.mail(PERSON)).leads_to("/book/") is None


async def test_who_is_held_hears_of_what_they_did_and_of_nothing_else_until_released(
    product: Product,
) -> None:
    child = {"name": "Juno", "age": 9, "relation": "my daughter"}
    reference = await ask(product, **{"for": "child", "client": child})
    await booked(product, HELD_BY_DANA)
    assert (await referral(product, reference))["stage"] == "held"

    for ahead in (timedelta(days=3), timedelta(days=1), timedelta(minutes=14), -timedelta(hours=1)):
        await product.pass_until(HELD_BY_DANA - ahead)

    assert len(product.to(PERSON)) == 2  # the first mail and the confirmation
    reminders = await mails(product, reference, "call_reminder")
    assert [row["state"] for row in reminders] == ["not_sent", "not_sent"]
    told = await states(product, reference, "call_soon")
    assert told == [("call_soon", "sent")]


async def test_in_spanish_the_page_and_the_mails_are_spanish_and_dana_calls(product: Product) -> None:
    reference = await ask(product, language="es")
    await product.mail(PERSON)
    caller = await at_the_booking(product, product.to(PERSON)[0])

    page, offered = await caller.page(), await caller.times()
    assert 'lang="es"' in page
    assert "Miércoles 2 de diciembre" in page
    assert HELD_BY_LEE not in offered  # Lee speaks English alone
    await caller.book(HELD_BY_DANA)
    await product.settle()

    confirmed = await product.mail(PERSON, count=2)
    assert "miércoles" in confirmed.text
    assert "Llamada" in confirmed.calendar
    assert (await call(product, reference))["coordinator_id"] == "dana"


async def test_whoever_nobody_speaks_with_is_called_with_an_interpreter(product: Product) -> None:
    wish = {"format": "online", "languages": ["ko"], "language_required": True}
    reference = await ask(product, preferences=wish)
    await booked(product, HELD_BY_DANA)

    [notice] = await mails(product, reference, "call_booked_notice")
    assert notice["codes"]["interpreter"] == ["ko"]
    told = await product.mail(COORDINATORS[0], f"{reference}: call on")
    assert "interpreter" in told.text.lower()
    assert "Korean" in told.text


async def test_times_are_told_by_the_clock_of_the_person(product: Product) -> None:
    reference = await ask(product, time_zone="America/New_York")
    await product.mail(PERSON)
    caller = await at_the_booking(product, product.to(PERSON)[0])
    assert "5:00 pm" in await caller.page()

    await caller.book(HELD_BY_DANA)
    await product.settle()

    confirmed = await product.mail(PERSON, count=2)
    assert "5:00 pm" in confirmed.text
    assert "2:00 pm" not in confirmed.text
    assert (await call(product, reference))["time_zone"] == "America/New_York"
    told = await product.mail(COORDINATORS[0], f"{reference}: call on")
    assert "2:00 pm" in told.text  # by hers


async def test_a_call_booked_while_the_broker_is_away_is_kept_and_its_mails_follow(
    product: Product, nats: NatsServer
) -> None:
    reference = await ask(product)
    await product.mail(PERSON)
    await product.settle()
    caller = await at_the_booking(product, product.to(PERSON)[0])
    nats.kill()

    answer = await caller.book(HELD_BY_DANA)
    assert answer.status_code == 200, answer.text
    assert (await call(product, reference))["status"] == "booked"
    assert len(product.to(PERSON)) == 1
    await nats.start()

    confirmed = await product.mail(PERSON, count=2)
    assert entry(confirmed)["METHOD"] == "REQUEST"
    await product.settle()
    assert (await referral(product, reference))["next_action"] == "call"
    assert len(product.to(PERSON)) == 2


@pytest.mark.parametrize("beginning", ["/book/", "/contact/"])
async def test_opening_a_link_changes_nothing_and_shows_nobody(product: Product, beginning: str) -> None:
    reference = await ask(product, phone="+13235550117")
    await booked(product, HELD_BY_DANA)
    mail = await product.mail(PERSON, count=2)
    before = await call(product, reference)
    link = mail.leads_to(beginning)
    assert link

    browser = await product.browser("intake")
    for _ in range(3):  # as mail scanners do
        page = await browser.get(link)
        for word in ("Sam", "Rivera", PERSON, "3235550117", "555-0117", reference):
            assert word not in page.text
    await product.settle()

    assert await call(product, reference) == before
    assert len(product.to(PERSON)) == 2
