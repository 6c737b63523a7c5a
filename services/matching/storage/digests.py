"""Digests: one a coordinator and working day."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from services.matching.storage.tables import digests
from shared.database import Transaction, insert_new


async def load_digested(tx: Transaction, day: date) -> set[str]:
    """The coordinators whose digest of this day is on its way."""
    return set((await tx.scalars(sa.select(digests.c.coordinator_id).where(digests.c.day == day))).all())


async def save_digests(
    tx: Transaction, digest_ids: Mapping[str, str], day: date, now: datetime
) -> dict[str, str]:
    """Keeps a digest of this day for each coordinator; gives those that nobody had made."""
    rows = [
        {"coordinator_id": who, "day": day, "digest_id": digest_id, "made_at": now}
        for who, digest_id in digest_ids.items()
    ]
    new = await insert_new(tx, digests, rows, returning=digests.c.digest_id)
    return {who: digest_id for who, digest_id in digest_ids.items() if digest_id in new}
