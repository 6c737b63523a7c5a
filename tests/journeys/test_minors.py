"""Somebody under eighteen: a person settles who consents, and nobody is written to but who wrote."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import TestClock
from tests.guarded import GuardedNats
from tests.journeys import product as products
from tests.journeys.conftest import MONDAY
from tests.journeys.everybody import addresses, given_away, told
from tests.journeys.inbox import PERSON, UNDO, ask, at_the_case, referral_mail, stage
from tests.journeys.product import Product
from tests.stack import SERVICES

PARENT = "odalys.thornbury@example.org"
NAMED = ("Odalys", "Thornbury", "odalys")
TEEN = {
    "name": "Kit",
    "age": 14,
    "message": f"Please do not tell my mother, Odalys Thornbury, {PARENT}.",
    "contact": {"email_ok": True, "discreet": True},
    "partners": [{"name": "Odalys Thornbury", "email": PARENT}],
}
ANSWERED = {("client", "acknowledgement")}
TELLING = ("therap", "counsel", "clinic", "grief", "willow", "session", "parent")


async def test_a_teen_who_writes_alone_is_answered_alone(product: Product) -> None:
    reference = await ask(product, **TEEN)
    await product.mail(PERSON)
    browser, case = await at_the_case(product, reference)
    assert await stage(product, reference) == "held"
    await product.pass_time(timedelta(days=2))
    assert {one for one in await told(product) if one[0] != "coordinator"} == ANSWERED

    await browser.prove(case, (await _desk(product)))
    form = (await browser.get(f"{case}/release")).text
    await browser.post(f"{case}/release", form, why="consent_settled")
    await product.pass_time(UNDO)
    await product.pass_time(timedelta(days=1))

    assert await stage(product, reference) in ("proposed", "waitlisted", "referred_out")
    assert PARENT not in addresses(product)
    assert given_away(product, NAMED) == []
    assert given_away(product, TELLING, to=PERSON) == []


@pytest.mark.parametrize("age", [9, 15], ids=["child", "teen"])
async def test_a_parent_who_writes_is_who_hears_and_the_rules_take_the_childs_age(
    product: Product, age: int
) -> None:
    child = {"name": "Zephyrine", "age": age, "relation": "my daughter"}
    reference = await ask(product, **{"for": "child", "client": child, "age": 41})
    await product.mail(PERSON)
    held = await product.until(lambda: [one for one in product.mails if reference in one.subject])
    await product.pass_time(timedelta(days=3))

    assert await stage(product, reference) == "held"
    assert addresses(product) == {PERSON, held[0].to, *_at_the_desk(product)}
    assert given_away(product, ("Zephyrine",), to=PERSON) == []
    [kept] = await product.rows("intake", f"SELECT age FROM requests WHERE reference = '{reference}'")
    assert kept["age"] == age


async def test_where_both_parents_are_named_each_is_asked_by_a_person(product: Product) -> None:
    child = {"name": "Zephyrine", "age": 9, "relation": "my daughter"}
    reference = await ask(product, **{"for": "child", "client": child, "partners": TEEN["partners"]})
    await product.mail(PERSON)
    held, _ = await referral_mail(product, reference)
    await product.pass_time(timedelta(days=2))

    assert "settle with each parent" in " ".join(held.text.split())
    assert {one for one in await told(product) if one[0] != "coordinator"} == ANSWERED
    assert PARENT not in addresses(product)
    assert given_away(product, NAMED) == []


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_where_the_law_has_conditions_a_teen_waits_for_a_person(
    tmp_path: Path, nats: GuardedNats, database_url: Callable[[str], Awaitable[str]]
) -> None:
    urls = {service: await database_url(service) for service in SERVICES}
    there = Path("deploy/practice/new_york")
    async with products.running(tmp_path, nats, urls, TestClock(MONDAY), there) as harbor:
        reference = await ask(harbor, **TEEN, state="NY")
        await harbor.mail(PERSON)
        await harbor.until(lambda: [one for one in harbor.mails if reference in one.subject])
        await harbor.pass_time(timedelta(days=2))

        assert await stage(harbor, reference) == "held"
        assert {one for one in await told(harbor) if one[0] != "coordinator"} == ANSWERED
        assert PARENT not in addresses(harbor)
        assert given_away(harbor, NAMED) == []


async def _desk(product: Product) -> str:
    held = next(mail for mail in product.mails if mail.leads_to("/referrals/case/"))
    return held.to


def _at_the_desk(product: Product) -> set[str]:
    return {to for to in addresses(product) if to.endswith("@arroyowillow.example.org")}
