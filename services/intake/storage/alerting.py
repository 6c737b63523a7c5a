"""Alerts: which are known to have left, and which intake sends itself because they are not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.intake.storage.alert_tables import UNCONFIRMED, alerts, safety_cases
from services.intake.storage.safety import Alert
from services.intake.storage.tables import requests
from shared.database import Transaction, UtcInstant

NOTIFICATIONS, INTAKE = "notifications", "intake"  # by which way an alert left
KEY = (alerts.c.request_id, alerts.c.version, alerts.c.recipient)
OF_A_CASE_THAT_WAITS = sa.and_(
    safety_cases.c.status == "flagged",
    safety_cases.c.acknowledged_at.is_(None),
    alerts.c.confirmed_at.is_(None),
)
REAL_UNCONFIRMED = (
    sa.select(sa.func.count(), sa.type_coerce(sa.func.min(alerts.c.due_at), UtcInstant))
    .join_from(alerts, safety_cases, safety_cases.c.request_id == alerts.c.request_id)
    .join(requests, requests.c.id == alerts.c.request_id)
    .where(OF_A_CASE_THAT_WAITS, requests.c.test.is_(False))
)


async def save_confirmed(tx: Transaction, left: Sequence[Alert], by: str, at: datetime) -> list[Alert]:
    """These have left by this way; gives those of which that was not known. Others nobody here told."""
    news: list[Alert] = []
    for one in sorted(left, key=_order):
        marked = await tx.execute(
            sa.update(alerts)
            .where(_is(one), UNCONFIRMED)
            .values(confirmed_at=at, confirmed_by=by)
            .returning(alerts.c.rung)
        )
        if marked.scalar_one_or_none() is not None:
            news.append(one)
    return news


async def take_unconfirmed(
    tx: Transaction, now: datetime, again_after: timedelta, limit: int
) -> list[tuple[Alert, int]]:
    """Alerts that are not known to have left in time, with how often we tried; nobody else tries meanwhile.

    Not where somebody has the crisis by now: whom else to tell is theirs to say.
    """
    due = (
        sa.select(*KEY, alerts.c.rung, alerts.c.attempts)
        .join_from(alerts, safety_cases, safety_cases.c.request_id == alerts.c.request_id)
        .where(OF_A_CASE_THAT_WAITS, alerts.c.try_at <= now)
        .order_by(alerts.c.try_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=alerts)
    )
    found = [
        (Alert(row.request_id, row.version, row.recipient, row.rung), row.attempts)
        for row in await tx.execute(due)
    ]
    for one, attempts in found:
        await tx.execute(
            sa.update(alerts).where(_is(one)).values(try_at=now + again_after, attempts=attempts + 1)
        )
    return found


async def count_unconfirmed(tx: Transaction) -> tuple[int, datetime | None]:
    """How many alerts are not known to have left, and since when the oldest should have."""
    row = (await tx.execute(REAL_UNCONFIRMED)).one()
    return row[0], row[1]


def _is(one: Alert) -> sa.ColumnElement[bool]:
    return sa.and_(
        alerts.c.request_id == one.request_id,
        alerts.c.version == one.version,
        alerts.c.recipient == one.recipient,
    )


def _order(one: Alert) -> tuple[str, int, str]:
    return one.request_id, one.version, one.recipient
