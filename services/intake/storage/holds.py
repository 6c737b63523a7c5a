"""Legal holds: a request that somebody must keep is neither erased nor deleted when its time is up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.request import Request
from services.intake.storage.erasure_tables import legal_holds, person_keys
from services.intake.storage.keys import KEY_OF_REQUEST, WRAPPED, hold_key_of_request
from services.intake.storage.records import Step, save_steps
from services.intake.storage.sealing import HOLDS, Sealer
from services.intake.storage.tables import requests
from shared.database import Transaction, insert_new


@dataclass(frozen=True, slots=True)
class Hold:
    """A request is kept, since when, by whom and why."""

    request_id: str
    reference: str
    since: datetime
    by: str
    because: str


async def save_hold(
    tx: Transaction, request: Request, by: str, because: str, sealer: Sealer, now: datetime
) -> bool:
    """The request is kept from now on; False when it was, and stays as it is, or is gone."""
    own = await hold_key_of_request(tx, request.id, sealer)
    if own is None:
        return False
    sealed = own.seal(HOLDS, request.id, {"because": because})
    row = {"request_id": request.id, "since": now, "by": by, "sealed": sealed}
    if not await insert_new(tx, legal_holds, [row], returning=legal_holds.c.request_id):
        return False
    await save_steps(tx, [Step(request.id, now, "action", "hold.placed", (by,))])
    return True


async def end_hold(tx: Transaction, request: Request, by: str, now: datetime) -> bool:
    """The request is kept no longer than any other; False when it was not held."""
    ended = await tx.execute(sa.delete(legal_holds).where(legal_holds.c.request_id == request.id))
    if ended.rowcount:
        await save_steps(tx, [Step(request.id, now, "action", "hold.lifted", (by,))])
    return bool(ended.rowcount)


async def end_holds(tx: Transaction, request_ids: Collection[str]) -> None:
    """None of these requests is held."""
    await tx.execute(sa.delete(legal_holds).where(legal_holds.c.request_id.in_(request_ids)))


async def load_holds(tx: Transaction, sealer: Sealer) -> list[Hold]:
    """Every hold that stands, the oldest first."""
    found = await tx.execute(
        sa.select(legal_holds, requests.c.reference, requests.c.person_id, WRAPPED)
        .join_from(legal_holds, requests, requests.c.id == legal_holds.c.request_id)
        .outerjoin(person_keys, KEY_OF_REQUEST)
        .order_by(legal_holds.c.since, legal_holds.c.request_id)
    )
    return [
        Hold(
            row.request_id,
            row.reference,
            row.since,
            row.by,
            sealer.own(row.person_id, row.wrapped).open(HOLDS, row.request_id, row.sealed)["because"],
        )
        for row in found
    ]


async def load_held(tx: Transaction, request_ids: Collection[str]) -> Sequence[str]:
    """Those of these requests that are kept; nobody lifts or places a hold on them meanwhile."""
    asked = sa.select(legal_holds.c.request_id).where(legal_holds.c.request_id.in_(request_ids))
    return list((await tx.execute(asked.order_by(legal_holds.c.request_id).with_for_update())).scalars())
