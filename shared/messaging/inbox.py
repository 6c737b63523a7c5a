"""The inbox: a fact has its effect once, and an older version of it none.

Both checks are rows in the receiver's own database, written in the transaction that has the effect.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from shared.contracts.base import Fact
from shared.database import Transaction, insert_new
from shared.messaging.tables import inbox, seen_versions

HIGHEST = (
    sa.select(seen_versions.c.entity_id, seen_versions.c.version)
    .where(
        seen_versions.c.about == sa.bindparam("about"),
        seen_versions.c.entity_id.in_(sa.bindparam("ids", expanding=True)),
    )
    .order_by(seen_versions.c.entity_id)
    .with_for_update()
)


async def admit_new(
    tx: Transaction, consumer: str, facts: Mapping[str, Fact], now: datetime
) -> Sequence[Fact]:
    """Of these facts by event id, those that are neither repeats nor overtaken by a higher version.

    A withdrawal seen before its request leaves its version behind, so that the request has no effect. Another
    replica that hears of the same thing at this moment is waited for; in one order, so that no two wait for
    each other.
    """
    rows = [{"consumer": consumer, "event_id": event_id, "received_at": now} for event_id in sorted(facts)]
    new = await insert_new(tx, inbox, rows, returning=inbox.c.event_id)
    return await _not_overtaken(tx, [fact for event_id, fact in facts.items() if event_id in new])


async def _not_overtaken(tx: Transaction, facts: Sequence[Fact]) -> Sequence[Fact]:
    if not facts:
        return facts
    about, told = facts[0].about, _highest_of(facts)
    stored = await _stored(tx, about, told)
    fresh = {entity: version for entity, version in told.items() if entity not in stored}
    inserted = await _insert(tx, about, fresh)
    if overheard := fresh.keys() - inserted:  # somebody else told of them first, and has committed
        stored |= await _stored(tx, about, overheard)
    await _raise(tx, about, {each: told[each] for each, height in stored.items() if told[each] > height})
    return _current(facts, stored)


def _highest_of(facts: Sequence[Fact]) -> dict[str, int]:
    highest: dict[str, int] = {}
    for fact in facts:
        highest[fact.entity_id] = max(fact.version, highest.get(fact.entity_id, 0))
    return highest


def _current(facts: Sequence[Fact], stored: Mapping[str, int]) -> Sequence[Fact]:
    """Those that no earlier one in this list, and nothing stored, is above."""
    highest = dict(stored)
    current: list[Fact] = []
    for fact in facts:
        if fact.version >= highest.get(fact.entity_id, 0):
            highest[fact.entity_id] = fact.version
            current.append(fact)
    return current


async def _stored(tx: Transaction, about: str, ids: Collection[str]) -> dict[str, int]:
    """How high each stands; nobody else raises it until this transaction ends."""
    rows = await tx.execute(HIGHEST, {"about": about, "ids": list(ids)})
    return {row.entity_id: row.version for row in rows}


async def _insert(tx: Transaction, about: str, fresh: Mapping[str, int]) -> set[str]:
    """Stores the heights of what nobody had told of; gives what that is."""
    rows = [{"about": about, "entity_id": each, "version": height} for each, height in sorted(fresh.items())]
    return await insert_new(tx, seen_versions, rows, returning=seen_versions.c.entity_id)


async def _raise(tx: Transaction, about: str, raised: Mapping[str, int]) -> None:
    if raised:
        await tx.execute(
            sa.update(seen_versions)
            .where(seen_versions.c.about == about, seen_versions.c.entity_id == sa.bindparam("entity"))
            .values(version=sa.bindparam("to")),
            [{"entity": each, "to": height} for each, height in raised.items()],
        )
