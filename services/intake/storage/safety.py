"""Crises: who answers for each, until a named coordinator has cleared it."""

from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.request import CLEARED_LEVEL, Cleared, Duty
from services.intake.storage.tables import requests, safety_cases
from shared.database import Transaction


async def save_flagged(tx: Transaction, request_id: str, duty: Duty, now: datetime) -> int:
    """The crisis waits for a name, whether there was one before or not; gives its version."""
    answers_for = {"owner": duty.owner, "next_action": duty.next_action, "due_at": duty.due_at}
    again = await tx.execute(
        sa.update(safety_cases)
        .where(safety_cases.c.request_id == request_id)
        .values(
            status="flagged",
            flagged_at=now,
            cleared_at=None,
            cleared_by=None,
            version=safety_cases.c.version + 1,
            **answers_for,
        )
        .returning(safety_cases.c.version)
    )
    version = again.scalar_one_or_none()
    if version is not None:
        return int(version)
    new = {"request_id": request_id, "version": 1, "status": "flagged", "flagged_at": now, **answers_for}
    await tx.execute(sa.insert(safety_cases).values(new))
    return 1


async def save_cleared(tx: Transaction, request_id: str, by: str, now: datetime) -> Cleared | None:
    """Ends the crisis, nobody's duty from now on; None when there is none that waits."""
    ended = await tx.execute(
        sa.update(safety_cases)
        .where(safety_cases.c.request_id == request_id, safety_cases.c.status == "flagged")
        .values(status="cleared", cleared_at=now, cleared_by=by, version=safety_cases.c.version + 1)
        .returning(safety_cases.c.version)
    )
    version = ended.scalar_one_or_none()
    if version is None:
        return None
    lowered = sa.update(requests).where(requests.c.id == request_id).values(safety_level=CLEARED_LEVEL)
    await tx.execute(lowered)
    return Cleared(by, now, version)


async def load_cleared(tx: Transaction, request_id: str) -> Cleared | None:
    """Who cleared the crisis of this request, if it had one and somebody did."""
    found = await tx.execute(
        sa.select(safety_cases.c.cleared_by, safety_cases.c.cleared_at, safety_cases.c.version).where(
            safety_cases.c.request_id == request_id, safety_cases.c.status == "cleared"
        )
    )
    row = found.one_or_none()
    return Cleared(row.cleared_by, row.cleared_at, row.version) if row else None
