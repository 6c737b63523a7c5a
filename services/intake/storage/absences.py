"""When coordinators take no calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.slots import Away
from services.intake.storage.tables import absences
from shared.database import Transaction, insert_new


async def load_away(
    tx: Transaction, coordinator_ids: Sequence[str], ending_after: datetime, most: int = 1000
) -> list[Away]:
    """Their absences that end after this instant, by when they begin."""
    found = await tx.execute(
        sa.select(absences)
        .where(absences.c.coordinator_id.in_(coordinator_ids), absences.c.ends_at > ending_after)
        .order_by(absences.c.begins_at, absences.c.id)
        .limit(most)
    )
    return [_away_of(row) for row in found]


async def save_absence(tx: Transaction, away: Away, by: str, now: datetime) -> bool:
    """Whether it is kept now. The same id again changes nothing; another coordinator's is not theirs."""
    row = {
        "id": away.id,
        "coordinator_id": away.coordinator_id,
        "begins_at": away.begins_at,
        "ends_at": away.ends_at,
        "created_at": now,
        "by": by,
    }
    if await insert_new(tx, absences, [row], returning=absences.c.id):
        return True
    whose = await tx.scalar(sa.select(absences.c.coordinator_id).where(absences.c.id == away.id))
    return bool(whose == away.coordinator_id)


async def remove_absence(tx: Transaction, absence_id: str, coordinator_id: str) -> Away | None:
    """The absence that was removed; None where that coordinator has none of this id."""
    gone = await tx.execute(
        sa.delete(absences)
        .where(absences.c.id == absence_id, absences.c.coordinator_id == coordinator_id)
        .returning(absences)
    )
    row = gone.one_or_none()
    return _away_of(row) if row else None


def _away_of(row: Any) -> Away:
    return Away(row.id, row.coordinator_id, row.begins_at, row.ends_at)
