"""What is left of requests whose people were erased: a row each, for good, by which late facts do nothing."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from services.matching.domain.referral import Referral
from services.matching.storage.tables import (
    candidates,
    known_requests,
    not_proposed,
    proofs,
    referrals,
    request_news,
    steps,
)
from shared.database import Transaction, insert_new

OF_A_REFERRAL = (candidates, not_proposed, steps, referrals)
IDS_AT_ONCE = 400


async def bury(tx: Transaction, request_ids: Iterable[str], now: datetime) -> None:
    """These requests are taken, once and for all: no referral is made of them, and nothing kept."""
    ids = sorted(set(request_ids))
    rows = [{"request_id": each, "known_at": now, "erased_at": now} for each in ids]
    await insert_new(tx, known_requests, rows, returning=known_requests.c.request_id)
    await tx.execute(
        sa.update(known_requests)
        .where(known_requests.c.request_id.in_(ids), known_requests.c.erased_at.is_(None))
        .values(known_at=now, erased_at=now, withdrawn_at=None)
    )
    await tx.execute(sa.delete(request_news).where(request_news.c.request_id.in_(ids)))


async def forget_referrals(tx: Transaction, gone: Sequence[Referral], subjects: Collection[str]) -> None:
    """Deletes these referrals with everything that hangs on them, and who opened the links to `subjects`."""
    ids = [each.referral_id for each in gone]
    if ids:
        for table in OF_A_REFERRAL:
            await tx.execute(sa.delete(table).where(table.c.referral_id.in_(ids)))
    if subjects:
        await tx.execute(sa.delete(proofs).where(proofs.c.subject.in_(sorted(set(subjects)))))


async def load_buried(tx: Transaction, request_ids: Iterable[str]) -> set[str]:
    """Which of these requests are erased."""
    of_these = known_requests.c.request_id.in_(sorted(set(request_ids)))
    chosen = sa.select(known_requests.c.request_id).where(of_these, known_requests.c.erased_at.is_not(None))
    return set((await tx.scalars(chosen)).all())


async def load_buried_since(tx: Transaction, since: datetime) -> list[str]:
    """The requests that were erased since then."""
    return list(
        await tx.scalars(
            sa.select(known_requests.c.request_id)
            .where(known_requests.c.erased_at >= since)
            .order_by(known_requests.c.request_id)
        )
    )


async def still_kept(tx: Transaction, request_ids: Iterable[str]) -> set[str]:
    """Of which of these requests anything is left beside the word that they were erased."""
    ids = sorted(set(request_ids))
    found: set[str] = set()
    for table in (referrals, request_news):
        found |= set(await tx.scalars(sa.select(table.c.request_id).where(table.c.request_id.in_(ids))))
    return found
