"""Nobody in danger waits for one person's telephone: the next ones are told, until somebody has it."""

from datetime import timedelta

import pytest

from services.intake import operations, storage
from services.intake.domain.ladder import Acknowledged, first_rung, rung_after
from services.intake.handlers.safety import AcknowledgedBefore, ClearedBefore, on_alerts_sent
from services.intake.operations import NotCleared
from shared.contracts.notifications import AlertSent
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.intake.builders import NOW, CountedIds, a_desk, the_practice
from tests.intake.crises import QUARTER, a_watch, arrive, said


def on_call(*who: str) -> Practice:
    return the_practice().model_copy(update={"on_call": who})


def sent(request_id: str, version: int, recipient: str) -> AlertSent:
    return AlertSent(
        delivery_id="delivery-1",
        version=1,
        request_id=request_id,
        template="safety_alert",
        recipient_role="on_call",
        sent_at=NOW,
        safety_version=version,
        recipient=recipient,
    )


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (("dana", "lee"), [("dana",), ("lee",), ("dana", "lee"), ("dana", "lee")]),
        (("lee",), [("lee",), ("lee", "dana"), ("lee", "dana")]),
        (("dana", "dana", "lee"), [("dana",), ("lee",), ("dana", "lee")]),
    ],
    ids=["two", "one", "one named twice"],
)
def test_nobody_on_call_is_skipped_and_in_the_end_all_and_the_owner_are_told(
    who: tuple[str, ...], told: list[tuple[str, ...]]
) -> None:
    practice = on_call(*who).model_copy(update={"owner": "dana"})
    rung = first_rung(practice, NOW)
    climbed = [rung.recipients]
    for _ in told[1:]:
        rung = rung_after(rung.number, practice, rung.escalates_at)
        climbed.append(rung.recipients)

    assert climbed == told
    assert rung.escalates_at - rung.at == practice.clocks.crisis_told_again


async def test_after_a_quarter_of_an_hour_the_next_one_is_told_then_everybody_then_every_hour(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    receipt, watch = await arrive(database, ids), a_watch(database, clock)
    began = clock()

    told = []
    for passed in (QUARTER, 2 * QUARTER, 2 * QUARTER + timedelta(hours=1)):
        clock.move(began + passed - clock() - timedelta(seconds=1))
        await watch.climb()
        told.append(len(await said(database, "safety.escalated")))
        clock.move(timedelta(seconds=2))
        await watch.climb()
        await watch.climb()

    facts = await said(database, "safety.escalated")
    assert told == [0, 1, 2]
    assert [(each["rung"], each["version"]) for each in facts] == [(1, 2), (2, 3), (2, 4)]
    assert facts[0]["recipients"] == [the_practice().on_call[1]]
    assert set(facts[1]["recipients"]) == {*the_practice().on_call, the_practice().owner}
    assert facts[1]["recipients"] == facts[2]["recipients"]
    assert {each["request_id"] for each in facts} == {receipt.request_id}


async def test_who_has_it_ends_the_telling_and_answers_for_it_and_what_waits_still_does(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    receipt, practice = await arrive(database, ids), the_practice()
    take = operations.acknowledge_safety

    first = await take(database, practice, receipt.reference, "lee", NOW)
    again = await take(database, practice, receipt.reference, "dana", NOW + QUARTER)
    clock.move(timedelta(days=2))
    await a_watch(database, clock).climb()

    assert first == Acknowledged("lee", NOW)
    assert again == AcknowledgedBefore(Acknowledged("lee", NOW))
    assert await said(database, "safety.escalated") == []
    (fact,) = await said(database, "safety.acknowledged")
    assert (fact["acknowledged_by"], fact["version"]) == ("lee", 2)
    (waiting,) = await operations.open_items(database)
    assert (waiting.kind, waiting.duty.owner) == ("crisis", "lee")
    assert waiting.request.safety_level == "crisis"
    nobody = await take(database, practice, receipt.reference, "stranger", NOW)
    assert nobody == NotCleared("unknown_coordinator")


async def test_what_is_cleared_is_told_to_nobody_and_cannot_be_taken_up(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids)
    await operations.clear_safety(database, a_desk(), receipt.reference, "dana", "spoke", NOW, ids)
    clock.move(timedelta(days=1))
    await a_watch(database, clock).climb()

    after = await operations.acknowledge_safety(database, the_practice(), receipt.reference, "lee", NOW)

    assert isinstance(after, ClearedBefore)
    assert await said(database, "safety.escalated") == []


async def test_words_that_are_new_begin_again_with_the_first_on_call(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids)
    await operations.acknowledge_safety(database, the_practice(), receipt.reference, "lee", NOW)
    async with database.transaction() as tx:
        (request,) = await storage.load_requests(tx, [receipt.request_id])
        version = await storage.save_flagged(tx, request, first_rung(the_practice(), clock()), clock())
    clock.move(QUARTER + timedelta(seconds=1))
    await a_watch(database, clock).climb()

    (fact,) = await said(database, "safety.escalated")
    assert (version, fact["version"], fact["rung"]) == (3, 4, 1)


async def test_what_an_operator_tries_out_wakes_nobody_else(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    await arrive(database, ids, test=True)
    clock.move(timedelta(days=1))
    await a_watch(database, clock).climb()

    assert await said(database, "safety.escalated") == []
    (flagged,) = await said(database, "safety.flagged")
    assert (flagged["recipients"], flagged["escalates_at"]) == ([the_practice().on_call[0]], None)


async def test_an_alert_that_left_is_on_the_trail_once_and_one_of_somebody_else_confirms_nothing(
    database: Database, clock: TestClock, ids: CountedIds
) -> None:
    receipt, first = await arrive(database, ids), the_practice().on_call[0]
    of = receipt.request_id
    async with database.transaction() as tx:
        await on_alerts_sent([sent(of, 1, "mia"), sent(of, 2, first)], tx, NOW, ids)
        unconfirmed = await storage.take_unconfirmed(tx, NOW + QUARTER, QUARTER, 9)
    async with database.transaction() as tx:
        await on_alerts_sent([sent(of, 1, first), sent(of, 1, first)], tx, NOW, ids)
        left = await storage.take_unconfirmed(tx, NOW + 3 * QUARTER, QUARTER, 9)

    assert [(one.recipient, one.version) for one, _ in unconfirmed] == [(first, 1)]
    assert left == []
    trail = await operations.trail(database, receipt.reference)
    left_by = [each["detail"] for each in trail if each["name"] == "alert.sent"]
    assert left_by == [{"to": first, "way": "notifications"}]
