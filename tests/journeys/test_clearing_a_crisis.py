"""Somebody in crisis asked for something to read; a named person takes it up, and then it comes."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake import operations
from services.intake.domain.request import Cleared
from services.intake.handlers import Desk
from services.intake.vault import Vault
from shared.ids import RandomIds
from shared.practice import load_practice
from tests.journeys.inbox import PERSON
from tests.journeys.product import KEY, PRACTICE, VAULT, Product

CRISIS = "I am going to kill myself tonight."
SPOKE_WITH_THEM = "Spoke with them for half an hour; their sister stays with them."


async def ask_for_reading(product: Product, **said: object) -> str:
    """Somebody who is not ready asks through the website; the reference."""
    body = {
        "name": "Sam Rivera",
        "email": PERSON,
        "opt_in": True,
        "concerns": ["trauma"],
        "contact": {"email_ok": True},
    } | said
    answer = await product.website.post("/v1/readiness-requests", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reference"])


async def clear(product: Product, reference: str) -> None:
    """What `practice clear R-… --by dana` does."""
    outcome = await operations.clear_safety(
        product.apps["intake"].state.database,
        Desk.of(load_practice(PRACTICE), Vault.of(VAULT, KEY)),
        reference,
        "dana",
        SPOKE_WITH_THEM,
        product.clock.now,
        RandomIds(),
    )
    assert isinstance(outcome, Cleared)


async def journey(product: Product) -> dict[str, Any]:
    [row] = await product.rows("resources", "SELECT state, why, owner, version FROM journeys")
    return dict(row)


async def reading_mails(product: Product) -> list[str]:
    rows = await product.rows("notifications", "SELECT state FROM deliveries WHERE template = 'reading_list'")
    return [row["state"] for row in rows]


@pytest.mark.parametrize(("language", "said"), [("en", "Your whole list"), ("es", "teoría general")])
async def test_the_list_comes_after_a_named_person_cleared_the_crisis_and_not_before(
    language: str, said: str, product: Product
) -> None:
    reference = await ask_for_reading(product, message=CRISIS, language=language)
    await product.mail(PERSON)
    await product.settle()
    await product.pass_time(timedelta(hours=3))  # one in the afternoon

    assert (await journey(product))["owner"] == "dana"
    assert await reading_mails(product) == []
    [neutral] = product.to(PERSON)
    assert said not in neutral.text

    await clear(product, reference)
    [_, reading] = await product.until(lambda: product.to(PERSON), 2)
    await product.settle()
    await product.pass_time(timedelta(days=2))

    assert said in reading.text
    assert SPOKE_WITH_THEM not in reading.text
    assert await journey(product) == {"state": "running", "why": None, "owner": None, "version": 2}
    assert await reading_mails(product) == ["sent"]
    assert len(product.to(PERSON)) == 2


async def test_a_crisis_cleared_at_night_brings_the_list_at_once_because_somebody_just_spoke_with_them(
    product: Product,
) -> None:
    reference = await ask_for_reading(product, message=CRISIS)
    await product.mail(PERSON)
    await product.settle()
    await product.pass_time(timedelta(hours=13))  # eleven at night

    await clear(product, reference)

    await product.until(lambda: product.to(PERSON), 2)
    await product.settle()
    assert await reading_mails(product) == ["sent"]


async def test_danger_at_home_still_withholds_the_list_after_the_crisis_was_cleared(product: Product) -> None:
    reference = await ask_for_reading(product, message=CRISIS, safety={"unsafe_at_home": True})
    await product.mail(PERSON)
    await product.settle()

    await clear(product, reference)
    await product.pass_time(timedelta(minutes=5))

    assert await journey(product) == {
        "state": "waiting",
        "why": "danger_at_home",
        "owner": "dana",
        "version": 2,
    }
    assert await reading_mails(product) == []
    assert len(product.to(PERSON)) == 1
