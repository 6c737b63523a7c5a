"""What stands between a person and their mail: held referrals, addresses that do not exist, silence."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from services.notifications.storage.erasure import load_buried
from services.notifications.storage.tables import holds
from shared.database import Transaction, insert_new


async def hold(tx: Transaction, held: Mapping[str, str], among: Collection[str], now: datetime) -> None:
    """These requests are held for this reason, if it is among these, and for no other of them any more."""
    await lift(tx, held, among)
    await bar(tx, [(request, why) for request, why in held.items() if why in among], now)


async def bar(tx: Transaction, barred: Iterable[tuple[str, str]], now: datetime) -> None:
    """Keeps these reasons, by request, beside any other; of who was erased nothing is kept."""
    wanted = list(dict.fromkeys(barred))
    gone = await load_buried(tx, [request for request, _ in wanted]) if wanted else set()
    rows = [{"request_id": one, "why": why, "since": now} for one, why in wanted if one not in gone]
    await insert_new(tx, holds, rows, returning=holds.c.request_id)


async def lift(tx: Transaction, request_ids: Iterable[str], whys: Collection[str]) -> bool:
    """These reasons stand in nobody's way any more; whether any did."""
    lifted = await tx.execute(
        sa.delete(holds).where(holds.c.request_id.in_(list(request_ids)), holds.c.why.in_(list(whys)))
    )
    return bool(lifted.rowcount)


async def barriers(tx: Transaction, request_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """What stands in the way of these requests' mail; one that has nothing is left out."""
    rows = await tx.execute(
        sa.select(holds.c.request_id, holds.c.why).where(holds.c.request_id.in_(list(request_ids)))
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.request_id, set()).add(row.why)
    return {request: frozenset(whys) for request, whys in found.items()}
