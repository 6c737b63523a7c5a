"""Forgetting: what a service's messages keep about somebody who was erased goes with them.

Facts about them that wait are not told any more, facts that were told are not told again, and messages that
could not be handled are not kept. Two things stay: the fact that somebody was erased, which everybody has to
hear, and the numbers by which late facts are known to be late (`inbox`, `seen_versions`); they say nothing of
anybody. A fact that is being published or handled at this moment may still come: whoever hears of it keeps a
tombstone, by which it has no effect.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.contracts.intake import PersonErased
from shared.database import Transaction
from shared.messaging.tables import dead_letters, outbox

IDS_AT_ONCE = 400
LETTERS_AT_ONCE = 200
TOLD_ON = PersonErased.subject()
NAMED = (dead_letters.c.id, dead_letters.c.event_id, dead_letters.c.headers, dead_letters.c.payload)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went, and when the last of these facts was told: its stream keeps it for its own time."""

    facts: int = 0
    letters: int = 0
    last_told_at: datetime | None = None


async def forget(tx: Transaction, ids: Collection[str]) -> Forgotten:
    """Afterwards neither the outbox nor the dead letters name any of these ids, but for who was erased.

    `ids`: of the requests, and of whatever else stood for the person: theirs, their referrals', calls',
    journeys'. Doing it again does no harm.
    """
    facts, last = 0, None
    for some in _chunks(sorted(set(ids))):
        theirs = sa.and_(
            sa.or_(outbox.c.correlation.in_(some), outbox.c.entity_id.in_(some)), outbox.c.subject != TOLD_ON
        )
        told = await tx.execute(sa.delete(outbox).where(theirs).returning(outbox.c.published_at))
        when = list(told.scalars())
        facts += len(when)
        last = max([each for each in (last, *when) if each is not None], default=None)
    return Forgotten(facts, await _forget_letters(tx, frozenset(ids)), last)


async def _forget_letters(tx: Transaction, ids: Collection[str]) -> int:
    """Letters are few, and some are not what any contract says: each is looked into as it is."""
    needles = [each.encode() for each in ids]
    gone, after = 0, ""
    while needles:
        rows = await _letters_after(tx, after)
        naming = [row.id for row in rows if _names(row, needles)]
        if naming:
            await tx.execute(sa.delete(dead_letters).where(dead_letters.c.id.in_(naming)))
        gone += len(naming)
        if len(rows) < LETTERS_AT_ONCE:
            break
        after = rows[-1].id
    return gone


async def _letters_after(tx: Transaction, after: str) -> Sequence[Any]:
    chosen = sa.select(*NAMED).where(dead_letters.c.id > after, dead_letters.c.subject != TOLD_ON)
    return (await tx.execute(chosen.order_by(dead_letters.c.id).limit(LETTERS_AT_ONCE))).all()


def _names(row: Any, needles: Sequence[bytes]) -> bool:
    said = b"\n".join(
        [row.event_id.encode(), row.payload, *(str(each).encode() for each in row.headers.values())]
    )
    return any(needle in said for needle in needles)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE))
