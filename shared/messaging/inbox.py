"""The inbox: a fact has its effect once, and an older version of it none.

Both checks are rows in the receiver's own database, written in the transaction that has the effect.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from shared.contracts.base import Fact
from shared.database import Transaction, insert_new
from shared.messaging.tables import inbox, seen_versions

HIGHEST = sa.select(seen_versions.c.entity_id, seen_versions.c.version).where(
    seen_versions.c.about == sa.bindparam("about"),
    seen_versions.c.entity_id.in_(sa.bindparam("ids", expanding=True)),
)


async def admit_new(
    tx: Transaction, consumer: str, facts: Mapping[str, Fact], now: datetime
) -> Sequence[Fact]:
    """Of these facts by event id, those that are neither repeats nor overtaken by a higher version.

    A withdrawal seen before its request leaves its version behind, so that the request has no effect.
    """
    rows = [{"consumer": consumer, "event_id": event_id, "received_at": now} for event_id in facts]
    new = await insert_new(tx, inbox, rows, returning=inbox.c.event_id)
    return await _not_overtaken(tx, [fact for event_id, fact in facts.items() if event_id in new])


async def purge(tx: Transaction, received_before: datetime) -> int:
    """Deletes rows received before then; they must outlive the streams."""
    gone = await tx.execute(sa.delete(inbox).where(inbox.c.received_at < received_before))
    return gone.rowcount


async def _not_overtaken(tx: Transaction, facts: Sequence[Fact]) -> Sequence[Fact]:
    if not facts:
        return facts
    about = facts[0].about
    stored = await _highest(tx, about, {fact.entity_id for fact in facts})
    highest = dict(stored)
    current: list[Fact] = []
    for fact in facts:
        if fact.version >= highest.get(fact.entity_id, 0):
            highest[fact.entity_id] = fact.version
            current.append(fact)
    await _raise(tx, about, stored, highest)
    return current


async def _highest(tx: Transaction, about: str, ids: set[str]) -> dict[str, int]:
    rows = await tx.execute(HIGHEST, {"about": about, "ids": list(ids)})
    return {row.entity_id: row.version for row in rows}


async def _raise(tx: Transaction, about: str, stored: dict[str, int], highest: dict[str, int]) -> None:
    """Stores the new heights; of two transactions at once on one entity, the higher one stays."""
    fresh = [
        {"about": about, "entity_id": entity, "version": version}
        for entity, version in highest.items()
        if entity not in stored
    ]
    inserted = await insert_new(tx, seen_versions, fresh, returning=seen_versions.c.entity_id)
    raised = [
        {"entity": entity, "to": version}
        for entity, version in highest.items()
        if entity not in inserted and version > stored.get(entity, 0)
    ]
    if raised:
        await tx.execute(
            sa.update(seen_versions)
            .where(
                seen_versions.c.about == about,
                seen_versions.c.entity_id == sa.bindparam("entity"),
                seen_versions.c.version < sa.bindparam("to"),
            )
            .values(version=sa.bindparam("to")),
            raised,
        )
