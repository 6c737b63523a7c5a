"""A post that is sent twice makes one request; kept as keyed fingerprints, never the key or the body."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.intake.storage.tables import idempotency, requests
from shared.database import Transaction, insert_new


@dataclass(frozen=True, slots=True)
class Claim:
    """One post, known again by its key and by its body; both are keyed fingerprints."""

    key_print: str
    body_print: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before under the same key."""

    request_id: str
    person_id: str
    reference: str
    received_at: datetime
    same_body: bool


async def claim(tx: Transaction, post: Claim, request_id: str, now: datetime) -> Earlier | None:
    """Takes the key for this request, or gives what took it earlier.

    A post under the same key that is being saved at this moment is waited for.
    """
    row = {
        "key_print": post.key_print,
        "body_print": post.body_print,
        "request_id": request_id,
        "claimed_at": now,
    }
    taken = await insert_new(tx, idempotency, [row], returning=idempotency.c.key_print)
    return None if taken else await load_earlier(tx, post)


async def load_earlier(tx: Transaction, post: Claim) -> Earlier | None:
    """What this key made earlier, if anything."""
    found = await tx.execute(
        sa.select(
            requests.c.id,
            requests.c.person_id,
            requests.c.reference,
            requests.c.received_at,
            (idempotency.c.body_print == post.body_print).label("same_body"),
        )
        .join_from(idempotency, requests, requests.c.id == idempotency.c.request_id)
        .where(idempotency.c.key_print == post.key_print)
    )
    row = found.one_or_none()
    if row is None:
        return None
    return Earlier(row.id, row.person_id, row.reference, row.received_at, bool(row.same_body))


async def purge_claims(tx: Transaction, before: datetime) -> int:
    """Forgets the keys taken before then; gives how many."""
    return (await tx.execute(sa.delete(idempotency).where(idempotency.c.claimed_at < before))).rowcount
