"""From every mail a person changes how we reach them, or asks for silence, and it takes effect at once."""

from datetime import timedelta

from tests.journeys.calls import Caller, booked, call, here, mails
from tests.journeys.inbox import PERSON, ask
from tests.journeys.mail import Mail
from tests.journeys.product import Product

CALL = here(2026, 12, 2, 14, 0)
NEW = "sam.elsewhere@example.org"
FIRST_REMINDER = CALL - timedelta(days=3) + timedelta(minutes=1)


async def at_their_contact(product: Product, mail: Mail) -> Caller:
    """The person opens *Change how we reach you* of this mail."""
    link = mail.leads_to("/contact/")
    assert link, mail.text
    return Caller(await product.browser("intake"), link.removesuffix("/stop"))


async def stop(product: Product, mail: Mail) -> None:
    """The person opens *Please stop* of this mail, and says that they mean it."""
    caller = await at_their_contact(product, mail)
    assert f"{caller.link}/stop" in mail.paths
    answer = await caller.press("/stop")
    assert answer.status_code == 200, answer.text
    await product.settle()


async def test_the_stop_link_recalls_what_was_to_come_and_frees_the_time(product: Product) -> None:
    reference = await ask(product)
    await booked(product, CALL)
    confirmed = await product.mail(PERSON, count=2)

    await stop(product, confirmed)
    await product.pass_until(CALL + timedelta(days=1))

    assert len(product.to(PERSON)) == 2
    to_the_person = [row for row in await mails(product, reference) if row["role"] == "client"]
    assert {row["state"] for row in to_the_person[1:]} == {"not_sent"}
    kept = await call(product, reference)
    assert (kept["status"], kept["by"]) == ("cancelled", "person")
    told = [row["state"] for row in await mails(product, reference, "call_cancelled_notice")]
    assert told == ["sent"]


async def test_opening_the_stop_link_asks_and_does_nothing_yet(product: Product) -> None:
    await ask(product)
    await booked(product, CALL)
    mail = await product.mail(PERSON, count=2)
    link = next(path for path in mail.paths if path.endswith("/stop"))

    page = await (await product.browser("intake")).get(link)
    await product.pass_until(FIRST_REMINDER)

    assert page.status_code == 200
    assert len(product.to(PERSON)) == 3


async def test_silence_of_one_request_is_silence_of_every_request_from_that_address(product: Product) -> None:
    await ask(product)
    await product.mail(PERSON)
    second = await ask(product, concerns=["trauma"])
    await product.mail(PERSON, count=2)
    await product.settle()

    await stop(product, product.to(PERSON)[0])
    third = await ask(product)
    await product.settle()

    assert len(product.to(PERSON)) == 2
    for reference in (second, third):
        waiting = await mails(product, reference, "acknowledgement")
        assert len(waiting) == 1
    [last] = await mails(product, third, "acknowledgement")
    assert last["state"] == "not_sent"


async def test_a_new_address_takes_effect_for_the_next_mail(product: Product) -> None:
    await ask(product)
    await booked(product, CALL)
    caller = await at_their_contact(product, await product.mail(PERSON, count=2))
    assert PERSON not in await caller.page()  # it may be open on somebody else's screen

    answer = await caller.press("", email=NEW)
    assert answer.status_code == 200, answer.text
    assert NEW in answer.text  # once, so that a slip can be put right
    assert NEW not in await caller.page()
    await product.pass_until(FIRST_REMINDER)

    assert await product.mail(NEW)
    assert not [mail for mail in product.to(PERSON)[2:] if mail.leads_to("/book/")]
