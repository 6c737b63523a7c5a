"""What is left of requests whose people were erased: a row each, for good, which every sender looks at."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from services.notifications.storage.tables import closures, deliveries, erased_requests, holds, returns
from shared.database import Transaction, insert_new


async def bury(tx: Transaction, request_ids: Iterable[str], now: datetime) -> set[str]:
    """Nothing is planned about these requests from now on, nothing of them is left, and what is being sent
    at this moment is nobody's any more. Gives the ids of what their mails were about.
    """
    ids = sorted(set(request_ids))
    rows = [{"request_id": each, "erased_at": now} for each in ids]
    await insert_new(tx, erased_requests, rows, returning=erased_requests.c.request_id)
    names: set[str] = set()
    while gone := await _delete_deliveries(tx, ids):  # whoever was settling one may have planned another
        names |= gone
    await tx.execute(sa.delete(holds).where(holds.c.request_id.in_(ids)))
    await tx.execute(sa.delete(closures).where(closures.c.entity_id.in_([*ids, *sorted(names)])))
    return names


async def load_buried(tx: Transaction, request_ids: Iterable[str]) -> set[str]:
    """Which of these requests are erased."""
    of_these = erased_requests.c.request_id.in_(sorted(set(request_ids)))
    return set(await tx.scalars(sa.select(erased_requests.c.request_id).where(of_these)))


async def load_buried_since(tx: Transaction, since: datetime) -> list[str]:
    """The requests that were erased since then."""
    chosen = sa.select(erased_requests.c.request_id).where(erased_requests.c.erased_at >= since)
    return list(await tx.scalars(chosen.order_by(erased_requests.c.request_id)))


async def still_kept(tx: Transaction, request_ids: Collection[str]) -> set[str]:
    """Of which of these requests anything is left beside the word that they were erased."""
    found: set[str] = set()
    for table in (deliveries, holds):
        chosen = sa.select(table.c.request_id).where(table.c.request_id.in_(sorted(set(request_ids))))
        found |= set(await tx.scalars(chosen))
    return found


async def _delete_deliveries(tx: Transaction, request_ids: Collection[str]) -> set[str]:
    rows = await tx.execute(
        sa.delete(deliveries)
        .where(deliveries.c.request_id.in_(list(request_ids)))
        .returning(deliveries.c.id, deliveries.c.subject_id)
    )
    gone = rows.all()
    if gone:
        await tx.execute(sa.delete(returns).where(returns.c.delivery_id.in_([row.id for row in gone])))
    return {name for row in gone for name in (row.id, row.subject_id)}
