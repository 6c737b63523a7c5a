"""Mails about calls: those that a later fact stops, those that a person has just had, those that wait."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.call import CALL_MAILS, CONFIRMATIONS, NOTICES
from services.notifications.domain.delivery import TELLS_OF_A_REFERRAL, Delivery, PlannedDelivery
from services.notifications.domain.overtake import CALLED_OFF, STOPPED_BY_A_LATER_CALL
from services.notifications.storage.queue import delivery_of
from services.notifications.storage.stops import UNSETTLED
from services.notifications.storage.tables import IS_OPEN, SIGNAL, deliveries
from shared.database import Transaction, UtcInstant, wake_after_commit
from shared.messaging.tables import seen_versions

KEYS_AT_ONCE = 400
MAILS_AT_ONCE = 200
Place = tuple[str, str]  # a call and a mail about it: where a list goes on
OVERTAKE = (
    sa.update(deliveries)
    .where(
        deliveries.c.request_id == sa.bindparam("request"),
        deliveries.c.subject_version < sa.bindparam("heard"),
        deliveries.c.template.in_(sorted(STOPPED_BY_A_LATER_CALL)),
        deliveries.c.state.in_(UNSETTLED),
        deliveries.c.stopped.is_(None),
    )
    .values(stopped=sa.bindparam("why"), due_at=sa.bindparam("now", type_=UtcInstant))
)


@dataclass(frozen=True, slots=True)
class CallHeard:
    """The version at which a fact spoke of a request's call."""

    request_id: str
    version: int


async def overtake_calls(tx: Transaction, heard: Sequence[CallHeard], why: str, now: datetime) -> None:
    """Mails about an earlier version of these requests' calls do not go, whoever is sending them."""
    for one in heard:
        said = {"request": one.request_id, "heard": one.version, "why": why, "now": now}
        stopped = await tx.execute(OVERTAKE, said)
        if stopped.rowcount:
            wake_after_commit(tx, SIGNAL)


async def just_confirmed(tx: Transaction, reminders: Sequence[Delivery], since: datetime) -> Collection[str]:
    """Which of these reminders are of a booking whose confirmation went after then, or has still to go."""
    calls = {(one.plan.subject_id, one.plan.subject_version): one.id for one in reminders}
    if not calls:
        return ()
    went = sa.and_(deliveries.c.state == "sent", deliveries.c.changed_at > since)
    rows = await tx.execute(
        sa.select(deliveries.c.subject_id, deliveries.c.subject_version).where(
            deliveries.c.request_id.in_([one.plan.request_id for one in reminders]),
            deliveries.c.role == "client",
            deliveries.c.template.in_(sorted(CONFIRMATIONS)),
            sa.or_(went, deliveries.c.state.in_(UNSETTLED)),
        )
    )
    told = {(row.subject_id, row.subject_version) for row in rows}
    return {one.id for one in reminders if (one.plan.subject_id, one.plan.subject_version) in told}


async def told_of_others(tx: Transaction, calls: Mapping[str, str]) -> Sequence[PlannedDelivery]:
    """What was said, or may have been, of other calls of these requests that nobody has been told are off.

    `calls`: the request's call that stands, by request. Of each other, the latest word to its coordinator.
    """
    gone = sa.or_(deliveries.c.state.in_(("sent", "sending")), deliveries.c.uncertain)
    rows = await tx.execute(
        sa.select(deliveries)
        .where(
            deliveries.c.request_id.in_(list(calls)),
            deliveries.c.subject_id.not_in(list(calls.values())),
            sa.or_(
                sa.and_(deliveries.c.template.in_(sorted(NOTICES)), gone),
                deliveries.c.template.in_(sorted(CALLED_OFF)),
            ),
        )
        .order_by(deliveries.c.subject_version)
    )
    found = [delivery_of(dict(row)).plan for row in rows.mappings()]
    off = {one.subject_id for one in found if one.template in CALLED_OFF and "why" in one.codes}
    latest = {one.subject_id: one for one in found if one.template in NOTICES}
    return [one for call, one in latest.items() if call not in off]


async def referrals_of(tx: Transaction, request_ids: Collection[str]) -> Mapping[str, str]:
    """Which referral each of these requests became, as far as a coordinator was told of one."""
    rows = await tx.execute(
        sa.select(deliveries.c.request_id, deliveries.c.subject_id).where(
            deliveries.c.request_id.in_(list(request_ids)),
            deliveries.c.role == "coordinator",
            deliveries.c.template.in_(sorted(TELLS_OF_A_REFERRAL)),
        )
    )
    return {row.request_id: row.subject_id for row in rows}


async def heard_of_calls(tx: Transaction, request_ids: Collection[str]) -> Mapping[str, int]:
    """The highest version of each request's calls that a fact spoke of."""
    rows = await tx.execute(
        sa.select(seen_versions.c.entity_id, seen_versions.c.version).where(
            seen_versions.c.about == "consultation", seen_versions.c.entity_id.in_(list(request_ids))
        )
    )
    return {row.entity_id: row.version for row in rows}


async def keys_known(tx: Transaction, keys: Sequence[str]) -> set[str]:
    """Which of these deduplication keys are of a mail that was planned, whatever became of it."""
    known: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        chunk = keys[start : start + KEYS_AT_ONCE]
        rows = await tx.execute(sa.select(deliveries.c.dedup_key).where(deliveries.c.dedup_key.in_(chunk)))
        known.update(rows.scalars())
    return known


async def waiting_about_calls(tx: Transaction, after: Place, through: str | None) -> Sequence[Delivery]:
    """Mails about calls that wait, some at a time, by the id of their call, up to the one given."""
    place = sa.tuple_(deliveries.c.subject_id, deliveries.c.id)
    query = sa.select(deliveries).where(
        IS_OPEN,
        place > sa.tuple_(sa.literal(after[0]), sa.literal(after[1])),
        deliveries.c.subject_id >= after[0],
        deliveries.c.template.in_(sorted(CALL_MAILS)),
        deliveries.c.stopped.is_(None),
    )
    if through is not None:
        query = query.where(deliveries.c.subject_id <= through)
    rows = await tx.execute(query.order_by(deliveries.c.subject_id, deliveries.c.id).limit(MAILS_AT_ONCE))
    return [delivery_of(dict(row)) for row in rows.mappings()]


async def stop_each(tx: Transaction, whys: Mapping[str, str], now: datetime) -> Collection[str]:
    """These mails do not go, each for its reason; gives those that had still been waiting.

    One that somebody else is settling at this moment is theirs.
    """
    found = await tx.execute(
        sa.select(deliveries.c.id)
        .where(
            deliveries.c.id.in_(list(whys)),
            deliveries.c.state.in_(UNSETTLED),
            deliveries.c.stopped.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    waiting = set(found.scalars())
    for why in {whys[one] for one in waiting}:
        these = [one for one in waiting if whys[one] == why]
        await tx.execute(
            sa.update(deliveries).where(deliveries.c.id.in_(these)).values(stopped=why, due_at=now)
        )
    if waiting:
        wake_after_commit(tx, SIGNAL)
    return waiting
