"""Time passes: somebody is reminded, a freed place finds who waits, a digest comes in the morning."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.matching.storage import bump_roster, load_clinicians, save_clinicians
from tests.journeys.inbox import (
    PERSON,
    ask,
    referral_mail,
    stage,
)
from tests.journeys.product import Product


async def test_nobody_reaching_out_is_said_to_her_the_deputy_and_the_owner_once_each(
    product: Product,
) -> None:
    await product.pass_until(datetime(2026, 11, 25, 23, 0, tzinfo=UTC))  # the day before two holidays, three
    reference = await ask(product)
    _, owner = await referral_mail(product, reference)

    await product.pass_until(datetime(2026, 11, 29, 20, 0, tzinfo=UTC))  # the holiday and the weekend
    assert len([mail for mail in product.mails if reference in mail.subject and mail.to == owner]) == 1
    for hours in range(1, 60):
        await product.pass_until(datetime(2026, 11, 30, 16, 0, tzinfo=UTC) + timedelta(hours=hours))

    rows = await product.rows(
        "notifications",
        "SELECT recipient_id, codes FROM deliveries WHERE template = 'overdue' ORDER BY occurred_at",
    )
    assert len(rows) == len({row["recipient_id"] for row in rows})
    assert 2 <= len(rows) <= 3


async def test_a_freed_place_goes_to_who_waits(product: Product) -> None:
    await _fill_everybody(product)
    reference = await ask(product)
    await product.until(lambda: [mail for mail in product.mails if reference in mail.subject])
    assert await stage(product, reference) == "waitlisted"

    await _free_one_place(product)
    await product.pass_time(timedelta(minutes=2))

    assert await stage(product, reference) == "proposed"
    found = await product.until(
        lambda: [mail for mail in product.mails if reference in mail.subject and mail.to != PERSON], 2
    )
    assert "place" in found[-1].text


async def test_the_morning_digest_lists_what_is_open_and_none_comes_when_nothing_is(product: Product) -> None:
    reference = await ask(product)
    _, owner = await referral_mail(product, reference)

    await product.pass_until(datetime(2026, 11, 24, 16, 31, tzinfo=UTC))  # Tuesday, 8:31

    hers = owner.partition("@")[0]
    digests = [row for row in await _digests(product) if '"2026-11-24"' in row["codes"]]
    assert [row["state"] for row in digests if row["recipient_id"] == hers] == ["sent"]
    idle = [row for row in digests if row["recipient_id"] != hers]
    assert idle
    assert all((row["state"], row["reason"]) == ("not_sent", "nothing_open") for row in idle)
    digest = await product.mail(owner, "November 24")
    assert reference in digest.text
    assert "Sam" not in digest.text


async def _digests(product: Product) -> list[dict[str, str]]:
    query = (
        "SELECT recipient_id, state, reason, CAST(codes AS TEXT) AS codes"
        " FROM deliveries WHERE template = 'digest'"
    )
    return [dict(row) for row in await product.rows("notifications", query)]


async def _fill_everybody(product: Product) -> None:
    async with product.apps["matching"].state.database.transaction() as tx:
        for each in await load_clinicians(tx):
            full = each.record.model_copy(update={"caseload": each.record.capacity})
            await save_clinicians(
                tx, [replace(each, record=full, version=each.version + 1)], product.clock.now
            )
        await bump_roster(tx, product.clock.now)


async def _free_one_place(product: Product) -> None:
    async with product.apps["matching"].state.database.transaction() as tx:
        each = next(one for one in await load_clinicians(tx) if "grief_loss" in one.record.specialties)
        freed = each.record.model_copy(update={"caseload": each.record.capacity - 1})
        await save_clinicians(tx, [replace(each, record=freed, version=each.version + 1)], product.clock.now)
        await bump_roster(tx, product.clock.now)
