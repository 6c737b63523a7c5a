"""How many journeys go on, in numbers."""

from datetime import datetime

import sqlalchemy as sa

from services.resources.storage.tables import journeys
from shared.database import Transaction, UtcInstant

GOING_ON = sa.select(sa.func.count(), sa.type_coerce(sa.func.min(journeys.c.next_at), UtcInstant)).where(
    journeys.c.next_at.is_not(None)
)


async def count_going_on(tx: Transaction) -> tuple[int, datetime | None]:
    """How many journeys have a next step by themselves, and when the first of these is due."""
    row = (await tx.execute(GOING_ON)).one()
    return row[0], row[1]
