"""How much is open, overdue or late, in numbers; what an operator tried out is nobody's duty."""

from datetime import datetime

import sqlalchemy as sa

from services.matching.domain.life import A_PERSONS_DUTY
from services.matching.storage.tables import referrals
from shared.database import Transaction, UtcInstant

OPEN = (referrals.c.closed_at.is_(None), referrals.c.test.is_(False))


async def count_open(tx: Transaction) -> dict[str, int]:
    """How many referrals are open, by stage."""
    rows = await tx.execute(
        sa.select(referrals.c.stage, sa.func.count().label("referrals"))
        .where(*OPEN)
        .group_by(referrals.c.stage)
    )
    return {row.stage: row.referrals for row in rows}


async def count_overdue(tx: Transaction, now: datetime) -> tuple[int, datetime | None]:
    """How many wait for somebody of the practice past their time, and when the oldest was due."""
    theirs = referrals.c.next_action.in_(sorted(A_PERSONS_DUTY))
    oldest = sa.type_coerce(sa.func.min(referrals.c.due_at), UtcInstant)
    query = sa.select(sa.func.count(), oldest).where(*OPEN, theirs, referrals.c.due_at < now)
    row = (await tx.execute(query)).one()
    return row[0], row[1]


async def oldest_unsettled(tx: Transaction) -> datetime | None:
    """When the act that should have settled first had its time; None when nothing is to settle."""
    oldest: datetime | None = await tx.scalar(
        sa.select(sa.type_coerce(sa.func.min(referrals.c.settles_at), UtcInstant)).where(
            referrals.c.settles_at.is_not(None)
        )
    )
    return oldest
