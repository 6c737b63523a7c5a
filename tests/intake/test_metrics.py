"""What is seen of intake from outside: crises that nobody has taken up, what waits for an eye, what came."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client import REGISTRY

from services.intake import operations
from services.intake.domain.decision import Admitted, Decision, Quarantined
from services.intake.handlers import Post, Receipt, receive
from services.intake.metrics import GAUGES
from shared.database import Database
from shared.gauges import Numbers
from tests.conftest import TestClock
from tests.intake.builders import NOW, CountedIds, a_desk, assessed, calm
from tests.intake.webhouse import a_browser, a_front, a_request
from tests.intake.webposts import CONSULTATION, AwayDatabase
from tests.seen import seen

CRISIS = assessed(safety=replace(calm("crisis"), rules=("intent",)))
NOTHING = {
    "practice_crises_open": 0,
    "practice_crisis_waiting_seconds": 0.0,
    "practice_crisis_not_taken_up_seconds": 0.0,
    "practice_alert_unconfirmed_seconds": 0.0,
    "practice_quarantine_waiting": 0,
    "practice_quarantine_waiting_seconds": 0.0,
}


async def arrive(database: Database, decision: Decision, ids: CountedIds, after: int = 0) -> Receipt:
    at = NOW + timedelta(minutes=after)
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision), a_desk(), at, ids)
    assert isinstance(receipt, Receipt)
    return receipt


def untold(seconds: float) -> dict[str, Numbers]:
    """For so long nobody has said that they have one, and its alert is not known to have left."""
    return {
        "practice_crisis_not_taken_up_seconds": seconds,
        "practice_alert_unconfirmed_seconds": seconds,
    }


async def after(database: Database, minutes: int) -> dict[str, Numbers]:
    return await seen(database, GAUGES, NOW + timedelta(minutes=minutes))


async def test_a_crisis_is_seen_from_its_first_minute_until_somebody_has_taken_it_up(
    database: Database, ids: CountedIds
) -> None:
    assert await after(database, 0) == NOTHING
    first = await arrive(database, Admitted(CRISIS), ids)
    second = await arrive(database, Admitted(CRISIS), ids, after=5)
    await arrive(database, Admitted(assessed()), ids)

    open_ = {"practice_crises_open": 2, "practice_crisis_waiting_seconds": 16 * 60.0}
    assert await after(database, 16) == NOTHING | open_ | untold(16 * 60.0)

    await operations.clear_safety(database, a_desk(), first.reference, "dana", "spoke", NOW, ids)
    open_ = {"practice_crises_open": 1, "practice_crisis_waiting_seconds": 11 * 60.0}
    assert await after(database, 16) == NOTHING | open_ | untold(11 * 60.0)

    await operations.acknowledge_safety(database, a_desk().practice, second.reference, "dana", NOW)
    assert await after(database, 16) == NOTHING | open_

    await operations.clear_safety(database, a_desk(), second.reference, "dana", "spoke", NOW, ids)
    assert await after(database, 60) == NOTHING


async def test_what_an_operator_tries_out_is_nobodys_crisis(database: Database, ids: CountedIds) -> None:
    await arrive(database, Admitted(replace(CRISIS, test=True)), ids)
    await arrive(database, Quarantined(replace(assessed(), test=True), ("honeypot",)), ids)

    assert await after(database, 60) == NOTHING


async def test_what_waits_for_an_eye_is_seen_until_it_is_released_or_discarded(
    database: Database, ids: CountedIds
) -> None:
    one = await arrive(database, Quarantined(assessed(), ("honeypot",)), ids)
    other = await arrive(database, Quarantined(assessed(), ("honeypot",)), ids, after=30)
    waiting = {"practice_quarantine_waiting": 2, "practice_quarantine_waiting_seconds": 3600.0}
    assert await after(database, 60) == NOTHING | waiting

    await operations.release(database, one.reference, NOW)
    await operations.discard(database, other.reference, NOW)

    assert await after(database, 60) == NOTHING


async def test_every_post_is_counted_by_what_became_of_it(database: Database, clock: TestClock) -> None:
    before = {answer: posts(answer) for answer in ("kept", "refused", "unkept")}

    async with a_browser(a_front(database, clock)) as browser:
        await browser.post(CONSULTATION, json=a_request())
        await browser.post(CONSULTATION, json=a_request(concerns=["no such thing"]))
    async with a_browser(a_front(AwayDatabase(), clock)) as browser:
        await browser.post(CONSULTATION, json=a_request())

    assert {answer: posts(answer) - before[answer] for answer in before} == dict.fromkeys(before, 1)


def posts(answer: str) -> float:
    labels = {"path": "consultation", "answer": answer}
    return REGISTRY.get_sample_value("practice_requests_received_total", labels) or 0
