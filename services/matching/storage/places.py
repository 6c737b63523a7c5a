"""Places: moved in the transaction that moves the referral, and never beyond what a clinician has."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from services.matching.domain.referral import Moved, place_changes
from services.matching.storage.tables import clinicians
from shared.database import Transaction, wake_after_commit

PLACES = "places"  # the signal that a place freed, or the roster changed
FREE = clinicians.c.capacity - clinicians.c.caseload - clinicians.c.held - clinicians.c.taken


async def move_places(
    tx: Transaction, moved: Iterable[Moved], now: datetime
) -> Mapping[str, datetime | None]:
    """Keeps, gives and frees what these changes say; who had no place left, and since when, is returned.

    Nothing may be kept of a change whose clinician is returned. A place that a coordinator keeps already is
    given without asking again: the person was told that it is theirs.
    """
    full: dict[str, datetime | None] = {}
    for each in moved:
        changes = place_changes(each.before, each.after)
        if sum(changes.values()) < 0:
            wake_after_commit(tx, PLACES)
        for who in sorted({who for who, _ in changes}):
            held, taken = changes.get((who, "held"), 0), changes.get((who, "taken"), 0)
            if not await _move(tx, who, held, taken, now):
                full[who] = await tx.scalar(
                    sa.select(clinicians.c.filled_at).where(clinicians.c.clinician_id == who)
                )
    return full


async def _move(tx: Transaction, who: str, held: int, taken: int, now: datetime) -> bool:
    """One guarded update; false, and nothing done, when more is asked for than is free."""
    more = held + taken
    left = FREE - more
    wanted = sa.and_(clinicians.c.clinician_id == who, clinicians.c.left_at.is_(None), left >= 0)
    done = await tx.execute(
        sa.update(clinicians)
        .where(wanted if more > 0 else clinicians.c.clinician_id == who)
        .values(
            held=clinicians.c.held + held,
            taken=clinicians.c.taken + taken,
            filled_at=sa.case((left > 0, None), (FREE > 0, now), else_=clinicians.c.filled_at),
        )
    )
    return done.rowcount == 1


async def load_places(tx: Transaction) -> dict[str, int]:
    """How many places of each clinician are held or taken here; who has none given is left out."""
    given = clinicians.c.held + clinicians.c.taken
    rows = await tx.execute(sa.select(clinicians.c.clinician_id, given.label("given")).where(given > 0))
    return {row.clinician_id: row.given for row in rows}
