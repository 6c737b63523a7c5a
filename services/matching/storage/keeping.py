"""What the clocks of retention take: referrals that ended without care, and requests taken back before."""

from datetime import datetime

import sqlalchemy as sa

from services.matching.domain.life import COMPLETED
from services.matching.storage.erasure import OF_A_REFERRAL
from services.matching.storage.tables import known_requests, proofs, referrals, request_news
from shared.database import Transaction
from shared.messaging.retention import AT_ONCE, not_held


def _ended(before: datetime) -> sa.ColumnElement[bool]:
    """Care that began is in the practice's clinical record, and so is its referral: it stays."""
    return sa.and_(
        referrals.c.closed_at < before,
        referrals.c.stage != COMPLETED,
        referrals.c.pending.is_(None),
        not_held(referrals.c.request_id),
    )


def _nothing_came(before: datetime) -> sa.ColumnElement[bool]:
    """Taken back before its request came, or its referral is gone; one that was erased is known for good."""
    its = sa.exists().where(referrals.c.request_id == known_requests.c.request_id)
    return sa.and_(
        known_requests.c.known_at < before,
        known_requests.c.erased_at.is_(None),
        ~its,
        not_held(known_requests.c.request_id),
    )


async def count_ended(tx: Transaction, before: datetime) -> int:
    """How many referrals ended without care before then."""
    return await _count(tx, referrals, _ended(before))


async def take_ended(tx: Transaction, before: datetime) -> list[str]:
    """Deletes some of them with everything that hangs on them; gives every id that stood for them."""
    chosen = sa.select(referrals.c.referral_id, referrals.c.request_id).where(_ended(before)).limit(AT_ONCE)
    found = (await tx.execute(chosen.with_for_update())).all()
    ids, requests = [row.referral_id for row in found], [row.request_id for row in found]
    if ids:
        for table in OF_A_REFERRAL:
            await tx.execute(sa.delete(table).where(table.c.referral_id.in_(ids)))
        for other in (request_news, known_requests):
            await tx.execute(sa.delete(other).where(other.c.request_id.in_(requests)))
    return [*ids, *requests]


async def count_unused(tx: Transaction, before: datetime) -> int:
    """How many requests are known since before then of which nothing came."""
    return await _count(tx, known_requests, _nothing_came(before))


async def take_unused(tx: Transaction, before: datetime) -> int:
    """Deletes some of them."""
    chosen = sa.select(known_requests.c.request_id).where(_nothing_came(before)).limit(AT_ONCE)
    ids = list(await tx.scalars(chosen.with_for_update()))
    for table in (request_news, known_requests):
        await tx.execute(sa.delete(table).where(table.c.request_id.in_(ids)))
    return len(ids)


async def count_proofs(tx: Transaction, before: datetime) -> int:
    """How many proofs were asked for before then."""
    return await _count(tx, proofs, proofs.c.asked_at < before)


async def take_proofs(tx: Transaction, before: datetime) -> int:
    """Deletes them: who opened which link then."""
    return (await tx.execute(sa.delete(proofs).where(proofs.c.asked_at < before))).rowcount


async def _count(tx: Transaction, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return int(await tx.scalar(sa.select(sa.func.count()).select_from(table).where(which)) or 0)
