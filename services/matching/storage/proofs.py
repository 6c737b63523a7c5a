"""Proofs: browsers that are to be proven, and were. The digits themselves are kept nowhere."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from services.matching.storage.tables import proofs, roster
from shared.database import Transaction

KEPT_FOR = timedelta(days=1)


async def load_proofs_asked(tx: Transaction, recipient: str, since: datetime) -> list[tuple[datetime, str]]:
    """When proofs were asked for in this recipient's name since then, and from which link; the oldest first.

    Nobody else can ask for one until this transaction ends: the one row that is always there is locked.
    """
    await tx.execute(sa.select(roster.c.id).with_for_update())
    rows = await tx.execute(
        sa.select(proofs.c.asked_at, proofs.c.subject)
        .where(proofs.c.recipient == recipient, proofs.c.asked_at > since)
        .order_by(proofs.c.asked_at)
    )
    return [(row.asked_at, row.subject) for row in rows]


async def save_proof(
    tx: Transaction, proof_id: str, recipient: str, subject: str, now: datetime, expires_at: datetime
) -> None:
    """Keeps a proof that is asked for, and forgets those of yesterday."""
    await tx.execute(sa.delete(proofs).where(proofs.c.asked_at < now - KEPT_FOR))
    await tx.execute(
        sa.insert(proofs).values(
            proof_id=proof_id,
            recipient=recipient,
            subject=subject,
            asked_at=now,
            expires_at=expires_at,
            tries=0,
        )
    )


async def take_tries(
    tx: Transaction, recipient: str, subject: str, most: int, now: datetime, proven_since: datetime
) -> dict[str, int]:
    """Counts a try on every proof of this link that can still be met; how many each has had by now.

    One that was proven can be met again for a moment, since a button may be pressed twice.
    """
    open_still = sa.or_(proofs.c.proven_at.is_(None), proofs.c.proven_at > proven_since)
    rows = await tx.execute(
        sa.update(proofs)
        .where(
            proofs.c.recipient == recipient,
            proofs.c.subject == subject,
            proofs.c.expires_at > now,
            proofs.c.tries < most,
            open_still,
        )
        .values(tries=proofs.c.tries + 1)
        .returning(proofs.c.proof_id, proofs.c.tries)
    )
    return {row.proof_id: row.tries for row in rows}


async def save_proven(tx: Transaction, proof_id: str, now: datetime) -> None:
    """The digits of this proof were told; the first time counts."""
    await tx.execute(
        sa.update(proofs)
        .where(proofs.c.proof_id == proof_id, proofs.c.proven_at.is_(None))
        .values(proven_at=now)
    )
