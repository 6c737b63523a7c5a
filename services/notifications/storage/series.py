"""Mails of a series of readings: those that a later turn of it takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.delivery import SERIES
from services.notifications.storage.stops import UNSETTLED
from services.notifications.storage.tables import SIGNAL, deliveries
from shared.database import Transaction, UtcInstant, wake_after_commit
from shared.messaging.tables import seen_versions

RECALL = (
    sa.update(deliveries)
    .where(
        deliveries.c.request_id == sa.bindparam("request"),
        deliveries.c.subject_id == sa.bindparam("series"),
        deliveries.c.subject_version < sa.bindparam("heard"),
        deliveries.c.template.in_(sorted(SERIES)),
        deliveries.c.state.in_(UNSETTLED),
        deliveries.c.stopped.is_(None),
    )
    .values(stopped=sa.bindparam("why"), due_at=sa.bindparam("now", type_=UtcInstant))
)


@dataclass(frozen=True, slots=True)
class SeriesHeard:
    """The version at which a fact spoke of a series."""

    request_id: str
    journey_id: str
    version: int


async def recall_series(tx: Transaction, heard: Sequence[SeriesHeard], why: str, now: datetime) -> None:
    """Mails of an earlier version of these series do not go, whoever is sending them; later ones do."""
    for one in heard:
        said = {"request": one.request_id, "series": one.journey_id, "heard": one.version}
        recalled = await tx.execute(RECALL, said | {"why": why, "now": now})
        if recalled.rowcount:
            wake_after_commit(tx, SIGNAL)


async def heard_of_series(tx: Transaction, requests: Mapping[str, str]) -> Sequence[SeriesHeard]:
    """The highest version heard of each series so far; `requests` is the request of each.

    Read after a mail was planned, it finds the turn that another transaction committed meanwhile.
    """
    rows = await tx.execute(
        sa.select(seen_versions.c.entity_id, seen_versions.c.version).where(
            seen_versions.c.about == "readiness", seen_versions.c.entity_id.in_(list(requests))
        )
    )
    return [SeriesHeard(requests[row.entity_id], row.entity_id, row.version) for row in rows]
