"""Referrals: made, loaded for a decision, and moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.life import AWAITING_ANSWER, CALL, PROPOSED, REACH_OUT, WAITLISTED
from services.matching.domain.refer import Made
from services.matching.domain.referral import INTAKE, THE_CLOCK, Moved, Referral
from services.matching.domain.types import Held, Load, Loads, NobodyFits, Proposed
from services.matching.storage.decisions import OUTCOMES, replace_decisions, save_decisions, set_load
from services.matching.storage.places import load_places
from services.matching.storage.records import referral_of, row_of
from services.matching.storage.tables import candidates, known_requests, referrals, steps
from shared.contracts.matching import ReferralStillWaiting
from shared.database import Row, Transaction, insert_new

WAITING = (
    referrals.c.stage == WAITLISTED,
    referrals.c.closed_at.is_(None),
    referrals.c.settles_at.is_(None),
)
TO_BE_ASKED = (
    referrals.c.next_action != CALL,
    referrals.c.request["safety_level"].as_string().is_distinct_from("crisis"),
)
MADE = {
    "proposed": "referral.proposed.v1",
    "waitlisted": "referral.waitlisted.v1",
    "referred_out": "referral.referred_out.v1",
    "held": "referral.held.v1",
    "professional": "referral.opened.v1",
}


async def admit_requests(tx: Transaction, request_ids: Iterable[str], now: datetime) -> set[str]:
    """Takes these ids for a referral; gives those that nobody had taken: no referral, no withdrawal."""
    rows = [{"request_id": each, "known_at": now} for each in sorted(set(request_ids))]
    return await insert_new(tx, known_requests, rows, returning=known_requests.c.request_id)


async def withdraw_requests(tx: Transaction, request_ids: Iterable[str], now: datetime) -> None:
    """No referral will ever be made for these requests, whether theirs have arrived or not."""
    ids = sorted(set(request_ids))
    rows = [{"request_id": each, "known_at": now, "withdrawn_at": now} for each in ids]
    await insert_new(tx, known_requests, rows, returning=known_requests.c.request_id)
    await tx.execute(
        sa.update(known_requests)
        .where(
            known_requests.c.request_id.in_(ids),
            known_requests.c.withdrawn_at.is_(None),
            known_requests.c.erased_at.is_(None),
        )
        .values(withdrawn_at=now)
    )


async def load_workload(tx: Transaction) -> tuple[Loads, dict[str, int]]:
    """What the clinicians carry, and how many open referrals each coordinator owns; tests left out."""
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
    places = await load_places(tx)
    loads = {
        row.clinician_id: Load(row.proposals, row.latest, places.pop(row.clinician_id, 0))
        for row in await tx.execute(loading)
    }
    loads |= {who: Load(places=given) for who, given in places.items()}
    return loads, {row.owner: row.owned for row in await tx.execute(owning)}


async def save_referrals(tx: Transaction, made: Sequence[Made], now: datetime) -> None:
    """Keeps new referrals with their candidates, and why everybody else was not proposed."""
    if not made:
        return
    await tx.execute(sa.insert(referrals), [_new_row(each, now) for each in made])
    await save_decisions(tx, [(each.referral, each.outcome) for each in made], now)
    await tx.execute(sa.insert(steps), [_first_step(each, now) for each in made])


async def load_referrals(tx: Transaction, referral_ids: Iterable[str]) -> list[Referral]:
    """These referrals, locked until this transaction ends."""
    return await _load(tx, referrals.c.referral_id.in_(sorted(set(referral_ids))))


async def load_open_by_request(tx: Transaction, request_ids: Iterable[str]) -> list[Referral]:
    """The open referrals of these requests, locked until this transaction ends."""
    ids = sorted(set(request_ids))
    return await _load(tx, referrals.c.request_id.in_(ids), referrals.c.closed_at.is_(None))


async def load_by_request(tx: Transaction, request_ids: Iterable[str]) -> list[Referral]:
    """The referrals of these requests, open or not, locked until this transaction ends."""
    return await _load(tx, referrals.c.request_id.in_(sorted(set(request_ids))))


async def load_by_offer(tx: Transaction, offer_id: str) -> Referral | None:
    """The referral that this offer keeps a place for, locked; None when it stands no more."""
    found = await _load(tx, referrals.c.offer_id == offer_id)
    return found[0] if found else None


async def load_settling(tx: Transaction, now: datetime, limit: int) -> list[Referral]:
    """Those whose pending act stands by now, the oldest first; locked."""
    return await _load(tx, referrals.c.settles_at <= now, by=referrals.c.settles_at, limit=limit)


async def load_unanswered(tx: Transaction, now: datetime, limit: int) -> list[Referral]:
    """Those offered to somebody who has not answered in time, and on which nothing is pending; locked."""
    return await _load(
        tx,
        referrals.c.answer_by <= now,
        referrals.c.place == "held",
        referrals.c.stage.in_(sorted(AWAITING_ANSWER)),
        referrals.c.settles_at.is_(None),
        by=referrals.c.answer_by,
        limit=limit,
    )


async def load_overdue(tx: Transaction, now: datetime, limit: int) -> list[Referral]:
    """Those of which somebody is to be reminded by now; locked."""
    return await _load(
        tx,
        referrals.c.nudge_at <= now,
        referrals.c.closed_at.is_(None),
        by=referrals.c.nudge_at,
        limit=limit,
    )


async def load_waiting(tx: Transaction) -> list[Referral]:
    """Who waits for a place, the longest first; locked."""
    return await _load(tx, *WAITING, by=referrals.c.received_at)


async def load_unheard(tx: Transaction, heard_before: datetime, limit: int) -> list[Referral]:
    """Who waits, was last heard of before then, and is to be asked whether they still wait; locked.

    Nobody is asked while words of crisis wait to be cleared, or with a call to come.
    """
    return await _load(
        tx,
        *WAITING,
        *TO_BE_ASKED,
        referrals.c.heard_at <= heard_before,
        referrals.c.checked_in.is_(False),
        by=referrals.c.heard_at,
        limit=limit,
    )


async def load_gone_quiet(
    tx: Transaction, heard_before: datetime, asked_before: datetime, limit: int
) -> list[Referral]:
    """Who waits, was last heard of before then, and has not answered what they were asked; locked.

    Whoever is still owed a word by the practice is not let go for being silent.
    """
    asked = sa.exists().where(
        steps.c.referral_id == referrals.c.referral_id,
        steps.c.name == ReferralStillWaiting.name,
        steps.c.at > referrals.c.heard_at,
        steps.c.at <= asked_before,
    )
    return await _load(
        tx,
        *WAITING,
        *TO_BE_ASKED,
        referrals.c.heard_at <= heard_before,
        referrals.c.checked_in.is_(True),
        referrals.c.next_action != REACH_OUT,
        asked,
        by=referrals.c.heard_at,
        limit=limit,
    )


async def save_moved(tx: Transaction, moved: Sequence[Moved], now: datetime) -> None:
    """Keeps these changes: the rows, the decisions that are new, the load, the steps of the trail."""
    if not moved:
        return
    rows = [row_of(each.after) for each in moved]
    await tx.execute(
        sa.update(referrals)
        .where(referrals.c.referral_id == sa.bindparam("of"))
        .values({name: sa.bindparam(f"to_{name}", type_=referrals.c[name].type) for name in rows[0]}),
        [
            {"of": each.after.referral_id} | {f"to_{name}": value for name, value in row.items()}
            for each, row in zip(moved, rows, strict=True)
        ],
    )
    await replace_decisions(tx, [(each.after, each.outcome) for each in moved if each.outcome], now)
    await _set_loads(tx, moved)
    await tx.execute(sa.insert(steps), [_step(each, now) for each in moved])


async def _load(
    tx: Transaction,
    *which: sa.ColumnElement[bool],
    by: sa.ColumnElement[Any] = referrals.c.request_id,
    limit: int | None = None,
) -> list[Referral]:
    chosen = sa.select(referrals).where(*which).order_by(by, referrals.c.referral_id).limit(limit)
    return [referral_of(row) for row in (await tx.execute(chosen.with_for_update())).mappings()]


async def _set_loads(tx: Transaction, moved: Sequence[Moved]) -> None:
    """A test counts for nobody, and a referral only while it waits for a choice."""
    persons = [each for each in moved if not each.after.request.test]
    loading = [each.after.referral_id for each in persons if each.after.stage == PROPOSED]
    others = [each.after.referral_id for each in persons if each.after.stage != PROPOSED]
    await set_load(tx, loading, others)


def _new_row(each: Made, now: datetime) -> Row:
    request = each.referral.request
    return {
        **row_of(each.referral),
        "referral_id": each.referral.referral_id,
        "request_id": request.request_id,
        "reference": request.reference,
        "person_id": request.person_id,
        "outcome": OUTCOMES[type(each.outcome)],
        "test": request.test,
        "language": request.language,
        "received_at": request.received_at,
        "created_at": now,
    }


def _first_step(each: Made, now: datetime) -> Row:
    referral = each.referral
    detail: dict[str, Any] = {
        "owner": referral.owner,
        "next_action": referral.standing.next_action,
        "due_at": referral.standing.due_at.isoformat(),
    }
    match each.outcome:
        case Proposed():
            detail["candidates"] = [fit.clinician_id for fit in each.outcome.candidates]
        case NobodyFits():
            detail["nearest"] = [miss.clinician_id for miss in each.outcome.nearest]
        case Held():
            detail["why"] = each.outcome.why
        case _:
            pass
    return {
        "referral_id": referral.referral_id,
        "version": 1,
        "at": now,
        "name": MADE[referral.stage],
        "detail": detail,
    }


def _named(each: Moved) -> str:
    """A person's act by its own name; what follows by itself, by the fact that says it last."""
    by_itself = each.by in {THE_CLOCK, INTAKE} and each.facts
    return each.facts[-1].name if by_itself else f"referral.{each.act}"


def _step(each: Moved, now: datetime) -> Row:
    after = each.after
    detail = {**each.detail, "by": each.by, "state": after.state, "stage": after.stage}
    if len(each.facts) > 1:
        detail["announced"] = [fact.name for fact in each.facts]
    if after.closed_at is None:
        detail |= {"next_action": after.standing.next_action, "due_at": after.standing.due_at.isoformat()}
    if after.choice is not None:
        detail["clinician_id"] = after.choice.clinician_id
    return {
        "referral_id": after.referral_id,
        "version": after.version,
        "at": now,
        "name": _named(each),
        "detail": detail,
    }
