"""Referrals, their candidates, and everybody who was not proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.cancel import Cancelled, Ongoing
from services.matching.domain.refer import CANCELLED, NewReferral
from services.matching.domain.types import Fit, Held, Load, Loads, Miss, NobodyFits, Outcome, Proposed
from services.matching.storage.tables import candidates, known_requests, not_proposed, referrals, steps
from shared.database import Row, Transaction, insert_new

OUTCOMES: dict[type[Outcome], str] = {Proposed: "proposed", NobodyFits: "nobody_fits", Held: "held"}
MADE = {
    "proposed": "referral.proposed.v1",
    "waitlisted": "referral.waitlisted.v1",
    "referred_out": "referral.referred_out.v1",
    "held": "referral.held.v1",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for a request, and on what; `nearest` are clinician ids, nearest first."""

    referral_id: str
    reference: str
    outcome: str
    why: str | None
    policy_version: str
    roster_version: int
    candidates: tuple[Fit, ...]
    also_fit: tuple[Fit, ...]
    excluded: tuple[Miss, ...]
    nearest: tuple[str, ...]


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
    test: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a referral, in codes."""

    at: datetime
    name: str
    detail: dict[str, Any]


async def admit_requests(tx: Transaction, request_ids: Iterable[str], now: datetime) -> set[str]:
    """Takes these ids for a referral; gives those that nobody had taken: no referral, no withdrawal."""
    rows = [{"request_id": each, "known_at": now, "withdrawn_at": None} for each in sorted(set(request_ids))]
    return await insert_new(tx, known_requests, rows, returning=known_requests.c.request_id)


async def withdraw_requests(tx: Transaction, request_ids: Iterable[str], now: datetime) -> None:
    """No referral will ever be made for these requests, whether theirs have arrived or not."""
    ids = sorted(set(request_ids))
    rows = [{"request_id": each, "known_at": now, "withdrawn_at": now} for each in ids]
    await insert_new(tx, known_requests, rows, returning=known_requests.c.request_id)
    await tx.execute(
        sa.update(known_requests)
        .where(known_requests.c.request_id.in_(ids), known_requests.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


async def load_workload(tx: Transaction) -> tuple[Loads, dict[str, int]]:
    """The clinicians' open proposals, and how many open referrals each coordinator owns; tests left out."""
    loading = (
        sa.select(
            candidates.c.clinician_id,
            sa.func.count().label("proposals"),
            sa.func.max(candidates.c.proposed_at, type_=candidates.c.proposed_at.type).label("latest"),
        )
        .where(candidates.c.loads.is_(True))
        .group_by(candidates.c.clinician_id)
    )
    owning = (
        sa.select(referrals.c.owner, sa.func.count().label("owned"))
        .where(referrals.c.closed_at.is_(None), referrals.c.test.is_(False))
        .group_by(referrals.c.owner)
    )
    loads = {row.clinician_id: Load(row.proposals, row.latest) for row in await tx.execute(loading)}
    return loads, {row.owner: row.owned for row in await tx.execute(owning)}


async def save_referrals(tx: Transaction, made: Sequence[NewReferral], now: datetime) -> None:
    """Keeps new referrals with their candidates, and why everybody else was not proposed."""
    if not made:
        return
    await tx.execute(sa.insert(referrals), [_referral_row(each, now) for each in made])
    proposed = [row for each in made for row in _candidate_rows(each, now)]
    if proposed:
        await tx.execute(sa.insert(candidates), proposed)
    await tx.execute(sa.insert(not_proposed), [_not_proposed_row(each) for each in made])
    await tx.execute(sa.insert(steps), [_first_step(each, now) for each in made])


async def load_open_by_request(tx: Transaction, request_ids: Iterable[str]) -> list[Ongoing]:
    """The open referrals of these requests, locked until this transaction ends."""
    found = await tx.execute(
        sa.select(
            referrals.c.referral_id,
            referrals.c.request_id,
            referrals.c.reference,
            referrals.c.person_id,
            referrals.c.version,
        )
        .where(referrals.c.request_id.in_(sorted(set(request_ids))), referrals.c.closed_at.is_(None))
        .order_by(referrals.c.request_id)
        .with_for_update()
    )
    return [Ongoing(**row) for row in found.mappings()]


async def save_cancelled(tx: Transaction, cancelled: Sequence[Cancelled], now: datetime) -> None:
    """Closes these referrals; nothing is due for them, and their candidates carry no load for it."""
    if not cancelled:
        return
    await tx.execute(
        sa.update(referrals)
        .where(referrals.c.referral_id == sa.bindparam("of"))
        .values(
            version=sa.bindparam("to"),
            why=sa.bindparam("because"),
            state=CANCELLED,
            stage=CANCELLED,
            owner=None,
            next_action=None,
            due_at=None,
            closed_at=now,
        ),
        [{"of": each.referral_id, "to": each.version, "because": each.why} for each in cancelled],
    )
    ids = [each.referral_id for each in cancelled]
    await tx.execute(sa.update(candidates).where(candidates.c.referral_id.in_(ids)).values(loads=False))
    ended = [
        {
            "referral_id": each.referral_id,
            "version": each.version,
            "at": now,
            "name": "referral.cancelled.v1",
            "detail": {"why": each.why},
        }
        for each in cancelled
    ]
    await tx.execute(sa.insert(steps), ended)


async def load_decision(tx: Transaction, reference: str) -> Decision | None:
    """What was decided for the request of this reference."""
    row = (
        await tx.execute(
            sa.select(referrals, not_proposed.c.excluded, not_proposed.c.also_fit, not_proposed.c.nearest)
            .join(not_proposed, not_proposed.c.referral_id == referrals.c.referral_id)
            .where(referrals.c.reference == reference)
        )
    ).first()
    if row is None:
        return None
    chosen = await tx.execute(
        sa.select(candidates).where(candidates.c.referral_id == row.referral_id).order_by(candidates.c.place)
    )
    return Decision(
        referral_id=row.referral_id,
        reference=row.reference,
        outcome=row.outcome,
        why=row.why if row.outcome == OUTCOMES[Held] else None,
        policy_version=row.policy_version,
        roster_version=row.roster_version,
        candidates=tuple(Fit(each.clinician_id, each.score, tuple(each.reasons)) for each in chosen),
        also_fit=tuple(Fit(who, score, tuple(reasons)) for who, score, reasons in row.also_fit),
        excluded=tuple(Miss(who, tuple(codes)) for who, codes in sorted(row.excluded.items())),
        nearest=tuple(row.nearest),
    )


async def load_open(tx: Transaction) -> list[OpenReferral]:
    """Every open referral, the most pressing first."""
    columns = [referrals.c[name] for name in OpenReferral.__dataclass_fields__]
    rows = await tx.execute(
        sa.select(*columns)
        .where(referrals.c.closed_at.is_(None))
        .order_by(referrals.c.due_at, referrals.c.reference)
    )
    return [OpenReferral(**row) for row in rows.mappings()]


async def load_steps(tx: Transaction, reference: str) -> list[Step]:
    """What happened to the referral of this reference, in order; empty when there is none."""
    rows = await tx.execute(
        sa.select(steps.c.at, steps.c.name, steps.c.detail)
        .join(referrals, referrals.c.referral_id == steps.c.referral_id)
        .where(referrals.c.reference == reference)
        .order_by(steps.c.version)
    )
    return [Step(row.at, row.name, row.detail) for row in rows]


def _referral_row(each: NewReferral, now: datetime) -> Row:
    request = each.request
    return {
        "referral_id": each.referral_id,
        "request_id": request.request_id,
        "reference": request.reference,
        "person_id": request.person_id,
        "version": 1,
        "state": each.state,
        "stage": each.stage,
        "outcome": OUTCOMES[type(each.outcome)],
        "why": each.outcome.why if isinstance(each.outcome, Held) else None,
        "test": request.test,
        "language": request.language,
        "owner": each.owner,
        "next_action": each.next_action,
        "due_at": each.due_at,
        "policy_version": each.policy_version,
        "roster_version": each.roster_version,
        "received_at": request.received_at,
        "created_at": now,
    }


def _candidate_rows(each: NewReferral, now: datetime) -> list[Row]:
    if not isinstance(each.outcome, Proposed):
        return []
    return [
        {
            "referral_id": each.referral_id,
            "clinician_id": fit.clinician_id,
            "place": place,
            "score": fit.score,
            "reasons": list(fit.reasons),
            "proposed_at": now,
            "loads": not each.request.test,
        }
        for place, fit in enumerate(each.outcome.candidates, start=1)
    ]


def _not_proposed_row(each: NewReferral) -> Row:
    excluded: tuple[Miss, ...] = ()
    also_fit: tuple[Fit, ...] = ()
    nearest: tuple[Miss, ...] = ()
    match each.outcome:
        case Proposed():
            excluded, also_fit, nearest = (
                each.outcome.excluded,
                each.outcome.also_fit,
                each.outcome.nearest,
            )
        case NobodyFits():
            excluded, nearest = each.outcome.excluded, each.outcome.nearest
    return {
        "referral_id": each.referral_id,
        "excluded": {miss.clinician_id: miss.codes for miss in excluded},
        "also_fit": [(fit.clinician_id, fit.score, fit.reasons) for fit in also_fit],
        "nearest": [miss.clinician_id for miss in nearest],
    }


def _first_step(each: NewReferral, now: datetime) -> Row:
    detail: dict[str, Any] = {
        "owner": each.owner,
        "next_action": each.next_action,
        "due_at": each.due_at.isoformat(),
    }
    match each.outcome:
        case Proposed():
            detail["candidates"] = [fit.clinician_id for fit in each.outcome.candidates]
        case NobodyFits():
            detail["nearest"] = [miss.clinician_id for miss in each.outcome.nearest]
        case Held():
            detail["why"] = each.outcome.why
    return {
        "referral_id": each.referral_id,
        "version": 1,
        "at": now,
        "name": MADE[each.stage],
        "detail": detail,
    }
