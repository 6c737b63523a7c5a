"""The queue of deliveries, on both databases."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from services.notifications import storage
from services.notifications.domain.delivery import Delivery, PlannedDelivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Reply, Sent, TryAgain, Withheld
from shared.database import Database
from tests.notifications.builders import DOMAIN, NOW, CountedIds, planned

LATER = NOW + timedelta(minutes=1)
AFTER_THE_LEASE = NOW + storage.LEASE + timedelta(seconds=1)


async def save(database: Database, ids: CountedIds, *mails: PlannedDelivery, now: datetime = NOW) -> None:
    async with database.transaction() as tx:
        await storage.save_planned(tx, mails, ids, DOMAIN, now)


async def claim(
    database: Database, lease: str = "lease-1", limit: int = 16, now: datetime = NOW
) -> list[Delivery]:
    async with database.transaction() as tx:
        return await storage.claim_due(tx, lease, limit, now)


async def settle(
    database: Database, outcomes: Mapping[str, Outcome], lease: str = "lease-1", now: datetime = NOW
) -> set[str]:
    async with database.transaction() as tx:
        return await storage.save_outcomes(tx, lease, outcomes, now)


async def rows(database: Database) -> list[storage.ListedDelivery]:
    async with database.reading() as tx:
        return list(await storage.deliveries_about(tx, "R-7F3K2"))


async def only_row(database: Database) -> storage.ListedDelivery:
    (row,) = await rows(database)
    return row


async def test_a_mail_is_planned_once_whatever_comes_twice(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned("acknowledgement"))
    await save(database, ids, planned("acknowledgement"), planned("waitlist"))

    assert [row.template for row in await rows(database)] == ["acknowledgement", "waitlist"]


async def test_planning_wakes_the_sender(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned())

    assert database.signal(storage.SIGNAL).is_set()


async def test_a_claimed_mail_is_what_was_planned(database: Database, ids: CountedIds) -> None:
    plan = planned("referral")
    await save(database, ids, plan)

    (claimed,) = await claim(database)

    assert claimed.plan == plan
    assert (claimed.attempts, claimed.version, claimed.uncertain, claimed.stopped) == (1, 1, False, None)
    assert claimed.message_id == f"<{claimed.id}@{DOMAIN}>"


async def test_alerts_are_claimed_first_and_reading_last(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned("reading_list"), planned("referral", due_at=NOW - timedelta(hours=1)))
    await save(database, ids, planned("safety_alert"))

    assert [one.plan.template for one in await claim(database)] == [
        "safety_alert",
        "referral",
        "reading_list",
    ]


async def test_what_is_not_due_and_what_is_claimed_stays(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned(), planned(request_id="request-2", due_at=LATER))

    assert len(await claim(database, "lease-1")) == 1
    assert await claim(database, "lease-2") == []
    assert len(await claim(database, "lease-2", now=LATER)) == 1


async def test_a_claim_takes_no_more_than_it_may(database: Database, ids: CountedIds) -> None:
    await save(database, ids, *(planned(request_id=f"request-{number}") for number in range(40)))

    first, second = await claim(database, "lease-1", 16), await claim(database, "lease-2", 16)

    assert (len(first), len(second)) == (16, 16)
    assert not {one.id for one in first} & {one.id for one in second}


async def test_two_who_claim_at_once_share_the_work(database: Database, ids: CountedIds) -> None:
    await save(database, ids, *(planned(request_id=f"request-{number}") for number in range(64)))

    claims = await asyncio.gather(*(claim(database, f"lease-{number}") for number in range(6)))

    claimed = [one.id for each in claims for one in each]
    assert len(claimed) == len(set(claimed)) == 64


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "code"),
    [
        (Sent(Reply(250, "2.0.0"), "a" * 64), "sent", None, 250),
        (TryAgain(LATER, "recipient_deferred", Reply(450, "4.2.1")), "planned", "recipient_deferred", 450),
        (Held(LATER, "quiet_hours"), "held", "quiet_hours", None),
        (Withheld("silenced"), "not_sent", "silenced", None),
        (Failed("recipient_refused", Reply(550, "5.1.1")), "failed", "recipient_refused", 550),
    ],
)
async def test_an_outcome_is_kept_in_codes(
    database: Database, ids: CountedIds, outcome: Outcome, state: str, reason: str | None, code: int | None
) -> None:
    await save(database, ids, planned())
    (claimed,) = await claim(database)

    assert await settle(database, {claimed.id: outcome}, now=LATER) == {claimed.id}

    row = await only_row(database)
    assert (row.state, row.reason, row.smtp_code, row.changed_at) == (state, reason, code, LATER)
    assert row.uncertain is False


async def test_what_waits_is_claimed_again_when_it_is_due(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned(), planned("waitlist"))
    first = await claim(database)
    waits: dict[str, Outcome] = {
        first[0].id: TryAgain(LATER, "content_deferred"),
        first[1].id: Held(LATER, "quiet_hours"),
    }
    await settle(database, waits)

    assert await claim(database, "lease-2", now=LATER - timedelta(seconds=1)) == []
    again = await claim(database, "lease-2", now=LATER)

    attempts = {one.id: (one.attempts, one.version) for one in again}
    assert attempts == {first[0].id: (2, 2), first[1].id: (1, 2)}


async def test_a_lease_that_ended_settles_nothing(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned())
    (claimed,) = await claim(database, "lease-1")
    async with database.transaction() as tx:
        assert await storage.reopen_abandoned(tx, AFTER_THE_LEASE) == 1
    await claim(database, "lease-2", now=AFTER_THE_LEASE)

    assert await settle(database, {claimed.id: Withheld("silenced")}, "lease-1") == set()
    assert (await only_row(database)).state == "sending"


async def test_what_a_crash_left_is_uncertain_and_goes_again_under_the_same_message_id(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned())
    (before,) = await claim(database, "lease-1")
    async with database.transaction() as tx:
        assert await storage.reopen_abandoned(tx, NOW + timedelta(seconds=29)) == 0
        assert await storage.reopen_abandoned(tx, AFTER_THE_LEASE) == 1

    (after,) = await claim(database, "lease-2", now=AFTER_THE_LEASE)
    await settle(database, {after.id: Sent(Reply(250), "a" * 64)}, "lease-2")

    assert (after.id, after.message_id, after.uncertain) == (before.id, before.message_id, True)
    row = await only_row(database)
    assert (row.state, row.uncertain) == ("sent", True)


async def test_a_slow_server_is_no_crash(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned())
    await claim(database, "lease-1")
    async with database.transaction() as tx:
        await storage.renew(tx, "lease-1", NOW + timedelta(seconds=20))
        assert await storage.reopen_abandoned(tx, AFTER_THE_LEASE) == 0


async def test_a_withdrawn_request_stops_every_client_mail_and_no_other(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned(), planned("referral"), planned(request_id="request-2"))
    await claim(database, "lease-1", limit=1)
    async with database.transaction() as tx:
        await storage.close(tx, ["request-1"], "withdrawn", NOW)
    await save(database, ids, planned("waitlist"), planned("held"))

    async with database.reading() as tx:
        found = await tx.execute(
            sa.select(storage.deliveries.c.template, storage.deliveries.c.stopped).where(
                storage.deliveries.c.request_id == "request-1"
            )
        )
        stopped = {row.template: row.stopped for row in found}
    assert stopped == {
        "acknowledgement": "withdrawn",
        "waitlist": "withdrawn",
        "referral": None,
        "held": None,
    }


async def test_a_cancelled_referral_stops_its_own_mails_alone(database: Database, ids: CountedIds) -> None:
    about_referral = planned("waitlist", subject_id="referral-1")
    async with database.transaction() as tx:
        await storage.close(tx, ["referral-1"], "referral_cancelled", NOW)
        await storage.close(tx, ["referral-1"], "referral_cancelled", LATER)
    await save(database, ids, planned(), about_referral)

    assert {one.plan.template: one.stopped for one in await claim(database)} == {
        "acknowledgement": None,
        "waitlist": "referral_cancelled",
    }


async def test_silence_makes_a_held_mail_due_so_that_its_end_is_recorded(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned("waitlist"))
    (claimed,) = await claim(database)
    await settle(database, {claimed.id: Held(NOW + timedelta(hours=9), "quiet_hours")})
    async with database.transaction() as tx:
        await storage.stop_for(tx, ["request-1"], "silenced", LATER)

    (again,) = await claim(database, "lease-2", now=LATER)
    assert again.stopped == "silenced"


async def test_a_mail_that_is_released_while_it_is_being_held_is_due_again_at_once(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned(), planned("waitlist"), planned(request_id="request-2"))
    held = {one.id: Held(NOW + timedelta(hours=1), "minor") for one in await claim(database)}
    async with database.transaction() as tx:
        await storage.look_again(tx, ["request-1"], NOW)
    database.signal(storage.SIGNAL).clear()
    await settle(database, held)

    assert database.signal(storage.SIGNAL).is_set()
    again = await claim(database, "lease-2")
    assert {one.plan.request_id for one in again} == {"request-1"}
    await settle(database, {one.id: held[one.id] for one in again}, "lease-2")
    assert await claim(database, "lease-3") == []
    assert {row.reason for row in await rows(database)} == {"minor"}


async def test_a_mail_that_is_stopped_while_it_is_being_held_is_settled_at_once(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned("waitlist"))
    (claimed,) = await claim(database)
    async with database.transaction() as tx:
        await storage.stop_for(tx, ["request-1"], "silenced", NOW)
    await settle(database, {claimed.id: Held(NOW + timedelta(hours=9), "quiet_hours")})

    (again,) = await claim(database, "lease-2")
    assert again.stopped == "silenced"


async def test_what_is_sent_cannot_be_stopped(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned())
    (claimed,) = await claim(database)
    await settle(database, {claimed.id: Sent(Reply(250), "a" * 64)})
    async with database.transaction() as tx:
        await storage.stop_for(tx, ["request-1"], "silenced", LATER)

    assert (await only_row(database)).state == "sent"
    assert await claim(database, "lease-2", now=LATER) == []


async def test_still_ours_tells_what_was_stopped_meanwhile(database: Database, ids: CountedIds) -> None:
    await save(database, ids, planned(), planned(request_id="request-2"))
    first, second = sorted(await claim(database), key=lambda one: one.plan.request_id)
    async with database.transaction() as tx:
        await storage.stop_for(tx, ["request-2"], "silenced", NOW)

    async with database.reading() as tx:
        assert await storage.still_ours(tx, "lease-1", NOW) == {first.id: None, second.id: "silenced"}
        assert await storage.still_ours(tx, "lease-1", AFTER_THE_LEASE) == {}


async def test_old_deliveries_are_forgotten_and_open_ones_are_not(
    database: Database, ids: CountedIds
) -> None:
    await save(database, ids, planned(), planned("referral"))
    (first, *_) = await claim(database, limit=1)
    await settle(database, {first.id: Sent(Reply(250), "a" * 64)})
    async with database.transaction() as tx:
        assert await storage.purge(tx, NOW) == 0
        assert await storage.purge(tx, LATER) == 1

    assert [row.state for row in await rows(database)] == ["planned"]
