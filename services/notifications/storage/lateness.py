"""How long mails wait that should have gone, in numbers."""

from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.retry import waited_between
from services.notifications.storage.tables import deliveries
from shared.database import Transaction, UtcInstant

PUT_OFF_BY_THEIRS = ("recipient_deferred", "content_deferred")  # the server that the recipient has
UNSETTLED = ("planned", "held", "sending")
_NOW = sa.bindparam("now", type_=UtcInstant)
TRIED = deliveries.c.attempts - sa.case((deliveries.c.state == "sending", 1), else_=0)  # and put off
WANTED = (
    sa.select(
        deliveries.c.mail_class,
        TRIED.label("tried"),
        sa.type_coerce(sa.func.min(deliveries.c.due_at), UtcInstant).label("due_at"),
    )
    .where(
        deliveries.c.state.in_(UNSETTLED),
        deliveries.c.stopped.is_(None),
        sa.or_(deliveries.c.due_at <= _NOW, deliveries.c.attempts > 0),
        sa.or_(
            deliveries.c.mail_class == "safety",
            sa.func.coalesce(deliveries.c.reason, "").not_in(PUT_OFF_BY_THEIRS),
        ),
    )
    .group_by(deliveries.c.mail_class, TRIED)
)
BY_STATE = (
    sa.select(deliveries.c.state, sa.func.count().label("deliveries"))
    .where(deliveries.c.state.in_((*UNSETTLED, "failed")))
    .group_by(deliveries.c.state)
)
PUT_OFF = (
    sa.select(deliveries.c.reason, sa.func.count().label("deliveries"))
    .where(deliveries.c.state == "planned", deliveries.c.reason.is_not(None), deliveries.c.stopped.is_(None))
    .group_by(deliveries.c.reason)
)
FAILED_SINCE = (
    sa.select(deliveries.c.mail_class, sa.func.count().label("deliveries"))
    .where(deliveries.c.state == "failed", deliveries.c.changed_at > sa.bindparam("since", type_=UtcInstant))
    .group_by(deliveries.c.mail_class)
)


async def wanted_since(tx: Transaction, now: datetime) -> dict[str, datetime]:
    """Since when the oldest mail of each class should have gone and has not, however often it was tried.

    Each try moves a mail's time on: what lay between the tries counts as waiting. What a recipient's own
    server puts off is not late, unless it is an alert.
    """
    oldest: dict[str, datetime] = {}
    for row in await tx.execute(WANTED, {"now": now}):
        since = row.due_at - waited_between(row.tried)
        oldest[row.mail_class] = min(since, oldest.get(row.mail_class, since))
    return oldest


async def count_unsent(tx: Transaction) -> dict[str, int]:
    """How many deliveries wait, are held, are being sent or have failed."""
    return {row.state: row.deliveries for row in await tx.execute(BY_STATE)}


async def count_put_off(tx: Transaction) -> dict[str, int]:
    """How many mails were taken up and could not go yet, by the code of the reason."""
    return {row.reason: row.deliveries for row in await tx.execute(PUT_OFF)}


async def count_failed_since(tx: Transaction, since: datetime) -> dict[str, int]:
    """How many mails have failed for good since then, by class."""
    return {row.mail_class: row.deliveries for row in await tx.execute(FAILED_SINCE, {"since": since})}
