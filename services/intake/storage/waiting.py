"""How much waits for somebody in intake, in numbers; what an operator tried out waits for nobody."""

from datetime import datetime

import sqlalchemy as sa

from services.intake.storage.alert_tables import safety_cases
from services.intake.storage.tables import requests
from shared.database import Transaction, UtcInstant

REAL_CRISES = (
    sa.select(sa.func.count(), sa.type_coerce(sa.func.min(safety_cases.c.flagged_at), UtcInstant))
    .join_from(safety_cases, requests, safety_cases.c.request_id == requests.c.id)
    .where(safety_cases.c.status == "flagged", requests.c.test.is_(False), requests.c.status != "discarded")
)
REAL_QUARANTINE = sa.select(
    sa.func.count(), sa.type_coerce(sa.func.min(requests.c.received_at), UtcInstant)
).where(requests.c.status == "quarantined", requests.c.test.is_(False))


async def count_crises(tx: Transaction) -> tuple[int, datetime | None]:
    """How many crises nobody has cleared, and since when the oldest waits."""
    row = (await tx.execute(REAL_CRISES)).one()
    return row[0], row[1]


async def count_crises_not_taken_up(tx: Transaction) -> tuple[int, datetime | None]:
    """How many of them nobody has said that they have, and since when the oldest waits for that."""
    row = (await tx.execute(REAL_CRISES.where(safety_cases.c.acknowledged_at.is_(None)))).one()
    return row[0], row[1]


async def count_quarantined(tx: Transaction) -> tuple[int, datetime | None]:
    """How many requests look like spam and wait for an eye, and since when the oldest does."""
    row = (await tx.execute(REAL_QUARANTINE)).one()
    return row[0], row[1]
