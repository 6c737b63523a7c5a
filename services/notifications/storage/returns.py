"""What came back of mails: noted once of each kind, and a mail that did not arrive is no sent mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.delivery import Delivery, PlannedDelivery, Template
from services.notifications.storage.queue import delivery_of
from services.notifications.storage.tables import closures, deliveries, holds, returns
from shared.database import Transaction, insert_new

NEWS_OF_AN_ADDRESS: tuple[Template, ...] = ("contact_changed", "unreachable_notice")


@dataclass(frozen=True, slots=True)
class Gone:
    """A delivery as it stood when something of it came back."""

    delivery: Delivery
    state: str


@dataclass(frozen=True, slots=True)
class NotedReturn:
    """What came back of one mail."""

    template: str
    kind: str
    status: str | None
    noted_at: datetime


async def delivery_gone(tx: Transaction, delivery_id: str) -> Gone | None:
    """The delivery of this id, kept from changing until the transaction ends."""
    found = await tx.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id).with_for_update())
    row = found.mappings().first()
    return None if row is None else Gone(delivery_of(dict(row)), row["state"])


async def reference_of_mail(tx: Transaction, message_ids: Sequence[str]) -> tuple[str, str] | None:
    """The reference and the template of the mail that has one of these Message-IDs."""
    rows = await tx.execute(
        sa.select(deliveries.c.reference, deliveries.c.template).where(
            deliveries.c.message_id.in_(list(message_ids))
        )
    )
    row = rows.first()
    return None if row is None else (row.reference, row.template)


async def note_return(
    tx: Transaction, delivery_id: str, kind: str, status: str | None, now: datetime
) -> bool:
    """Notes it; whether it is the first of its kind."""
    row = {"delivery_id": delivery_id, "kind": kind, "status": status, "noted_at": now}
    return bool(await insert_new(tx, returns, [row], returning=returns.c.delivery_id))


async def came_back(
    tx: Transaction, delivery: Delivery, why: str, status: str | None, now: datetime
) -> Delivery:
    """A mail that was sent has failed after all, as another version of it; one that is being sent at this
    moment is settled by who sends it.
    """
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery.id, deliveries.c.state == "sent")
        .values(
            state="failed",
            reason=why,
            smtp_enhanced=status,
            version=delivery.version + 1,
            changed_at=now,
        )
    )
    return replace(delivery, version=delivery.version + 1)


async def returns_about(tx: Transaction, reference: str) -> Sequence[NotedReturn]:
    """What came back of the mails of a request, by its reference, in order."""
    rows = await tx.execute(
        sa.select(deliveries.c.template, returns.c.kind, returns.c.status, returns.c.noted_at)
        .join(returns, returns.c.delivery_id == deliveries.c.id)
        .where(deliveries.c.reference == reference)
        .order_by(returns.c.noted_at, returns.c.delivery_id, returns.c.kind)
    )
    return [NotedReturn(**row) for row in rows.mappings()]


async def told_of_address(tx: Transaction, request_id: str) -> str | None:
    """Why the desk was told last that somebody cannot be reached, unless they gave another address since.

    Whoever asks the same of this request meanwhile waits: its first mail is locked.
    """
    its = sa.select(deliveries.c.id).where(deliveries.c.request_id == request_id)
    await tx.execute(its.order_by(deliveries.c.id).limit(1).with_for_update())
    rows = await tx.execute(
        sa.select(deliveries.c.template, deliveries.c.codes)
        .where(deliveries.c.request_id == request_id, deliveries.c.template.in_(NEWS_OF_AN_ADDRESS))
        .order_by(deliveries.c.occurred_at.desc(), deliveries.c.id)
        .limit(1)
    )
    row = rows.first()
    return None if row is None or row.template != "unreachable_notice" else str(row.codes["why"])


async def is_over(tx: Transaction, plan: PlannedDelivery, silenced: str) -> bool:
    """Whether nobody is to be written to about this request any more."""
    over = await tx.execute(sa.select(closures.c.why).where(closures.c.entity_id == plan.request_id))
    silent = await tx.execute(
        sa.select(holds.c.why).where(holds.c.request_id == plan.request_id, holds.c.why == silenced)
    )
    return over.first() is not None or silent.first() is not None


async def owner_known(tx: Transaction, request_id: str) -> str | None:
    """The coordinator who heard of this request last, as far as one did."""
    rows = await tx.execute(
        sa.select(deliveries.c.recipient_id)
        .where(deliveries.c.request_id == request_id, deliveries.c.role == "coordinator")
        .order_by(deliveries.c.occurred_at.desc(), deliveries.c.id)
        .limit(1)
    )
    return rows.scalar()
