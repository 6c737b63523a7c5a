"""What operators read of the deliveries, and what retention deletes. Codes only, there is nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.notifications.storage.tables import IS_OPEN, closures, deliveries, holds, returns
from shared.database import Transaction, UtcInstant, wake_after_commit
from shared.messaging.retention import not_held

PAGE = 50
_SHOWN = (
    deliveries.c.id,
    deliveries.c.template,
    deliveries.c.role,
    deliveries.c.recipient_id,
    deliveries.c.request_id,
    deliveries.c.reference,
    deliveries.c.state,
    deliveries.c.reason,
    deliveries.c.attempts,
    deliveries.c.uncertain,
    deliveries.c.occurred_at,
    deliveries.c.due_at,
    deliveries.c.not_after,
    deliveries.c.changed_at,
    deliveries.c.message_id,
    deliveries.c.smtp_code,
    deliveries.c.smtp_enhanced,
    deliveries.c.sha256,
)


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """One delivery as an operator sees it."""

    id: str
    template: str
    role: str
    recipient_id: str
    request_id: str
    reference: str
    state: str
    reason: str | None
    attempts: int
    uncertain: bool
    occurred_at: datetime
    due_at: datetime
    not_after: datetime | None
    changed_at: datetime
    message_id: str
    smtp_code: int | None
    smtp_enhanced: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after this delivery."""

    occurred_at: datetime
    id: str


async def deliveries_about(tx: Transaction, reference: str) -> Sequence[ListedDelivery]:
    """Every delivery of a request, by its reference, in the order of what caused them."""
    rows = await tx.execute(
        sa.select(*_SHOWN)
        .where(deliveries.c.reference == reference)
        .order_by(deliveries.c.occurred_at, deliveries.c.changed_at, deliveries.c.id)
    )
    return [ListedDelivery(**row) for row in rows.mappings()]


async def deliveries_in(
    tx: Transaction, states: Sequence[str], after: Cursor | None = None, reason: str | None = None
) -> tuple[Sequence[ListedDelivery], Cursor | None]:
    """A page of the deliveries in these states, of this reason if one is given, oldest first, and where the
    next page begins, if any.
    """
    query = sa.select(*_SHOWN).where(deliveries.c.state.in_(states))
    if reason is not None:
        query = query.where(deliveries.c.reason == reason)
    if after is not None:
        position = sa.tuple_(deliveries.c.occurred_at, deliveries.c.id)
        start = sa.tuple_(
            sa.bindparam("at", after.occurred_at, type_=UtcInstant), sa.bindparam("id", after.id)
        )
        query = query.where(position > start)
    rows = await tx.execute(query.order_by(deliveries.c.occurred_at, deliveries.c.id).limit(PAGE + 1))
    found = [ListedDelivery(**row) for row in rows.mappings()]
    page = found[:PAGE]
    return page, Cursor(page[-1].occurred_at, page[-1].id) if len(found) > PAGE else None


async def count_by_state(tx: Transaction) -> dict[str, int]:
    """How many deliveries there are in each state."""
    rows = await tx.execute(
        sa.select(deliveries.c.state, sa.func.count().label("deliveries")).group_by(deliveries.c.state)
    )
    return {row.state: row.deliveries for row in rows}


async def count_overdue(tx: Transaction, due_before: datetime) -> tuple[int, datetime | None]:
    """How many open deliveries were due before then, and since when the oldest is."""
    row = (
        await tx.execute(
            sa.select(sa.func.count(), sa.type_coerce(sa.func.min(deliveries.c.due_at), UtcInstant)).where(
                IS_OPEN, deliveries.c.due_at < due_before
            )
        )
    ).one()
    return row[0], row[1]


async def reopen_failed(tx: Transaction, delivery_ids: Sequence[str], now: datetime) -> int:
    """Lets failed deliveries be tried again under the same Message-ID, at once. What returns counts anew."""
    reopened = await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(delivery_ids), deliveries.c.state == "failed")
        .values(state="planned", reason="reopened", attempts=0, due_at=now, changed_at=now)
    )
    if reopened.rowcount:
        await tx.execute(sa.delete(returns).where(returns.c.delivery_id.in_(delivery_ids)))
        wake_after_commit(tx, "deliveries")
    return reopened.rowcount


async def count_settled(tx: Transaction, before: datetime) -> int:
    """How many deliveries were settled before then, and under no legal hold."""
    return int(await tx.scalar(sa.select(sa.func.count()).where(_old(before))) or 0)


async def purge(tx: Transaction, settled_before: datetime) -> int:
    """Deletes what was settled before then, and closures, holds and returns as old; open rows stay."""
    gone = await tx.execute(sa.delete(deliveries).where(_old(settled_before)))
    old = closures.c.closed_at < settled_before
    await tx.execute(sa.delete(closures).where(old, not_held(closures.c.entity_id)))
    await tx.execute(sa.delete(holds).where(holds.c.since < settled_before, not_held(holds.c.request_id)))
    await tx.execute(sa.delete(returns).where(returns.c.noted_at < settled_before))
    return gone.rowcount


def _old(settled_before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.state.in_(("sent", "not_sent", "failed")),
        deliveries.c.changed_at < settled_before,
        not_held(deliveries.c.request_id),
    )
