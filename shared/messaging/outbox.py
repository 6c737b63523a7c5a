"""The outbox: facts are committed with the change that made them true, and published afterwards.

`announce` writes rows; the relay publishes them in lists with `Nats-Msg-Id`, marks them with the stream's
sequence, and publishes again what a wiped broker has lost. A crash between publishing and marking costs a
repeat, which the stream's duplicate window and every receiver's inbox absorb.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from shared import trace
from shared.contracts.base import Fact
from shared.database import Row, Transaction, wake_after_commit
from shared.ids import new_id
from shared.messaging.tables import outbox

SIGNAL = "outbox"
LEASE = timedelta(seconds=30)
AT_ONCE = 64
INSERT = sa.insert(outbox)
PUBLISHED = (outbox.c.seq, outbox.c.subject, outbox.c.headers, outbox.c.payload)
WAITING = sa.select(*PUBLISHED).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq).limit(AT_ONCE)


async def announce(tx: Transaction, facts: Sequence[Fact], *, now: datetime) -> None:
    """The facts will reach everybody who listens, exactly if this transaction commits."""
    if not facts:
        return
    await tx.execute(INSERT, [_row(fact, now) for fact in facts])
    wake_after_commit(tx, SIGNAL)


async def waiting(tx: Transaction) -> Sequence[Any]:
    """Up to 64 unpublished rows, oldest first; for a process that is alone and needs no lease."""
    return (await tx.execute(WAITING)).all()


async def claim(tx: Transaction, lease: str, now: datetime) -> Sequence[Any]:
    """Takes up to 64 unpublished rows, oldest first, under a lease that others respect until it ends."""
    free = (
        sa.select(outbox.c.seq)
        .where(
            outbox.c.published_at.is_(None),
            sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now),
        )
        .order_by(outbox.c.seq)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.seq.in_(free.scalar_subquery()))
        .values(lease=lease, leased_until=now + LEASE)
        .returning(*PUBLISHED)
    )
    return sorted(rows, key=lambda row: row.seq)


async def mark_published(
    tx: Transaction, lease: str | None, sequences: dict[int, int], stream_created: str, now: datetime
) -> None:
    """Records what the stream acknowledged: `sequences` is outbox seq to stream seq.

    Without a lease the caller is alone; with one, rows that others have taken meanwhile are theirs.
    """
    if not sequences:
        return
    ours = sa.true() if lease is None else outbox.c.lease == lease
    await tx.execute(
        sa.update(outbox)
        .where(outbox.c.seq == sa.bindparam("row"), ours)
        .values(
            published_at=now,
            stream_seq=sa.bindparam("stored_at"),
            stream_created=stream_created,
            lease=None,
            leased_until=None,
        ),
        [{"row": seq, "stored_at": stored} for seq, stored in sequences.items()],
    )


async def give_back(tx: Transaction, lease: str) -> None:
    """Lets the rows that were not published be claimed at once again."""
    await tx.execute(sa.update(outbox).where(outbox.c.lease == lease).values(lease=None, leased_until=None))


async def reopen_lost(tx: Transaction, stream_created: str) -> int:
    """Makes every row that was published to an earlier incarnation of the stream wait again."""
    lost = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.published_at.is_not(None), outbox.c.stream_created != stream_created)
        .values(published_at=None, stream_seq=None, stream_created=None)
    )
    return lost.rowcount


async def reopen_from(tx: Transaction, stream_seq: int) -> int:
    """Makes every published row at or above this stream sequence wait again: the stream was cut back."""
    lost = await tx.execute(
        sa.update(outbox)
        .where(outbox.c.published_at.is_not(None), outbox.c.stream_seq >= stream_seq)
        .values(published_at=None, stream_seq=None, stream_created=None)
    )
    return lost.rowcount


async def highest_sequence(tx: Transaction, stream_created: str) -> int:
    """The highest stream sequence stored for this incarnation of the stream, 0 when there is none."""
    found = await tx.scalar(
        sa.select(sa.func.max(outbox.c.stream_seq)).where(outbox.c.stream_created == stream_created)
    )
    return int(found or 0)


async def oldest_pending(tx: Transaction) -> datetime | None:
    """When the oldest unpublished row was written; a row over 30 s old makes readiness red."""
    oldest: datetime | None = await tx.scalar(
        sa.select(outbox.c.created_at).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq).limit(1)
    )
    return oldest


def _row(fact: Fact, now: datetime) -> Row:
    event_id = new_id()
    return {
        "event_id": event_id,
        "subject": fact.subject(),
        "entity_id": fact.entity_id,
        "correlation": fact.correlation,
        "headers": cloud_event_headers(fact, event_id, now),
        "payload": fact.model_dump_json(),
        "created_at": now,
    }


def cloud_event_headers(fact: Fact, event_id: str, now: datetime) -> dict[str, str]:
    """CloudEvents 1.0 in NATS binary mode, with the trace and what ties a request's facts together."""
    return {
        "Nats-Msg-Id": event_id,
        "ce-specversion": "1.0",
        "ce-id": event_id,
        "ce-type": fact.type(),
        "ce-source": f"urn:practice:{fact.service}",
        "ce-subject": fact.entity_id,
        "ce-time": now.isoformat().replace("+00:00", "Z"),
        "content-type": "application/json",
        "correlation_id": fact.correlation,
        "traceparent": trace.traceparent_for(fact.correlation),
    }
