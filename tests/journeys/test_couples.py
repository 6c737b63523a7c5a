"""Two people ask for work together, and one tells of violence: the other hears nothing, by anybody."""

from datetime import timedelta

import pytest

from tests.journeys.everybody import addresses, given_away, told
from tests.journeys.inbox import PERSON, UNDO, ask, at_the_case, candidates, choose, stage
from tests.journeys.product import Product

PARTNER = {"name": "Quillon Vexley", "email": "quillon@example.org"}
THEIRS = ("Quillon", "Vexley")
TICK = {"safety": {"partner_violence": True}}
WORDS = {"message": "We want to save our marriage, but my husband hits me when he drinks."}
VIOLENCE = ("violence", "hits", "unsafe", "alone")


@pytest.mark.parametrize("said", [TICK, WORDS], ids=["tick", "words"])
async def test_a_couple_with_violence_goes_on_for_the_writer_alone_and_the_partner_never_hears(
    product: Product, said: dict[str, object]
) -> None:
    couple = {"for": "couple", "unit": "couple", "concerns": ["couples", "grief_loss"], "partners": [PARTNER]}
    reference = await ask(product, **couple, **said)
    await product.mail(PERSON)
    browser, case = await at_the_case(product, reference)
    assert await stage(product, reference) == "held"

    form = (await browser.get(f"{case}/release")).text
    refused = await browser.post(f"{case}/release", form, why="spoken_with", work="together")
    assert refused.status_code == 422
    answer = await browser.post(f"{case}/release", form, why="spoken_with", work="apart")
    assert answer.status_code == 200, answer.text
    await product.pass_time(UNDO)
    assert await stage(product, reference) == "proposed"
    await choose(browser, case, (await candidates(product, reference))[0])
    await product.pass_time(UNDO + timedelta(hours=1))

    sent = await told(product)
    assert ("clinician", "offer") in sent
    assert {template for role, template in sent if role == "client"} == {"acknowledgement"}
    assert PARTNER["email"] not in addresses(product)
    assert given_away(product, THEIRS) == []
    assert given_away(product, VIOLENCE, to=PERSON) == []
    offers = [
        mail for mail in product.mails if "couple" in mail.text.casefold() and reference in mail.subject
    ]
    assert all(mail.to.endswith("@arroyowillow.example.org") for mail in offers)
    assert not [mail for mail in offers if mail.leads_to("/referrals/offer/")]
