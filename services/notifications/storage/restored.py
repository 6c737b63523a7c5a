"""After a restore: mails that the system before may have sent, kept back until an operator lets them go."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.delivery import KEEPS_GOING_AFTER_A_RESTORE, PlannedDelivery
from services.notifications.storage.queue import delivery_of
from services.notifications.storage.stops import RESTORED, born_stopped, closed
from services.notifications.storage.tables import OPEN, SIGNAL, deliveries, restores
from shared.database import Transaction, UtcInstant, wake_after_commit

WAITS_FOR_THE_CLOCK = ("quiet_hours", "safe_hours")
KEPT_BACK = sa.and_(
    sa.or_(deliveries.c.state == "not_sent", deliveries.c.state.in_(OPEN)),
    deliveries.c.reason == RESTORED,
)


async def note_restore(tx: Transaction, backed_up_at: datetime, until: datetime, now: datetime) -> None:
    """What is planned from now on for a time until then is kept back, too."""
    await tx.execute(sa.insert(restores).values(restored_at=now, backed_up_at=backed_up_at, until=until))


async def keep_back(tx: Transaction, until: datetime, now: datetime) -> int:
    """Unsent mails that were due until then do not go; gives how many there were.

    One that was being sent counts as sent. What waits for somebody's decision, and not for the clock, goes on
    waiting for it; an alert goes.
    """
    decided_by_somebody = sa.and_(
        deliveries.c.state == "held", deliveries.c.reason.not_in(WAITS_FOR_THE_CLOCK)
    )
    kept = await tx.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.mail_class.not_in(sorted(KEEPS_GOING_AFTER_A_RESTORE)),
            deliveries.c.stopped.is_(None),
            sa.or_(
                deliveries.c.state == "sending",
                sa.and_(
                    deliveries.c.state.in_(OPEN), deliveries.c.due_at <= until, sa.not_(decided_by_somebody)
                ),
            ),
        )
        .values(
            state="planned",
            reason=RESTORED,
            stopped=RESTORED,
            uncertain=sa.or_(deliveries.c.uncertain, deliveries.c.state == "sending"),
            due_at=now,
            lease=None,
            leased_until=None,
            changed_at=now,
        )
    )
    if kept.rowcount:
        wake_after_commit(tx, SIGNAL)
    return kept.rowcount


async def let_go(tx: Transaction, delivery_ids: Collection[str], now: datetime) -> int:
    """Kept back mails are due at once, each under its own Message-ID; what was closed meanwhile stays so."""
    rows = await tx.execute(sa.select(deliveries).where(KEPT_BACK, deliveries.c.id.in_(list(delivery_ids))))
    plans: dict[str, PlannedDelivery] = {row["id"]: delivery_of(dict(row)).plan for row in rows.mappings()}
    closures = await closed(tx, list(plans.values()))
    for delivery_id, plan in plans.items():
        await tx.execute(
            sa.update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(
                state="planned",
                reason="released",
                stopped=born_stopped(plan, closures),
                due_at=sa.bindparam("at_once", now, type_=UtcInstant),
                attempts=0,
                changed_at=now,
            )
        )
    if plans:
        wake_after_commit(tx, SIGNAL)
    return len(plans)
