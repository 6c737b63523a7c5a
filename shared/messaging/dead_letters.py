"""Dead letters: messages that were parked, as rows in the database of the service that could not handle them.

An operator lists them, reads why, and replays or discards each; none is ever dropped by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shared.database import Row, Transaction
from shared.ids import new_id
from shared.messaging.tables import dead_letters

REPLAYING = "replaying"  # an operator asked for it; the service has not taken it up yet
UNFINISHED = "unfinished"  # being tried alone; found again, it has ended a process


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it came: enough to deliver it again."""

    consumer: str
    subject: str
    event_id: str
    headers: Mapping[str, str]
    payload: bytes
    attempts: int
    detail: Mapping[str, Any] = field(default_factory=dict)


async def park(tx: Transaction, letter: Letter, why: str, now: datetime) -> None:
    """The message is kept with its reason; parking it twice keeps one row."""
    row = {
        "id": new_id(),
        "consumer": letter.consumer,
        "subject": letter.subject,
        "event_id": letter.event_id,
        "headers": dict(letter.headers),
        "payload": letter.payload,
        "why": why,
        "detail": dict(letter.detail),
        "attempts": letter.attempts,
        "parked_at": now,
        "closed_at": None,
        "closed_as": None,
    }
    make = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    changed = ("why", "detail", "attempts", "parked_at", "closed_at", "closed_as")
    await tx.execute(
        make(dead_letters)
        .values(row)
        .on_conflict_do_update(
            index_elements=["consumer", "event_id"], set_={name: row[name] for name in changed}
        )
    )


async def tries_alone(tx: Transaction, consumer: str, event_id: str) -> int:
    """How often this message was begun alone and not finished."""
    found = await tx.scalar(sa.select(dead_letters.c.attempts).where(_is(consumer, event_id), _unfinished()))
    return int(found or 0)


async def unmark(tx: Transaction, consumer: str, event_id: str) -> None:
    """The message tried alone came through: its mark goes."""
    await tx.execute(sa.delete(dead_letters).where(_is(consumer, event_id), _unfinished()))


async def listed(tx: Transaction, *, everything: bool = False) -> Sequence[Row]:
    """Parked messages, newest first, without their payload; closed ones only when `everything` is wanted."""
    columns = [column for column in dead_letters.c if column.name not in ("payload", "headers")]
    query = sa.select(*columns).order_by(dead_letters.c.parked_at.desc()).where(~_unfinished())
    if not everything:
        query = query.where(dead_letters.c.closed_at.is_(None))
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def count_open(tx: Transaction) -> int:
    """How many parked messages nobody has closed."""
    open_ones = sa.select(sa.func.count()).where(dead_letters.c.closed_at.is_(None), ~_unfinished())
    return int(await tx.scalar(open_ones) or 0)


async def shown(tx: Transaction, letter_id: str) -> Row | None:
    """One dead letter, whole; None when there is no such row."""
    found = (await tx.execute(sa.select(dead_letters).where(dead_letters.c.id == letter_id))).mappings()
    row = found.one_or_none()
    return dict(row) if row else None


def letter_of(row: Row) -> Letter:
    """The message that a stored dead letter holds."""
    return Letter(
        row["consumer"], row["subject"], row["event_id"], row["headers"], row["payload"], row["attempts"]
    )


async def ask_replay(tx: Transaction, letter_id: str) -> bool:
    """The service will handle the message again within seconds; False when there is no such open letter."""
    asked = await tx.execute(
        sa.update(dead_letters)
        .where(dead_letters.c.id == letter_id, dead_letters.c.closed_at.is_(None))
        .values(closed_as=REPLAYING)
    )
    return bool(asked.rowcount)


async def to_replay(tx: Transaction) -> Sequence[Row]:
    """The letters whose replay was asked for, oldest first."""
    rows = await tx.execute(
        sa.select(dead_letters)
        .where(dead_letters.c.closed_as == REPLAYING, dead_letters.c.closed_at.is_(None))
        .order_by(dead_letters.c.parked_at)
    )
    return [dict(row) for row in rows.mappings()]


async def close(tx: Transaction, letter_id: str, closed_as: str, now: datetime) -> bool:
    """Closes an open dead letter as `replayed` or `discarded`; False when it was closed already."""
    done = await tx.execute(
        sa.update(dead_letters)
        .where(dead_letters.c.id == letter_id, dead_letters.c.closed_at.is_(None))
        .values(closed_at=now, closed_as=closed_as)
    )
    return bool(done.rowcount)


def _is(consumer: str, event_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(dead_letters.c.consumer == consumer, dead_letters.c.event_id == event_id)


def _unfinished() -> sa.ColumnElement[bool]:
    return sa.and_(dead_letters.c.why == UNFINISHED, dead_letters.c.closed_at.is_(None))
