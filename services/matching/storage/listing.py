"""What people look at: everything open, and what happened to one referral."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.referral import Referral
from services.matching.storage.records import call_of, referral_of
from services.matching.storage.tables import referrals, steps
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """What somebody must do next, and by when."""

    referral_id: str
    request_id: str
    reference: str
    state: str
    stage: str
    owner: str
    next_action: str
    due_at: datetime
    received_at: datetime
    test: bool
    clinician_id: str | None  # who is asked, or was given it
    untouched: bool  # no person of the practice has done anything about it
    call_at: datetime | None  # when the call is that is booked


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a referral, in codes."""

    at: datetime
    name: str
    detail: dict[str, Any]


async def load_open(tx: Transaction) -> list[OpenReferral]:
    """Every open referral, the most pressing first."""
    columns = [referrals.c[name] for name in OpenReferral.__dataclass_fields__ if name in referrals.c]
    rows = await tx.execute(
        sa.select(*columns, referrals.c.call, referrals.c.latest.is_(None).label("untouched"))
        .where(referrals.c.closed_at.is_(None))
        .order_by(referrals.c.due_at, referrals.c.reference)
    )
    return [_open(row) for row in rows.mappings()]


def _open(row: sa.RowMapping) -> OpenReferral:
    kept = dict(row)
    call = call_of(kept.pop("call"))
    return OpenReferral(**kept, call_at=call.starts_at if call and call.awaited else None)


async def load_referral(tx: Transaction, referral_id: str) -> Referral | None:
    """One referral to look at; nothing is locked."""
    chosen = sa.select(referrals).where(referrals.c.referral_id == referral_id)
    row = (await tx.execute(chosen)).mappings().first()
    return referral_of(row) if row else None


async def load_referral_of_offer(tx: Transaction, offer_id: str) -> Referral | None:
    """The referral that this offer stands for, to look at; None when it stands no more."""
    chosen = sa.select(referrals).where(referrals.c.offer_id == offer_id)
    row = (await tx.execute(chosen)).mappings().first()
    return referral_of(row) if row else None


async def load_referral_of_request(tx: Transaction, request_id: str) -> Referral | None:
    """The referral of this request, to look at; nothing is locked."""
    chosen = sa.select(referrals).where(referrals.c.request_id == request_id)
    row = (await tx.execute(chosen)).mappings().first()
    return referral_of(row) if row else None


async def load_referral_ids(tx: Transaction, request_ids: Iterable[str]) -> dict[str, str]:
    """The referrals of these requests, by request."""
    chosen = sa.select(referrals.c.request_id, referrals.c.referral_id)
    rows = await tx.execute(chosen.where(referrals.c.request_id.in_(sorted(set(request_ids)))))
    return {row.request_id: row.referral_id for row in rows}


async def load_steps(tx: Transaction, reference: str) -> list[Step]:
    """What happened to the referral of this reference, in order; empty when there is none."""
    rows = await tx.execute(
        sa.select(steps.c.at, steps.c.name, steps.c.detail)
        .join(referrals, referrals.c.referral_id == steps.c.referral_id)
        .where(referrals.c.reference == reference)
        .order_by(steps.c.version)
    )
    return [Step(row.at, row.name, row.detail) for row in rows]
