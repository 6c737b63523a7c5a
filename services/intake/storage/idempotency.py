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
    """One post, known again by its key and by its body; all are keyed fingerprints.

    A signed event has two keys, its own and its message's; either makes it known again.
    """

    key_print: str
    body_print: str
    second_print: str | None = None


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
        _row(post.key_print, post, request_id, now)
        for request_id, post in posts.items()
        if post and not post.second_print
    ]
    rows.sort(key=itemgetter("key_print"))  # two transactions that wait for each other would wait for ever
    new = await insert_new(tx, idempotency, rows, returning=idempotency.c.request_id)
    twofold = {request_id: post for request_id, post in posts.items() if post and post.second_print}
    new |= {
        request_id for request_id, post in twofold.items() if await _claim_both(tx, request_id, post, now)
    }
    return new | {request_id for request_id, post in posts.items() if post is None}


async def _claim_both(tx: Transaction, request_id: str, post: Claim, now: datetime) -> bool:
    """Takes both keys, or neither: whoever brings one of them with another's must not use the other up."""
    keys = sorted({post.key_print, post.second_print or post.key_print})
    rows = [_row(key, post, request_id, now) for key in keys]
    taken = await insert_new(tx, idempotency, rows, returning=idempotency.c.key_print)
    if len(taken) == len(keys):
        return True
    await tx.execute(sa.delete(idempotency).where(idempotency.c.key_print.in_(taken)))
    return False


def _row(key_print: str, post: Claim, request_id: str, now: datetime) -> dict[str, object]:
    return {
        "key_print": key_print,
        "body_print": post.body_print,
        "request_id": request_id,
        "claimed_at": now,
    }


async def load_earlier(tx: Transaction, post: Claim) -> Earlier | None:
    """What this key made earlier, if anything; of two keys, the one that came with the same body."""
    same_body = idempotency.c.body_print == post.body_print
    found = await tx.execute(
        sa.select(
            requests.c.id,
            requests.c.person_id,
            requests.c.reference,
            requests.c.received_at,
            same_body.label("same_body"),
        )
        .join_from(idempotency, requests, requests.c.id == idempotency.c.request_id)
        .where(idempotency.c.key_print.in_((post.key_print, post.second_print)))
        .order_by(same_body.desc())
    )
    row = found.first()
    if row is None:
        return None
    return Earlier(row.id, row.person_id, row.reference, row.received_at, bool(row.same_body))


async def purge_claims(tx: Transaction, before: datetime) -> int:
    """Forgets the keys taken before then; gives how many."""
    return (await tx.execute(sa.delete(idempotency).where(idempotency.c.claimed_at < before))).rowcount
