"""Somebody who is not ready yet reads at their own pace, and stops, pauses or is ready at any moment."""

from datetime import timedelta
from typing import Any

from shared.contracts.intake import PersonErased
from shared.contracts.resources import ReadinessReached
from shared.messaging.outbox import announce
from tests.journeys.calls import Caller, booked, here
from tests.journeys.inbox import PERSON, ask, candidates
from tests.journeys.product import Product
from tests.journeys.reading import (
    ask_to_read,
    at_their_journey,
    journey,
    pass_days,
    ready,
    series,
    stopped_by_one_click,
)

PRACTICES = [("readiness_practice", "sent")] * 6
WEEK = 7
DAYS_OF_PRACTICES = 4 * 7 + 2 * 14
TO_THE_CHECK_IN = DAYS_OF_PRACTICES + 14
LONG_AFTER = 60


async def test_six_practices_follow_the_list_and_then_it_ends_by_itself(product: Product) -> None:
    reference = await ask_to_read(product)
    await product.mail(PERSON)

    await pass_days(product, TO_THE_CHECK_IN + 1)
    assert await series(product, reference) == [*PRACTICES, ("readiness_check_in", "sent")]
    arrived = len(product.to(PERSON))
    await pass_days(product, LONG_AFTER)

    assert len(product.to(PERSON)) == arrived == 1 + 6 + 1
    ended = await journey(product, reference)
    assert (ended["state"], ended["why"]) == ("stopped", "ended")


async def test_a_pause_is_a_month_of_silence_and_then_it_goes_on(product: Product) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, WEEK + 1)
    reader = await at_their_journey(product, await product.mail(PERSON, count=2))

    answer = await reader.press("/pause")
    assert answer.status_code == 200, answer.text
    await pass_days(product, 30)
    assert await series(product, reference) == PRACTICES[:1]
    await pass_days(product, 2)

    assert await series(product, reference) == PRACTICES[:2]


async def test_one_click_in_a_mailbox_stops_the_series_and_nothing_else(product: Product) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, WEEK + 1)

    answer = await stopped_by_one_click(product, await product.mail(PERSON, count=2))
    again = await stopped_by_one_click(product, await product.mail(PERSON, count=2))
    await pass_days(product, LONG_AFTER)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert await series(product, reference) == PRACTICES[:1]
    assert (await journey(product, reference))["why"] == "one_click"
    await ask(product)
    assert await product.mail(PERSON, count=3)  # the answer to a new note still comes


async def test_whoever_is_ready_tells_what_is_still_true_and_is_matched(product: Product) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, WEEK + 1)
    reader = await at_their_journey(product, await product.mail(PERSON, count=2))

    begin = await ready(product, reader)
    assert (await journey(product, reference))["state"] == "reached"
    asked = await begin.form("")
    told = await begin.send(asked, age="34", message="I sleep again.")
    again = await begin.send(asked, age="34", message="I sleep again.")
    await product.settle()

    assert (told.status_code, again.status_code) == (200, 200), told.text
    assert await candidates(product, reference)
    [referral] = await product.until(
        lambda: [mail for mail in product.mails if mail.leads_to("/referrals/case/")]
    )
    assert reference in referral.subject
    assert len(product.to(PERSON)) == 2 + 1  # the list, a practice, and one answer that a note arrived


async def test_after_ready_nothing_more_of_the_series_comes_and_twice_is_once(product: Product) -> None:
    reference = await ask_to_read(product)
    await pass_days(product, WEEK + 1)
    reader = await at_their_journey(product, await product.mail(PERSON, count=2))

    first, second = await ready(product, reader), await ready(product, reader)
    assert first.link.startswith("/begin/")
    assert second.link.startswith("/begin/")
    reached = f"SELECT 1 FROM outbox WHERE subject = '{ReadinessReached.subject()}'"
    assert len(await product.rows("resources", reached)) == 1

    await pass_days(product, LONG_AFTER)
    assert await series(product, reference) == PRACTICES[:1]


async def test_a_coordinator_hears_of_whoever_is_ready_and_did_not_go_on(product: Product) -> None:
    reference = await ask_to_read(product)
    reader = await at_their_journey(product, await product.mail(PERSON))
    await ready(product, reader)

    await product.pass_time(timedelta(hours=1, minutes=1))

    [notice] = await product.until(lambda: [mail for mail in product.mails if mail.leads_to("/begin/")])
    assert reference in notice.subject
    browser, page = await product.browser("intake"), notice.leads_to("/begin/") or ""
    assert (await browser.post(page, age="34", state="CA")).status_code == 403
    await browser.prove(page, notice.to)
    coordinator = Caller(browser, page)
    told = await coordinator.press("", age="34")
    await product.settle()
    assert told.status_code == 200, told.text
    assert await candidates(product, reference)


async def test_nobody_is_ready_after_erasure(product: Product) -> None:
    reference = await ask_to_read(product)
    reader = await at_their_journey(product, await product.mail(PERSON))
    row = await journey(product, reference)
    await erased(product, row)

    answer = await reader.browser.get(reader.link)
    ready = await reader.browser.post(f"{reader.link}/ready")

    assert (answer.status_code, ready.status_code) == (404, 404)
    assert await product.rows("resources", "SELECT 1 FROM journeys") == []


async def test_a_booked_call_of_the_same_address_pauses_the_series_until_it_is_cancelled(
    product: Product,
) -> None:
    reference = await ask_to_read(product)
    await product.mail(PERSON)
    await ask(product)
    caller = await booked(product, here(2026, 12, 4, 14, 0))
    await pass_days(product, WEEK + 1)
    assert await series(product, reference) == []

    await caller.press("/cancel")
    await product.settle()
    await pass_days(product, 2)

    assert await series(product, reference) == PRACTICES[:1]


async def test_silence_ends_the_series_for_good(product: Product) -> None:
    reference = await ask_to_read(product)
    mail = await product.mail(PERSON)
    stop = next(path for path in mail.paths if path.startswith("/contact/") and path.endswith("/stop"))
    browser = await product.browser("intake")
    await browser.post(stop, (await browser.get(stop)).text)
    await product.settle()

    await pass_days(product, LONG_AFTER)

    assert await series(product, reference) == []
    assert (await journey(product, reference))["why"] == "silenced"


async def test_opening_every_link_again_and_again_changes_nothing(product: Product) -> None:
    await ask_to_read(product)
    await pass_days(product, 10 * WEEK + 1)
    reader = await at_their_journey(product, await product.mail(PERSON))
    await reader.press("/keep")
    await pass_days(product, 3 * WEEK)
    await ask_to_read(product, "pam@example.org")
    await product.settle()
    await ready(product, await at_their_journey(product, await product.mail("pam@example.org")))
    await product.pass_time(timedelta(hours=1, minutes=1))
    paths = dict.fromkeys(path for mail in product.mails for path in mail.paths)
    seen = {path.rpartition("/")[2] for path in paths} | {path.split("/")[1] for path in paths}
    assert seen >= {"stop", "pause", "ready", "keep", "readiness", "begin", "contact"}
    before = await everything(product)

    browsers = {service: await product.browser(service) for service in ("intake", "matching", "resources")}
    for path in paths:
        browser = browsers[SERVICE_OF.get(path.split("/")[1], "intake")]
        for _ in range(3):
            opens = path.startswith(("/readiness/", "/begin/"))  # a link to contact rules may have ended
            assert (await browser.get(path)).status_code in ({200} if opens else {200, 404}), path
            await browser.client.head(path)
            assert (await browser.client.options(path)).status_code == 405, path
    await product.settle()

    assert await everything(product) == before


SERVICE_OF = {"readiness": "resources", "referrals": "matching"}


async def everything(product: Product) -> dict[str, Any]:
    """What intake, resources and notifications keep that a press could change."""
    return {
        "requests": await product.rows("intake", "SELECT * FROM requests ORDER BY id"),
        "people": await product.rows("intake", "SELECT id, version FROM people ORDER BY id"),
        "journeys": await product.rows("resources", "SELECT * FROM journeys ORDER BY journey_id"),
        "deliveries": await product.rows("notifications", "SELECT id, state FROM deliveries ORDER BY id"),
        **{
            f"{service}_outbox": await product.rows(service, "SELECT event_id FROM outbox ORDER BY seq")
            for service in ("intake", "resources", "notifications")
        },
    }


async def erased(product: Product, row: Any) -> None:
    """Intake says that this person is gone."""
    fact = PersonErased(
        version=1, person_id=row["person_id"], request_ids=(row["request_id"],), erased_at=product.clock.now
    )
    async with product.apps["intake"].state.database.transaction() as tx:
        await announce(tx, [fact], now=product.clock.now)
    await product.settle()
