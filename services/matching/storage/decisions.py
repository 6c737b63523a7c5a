"""Who was proposed for a referral and why, and everybody who was not: the decision that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.referral import Referral
from services.matching.domain.types import Fit, Held, Miss, NobodyFits, Opened, Outcome, Proposed, Request
from services.matching.storage.records import referral_of
from services.matching.storage.tables import candidates, not_proposed, referrals
from shared.database import Row, Transaction

OUTCOMES: dict[type[Outcome], str] = {
    Proposed: "proposed",
    NobodyFits: "nobody_fits",
    Held: "held",
    Opened: "opened",
}
Decided = tuple[Referral, Outcome]


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


async def save_decisions(tx: Transaction, decided: Sequence[Decided], now: datetime) -> None:
    """Keeps first decisions: candidates, and why everybody else was not proposed."""
    proposed = [row for referral, outcome in decided for row in _candidate_rows(referral, outcome, now)]
    if proposed:
        await tx.execute(sa.insert(candidates), proposed)
    if decided:
        await tx.execute(
            sa.insert(not_proposed), [_not_proposed_row(referral, outcome) for referral, outcome in decided]
        )


async def replace_decisions(tx: Transaction, decided: Sequence[Decided], now: datetime) -> None:
    """New decisions take the place of earlier ones."""
    ids = [referral.referral_id for referral, _ in decided]
    if ids:
        await tx.execute(sa.delete(candidates).where(candidates.c.referral_id.in_(ids)))
        await tx.execute(sa.delete(not_proposed).where(not_proposed.c.referral_id.in_(ids)))
        await tx.execute(
            sa.update(referrals)
            .where(referrals.c.referral_id == sa.bindparam("of"))
            .values(outcome=sa.bindparam("to")),
            [{"of": referral.referral_id, "to": OUTCOMES[type(outcome)]} for referral, outcome in decided],
        )
        await save_decisions(tx, decided, now)


async def set_load(tx: Transaction, loading: Sequence[str], unburdened: Sequence[str]) -> None:
    """A proposal counts as load only while a coordinator is to choose from it."""
    for ids, loads in ((loading, True), (unburdened, False)):
        if ids:
            await tx.execute(
                sa.update(candidates).where(candidates.c.referral_id.in_(ids)).values(loads=loads)
            )


async def load_decision(tx: Transaction, reference: str) -> Decision | None:
    """What was decided for the request of this reference."""
    found = await _load(tx, referrals.c.reference == reference)
    return found[0][1] if found else None


async def load_decided(tx: Transaction, referral_id: str) -> Decision | None:
    """The same by the referral's id."""
    found = await _load(tx, referrals.c.referral_id == referral_id)
    return found[0][1] if found else None


async def load_latest_decisions(tx: Transaction, limit: int) -> list[tuple[Request, Decision]]:
    """The newest decisions on requests of persons, newest first, each with its request."""
    return await _load(tx, referrals.c.outcome != OUTCOMES[Opened], limit)


async def load_request(tx: Transaction, reference: str) -> Request | None:
    """The request of this reference, in codes."""
    found = await tx.execute(sa.select(referrals).where(referrals.c.reference == reference))
    row = found.mappings().first()
    return referral_of(row).request if row else None


async def _load(
    tx: Transaction, which: sa.ColumnElement[bool], limit: int = 1
) -> list[tuple[Request, Decision]]:
    found = await tx.execute(
        sa.select(referrals, not_proposed.c.excluded, not_proposed.c.also_fit, not_proposed.c.nearest)
        .join(not_proposed, not_proposed.c.referral_id == referrals.c.referral_id)
        .where(which)
        .order_by(referrals.c.created_at.desc(), referrals.c.referral_id)
        .limit(limit)
    )
    rows = found.mappings().all()
    chosen: dict[str, list[Fit]] = {row["referral_id"]: [] for row in rows}
    fits = await tx.execute(
        sa.select(candidates).where(candidates.c.referral_id.in_(list(chosen))).order_by(candidates.c.place)
    )
    for each in fits:
        chosen[each.referral_id].append(
            Fit(each.clinician_id, each.score, tuple(each.reasons), dict(each.points))
        )
    return [(referral_of(row).request, _decision(row, chosen[row["referral_id"]])) for row in rows]


def _decision(row: sa.RowMapping, chosen: Sequence[Fit]) -> Decision:
    return Decision(
        referral_id=row["referral_id"],
        reference=row["reference"],
        outcome=row["outcome"],
        why=row["why"] if row["outcome"] == OUTCOMES[Held] else None,
        policy_version=row["policy_version"],
        roster_version=row["roster_version"],
        candidates=tuple(chosen),
        also_fit=tuple(_fit(each) for each in row["also_fit"]),
        excluded=tuple(Miss(who, tuple(codes)) for who, codes in sorted(row["excluded"].items())),
        nearest=tuple(row["nearest"]),
    )


def _fit(kept: Sequence[Any]) -> Fit:
    """Earlier rows kept no points."""
    who, score, reasons, *points = kept
    return Fit(who, score, tuple(reasons), dict(*points))


def _candidate_rows(referral: Referral, outcome: Outcome, now: datetime) -> list[Row]:
    if not isinstance(outcome, Proposed):
        return []
    return [
        {
            "referral_id": referral.referral_id,
            "clinician_id": fit.clinician_id,
            "place": place,
            "score": fit.score,
            "reasons": list(fit.reasons),
            "points": dict(fit.points),
            "proposed_at": now,
            "loads": not referral.request.test,
        }
        for place, fit in enumerate(outcome.candidates, start=1)
    ]


def _not_proposed_row(referral: Referral, outcome: Outcome) -> Row:
    excluded: tuple[Miss, ...] = ()
    also_fit: tuple[Fit, ...] = ()
    nearest: tuple[Miss, ...] = ()
    match outcome:
        case Proposed():
            excluded, also_fit, nearest = outcome.excluded, outcome.also_fit, outcome.nearest
        case NobodyFits():
            excluded, nearest = outcome.excluded, outcome.nearest
        case _:
            pass  # nobody was judged
    return {
        "referral_id": referral.referral_id,
        "excluded": {miss.clinician_id: miss.codes for miss in excluded},
        "also_fit": [(fit.clinician_id, fit.score, fit.reasons, dict(fit.points)) for fit in also_fit],
        "nearest": [miss.clinician_id for miss in nearest],
    }
