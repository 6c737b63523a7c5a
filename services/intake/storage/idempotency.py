"""A post that is sent twice makes one request; kept as keyed fingerprints, never the key or the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

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


async def claim(tx: Transaction, posts: Mapping[str, Claim | None], now: datetime) -> set[str]:
    """Takes each post's key for its request; gives the ids of the requests that no earlier one stands for.

    A post under the same key that is being saved at this moment is waited for.
    """
    rows = [
        {
            "key_print": post.key_print,
            "body_print": post.body_print,
            "request_id": request_id,
            "claimed_at": now,
        }
        for request_id, post in posts.items()
        if post
    ]
    rows.sort(key=itemgetter("key_print"))  # two transactions that wait for each other would wait for ever
    new = await insert_new(tx, idempotency, rows, returning=idempotency.c.request_id)
    return new | {request_id for request_id, post in posts.items() if post is None}


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
