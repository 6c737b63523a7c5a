"""A mail comes back after its server had taken it: the person is barred, somebody hears, the series ends."""

from services.notifications.returned import TakenBack, returns_of
from services.notifications.settings import NotificationsSettings
from shared.ids import RandomIds
from shared.practice import load_practice
from tests.journeys.inbox import PERSON, ask, referral_mail
from tests.journeys.product import KEY, PRACTICE, Product
from tests.journeys.reading import ask_to_read, journey, pass_days, series
from tests.notifications.returned_mails import Original, complaint, exim, gmail
from tests.notifications.returning import original_of

LINK_KEYS = {f"{service}_LINK_KEYS": KEY for service in ("MATCHING", "INTAKE", "RESOURCES")}


def last_to(product: Product, address: str) -> Original:
    """The newest mail to this address, by its envelope alone."""
    return original_of([mail for mail in product.server.taken if mail.recipients == [address]][-1])


async def bring(product: Product, raw: bytes) -> TakenBack:
    """The operator's command takes it back, on the service's database."""
    settings = NotificationsSettings(
        smtp_url=product.server.url, return_address="own", link_keys=KEY, **LINK_KEYS
    )
    database = product.apps["notifications"].state.database
    returns = returns_of(settings, load_practice(PRACTICE), database, product.clock, RandomIds())
    taken = await returns.take_back(raw)
    await product.settle()
    return taken


async def test_a_readers_address_that_does_not_exist_ends_the_series_and_the_desk_hears(
    product: Product,
) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, 8)
    assert await series(product, reference) == [("readiness_practice", "sent")]

    taken = await bring(product, gmail(last_to(product, PERSON)))
    again = await bring(product, gmail(last_to(product, PERSON)))

    assert (taken.done, taken.reference, again.done) == ("acted", reference, "repeated")
    stands = await journey(product, reference)
    assert (stands["state"], stands["why"]) == ("stopped", "unreachable")
    told = [mail for mail in product.mails if "does not reach them" in mail.subject]
    assert [reference in mail.subject for mail in told] == [True]
    assert told[0].to != PERSON
    before = len(product.to(PERSON))
    await pass_days(product, 60)
    assert len(product.to(PERSON)) == before


async def test_whoever_owns_a_request_hears_that_the_answer_to_it_did_not_arrive(product: Product) -> None:
    reference = await ask(product)
    _, coordinator = await referral_mail(product, reference)
    await product.mail(PERSON)

    assert (await bring(product, exim(last_to(product, PERSON)))).why == "bounced"

    told = await product.mail(coordinator, "does not reach them")
    assert reference in told.subject
    assert "What did not arrive: the answer to their note." in told.text
    assert told.leads_to("/referrals/case/")


async def test_a_complaint_ends_the_series_with_its_next_mail(product: Product) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, 8)

    assert (await bring(product, complaint(last_to(product, PERSON)))).done == "acted"
    before = len(product.to(PERSON))
    await pass_days(product, 30)

    assert len(product.to(PERSON)) == before
    assert (await journey(product, reference))["why"] == "unreachable"
    assert [mail.to for mail in product.mails if "not wanted" in mail.subject] != [PERSON]
