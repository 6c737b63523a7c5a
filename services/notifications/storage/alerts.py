"""Alerts that nobody needs any more, because somebody has the crisis that they tell of."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from services.notifications.storage.stops import UNSETTLED
from services.notifications.storage.tables import SIGNAL, deliveries
from shared.database import Transaction, wake_after_commit
from shared.messaging.tables import seen_versions

ACKNOWLEDGED = "acknowledged"
CRISIS = "safety"  # what the facts about a crisis are versions of


async def stop_alerts(tx: Transaction, taken_up: Mapping[str, int], now: datetime) -> None:
    """Alerts that still wait, about earlier versions of these requests' crises, do not go."""
    for request_id, version in taken_up.items():
        stopped = await tx.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.request_id == request_id,
                deliveries.c.role == "on_call",
                deliveries.c.subject_version < version,
                deliveries.c.state.in_(UNSETTLED),
                deliveries.c.stopped.is_(None),
            )
            .values(stopped=ACKNOWLEDGED, due_at=now)
        )
        if stopped.rowcount:
            wake_after_commit(tx, SIGNAL)


async def crises_heard(tx: Transaction, request_ids: list[str]) -> Mapping[str, int]:
    """The latest version of each of these crises that was flagged, taken up or cleared, as heard so far."""
    rows = await tx.execute(
        sa.select(seen_versions.c.entity_id, seen_versions.c.version).where(
            seen_versions.c.about == CRISIS, seen_versions.c.entity_id.in_(request_ids)
        )
    )
    return {row.entity_id: row.version for row in rows}
