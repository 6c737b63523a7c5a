"""What is remembered about requests: who read them, what was done, what was refused, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from services.intake.domain.decision import FieldError
from services.intake.domain.request import Duty, Request
from services.intake.storage.alert_tables import safety_cases
from services.intake.storage.erasure_tables import IS_HELD
from services.intake.storage.idempotency import purge_claims
from services.intake.storage.requests import request_of
from services.intake.storage.sealing import ACCESS, OwnSealer
from services.intake.storage.tables import (
    access_log,
    access_subjects,
    people,
    refusals,
    requests,
    steps,
)
from shared import audit
from shared.database import Transaction

READ, SERVICE = ".read", "service:"
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody reads something about people; `why` is sealed, the rest are codes.

    `asked_by` is a service, or somebody such as coordinator:dana.
    """

    id: str
    at: datetime
    kind: str  # contacts, requests, words
    purpose: str
    asked_by: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a request: a fact that was announced, or what an operator did."""

    request_id: str
    at: datetime
    kind: Literal["event", "action"]
    name: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Something that waits for somebody."""

    request: Request
    duty: Duty
    kind: Literal["quarantined", "crisis", "ready"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A submission that was not taken, and why; nothing of it is kept."""

    id: str
    at: datetime
    path: str
    reasons: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows reached the end of their time."""

    claims: int
    refusals: int
    requests: int
    accesses: int


async def save_access(
    tx: Transaction, access: Access, request_ids: Sequence[str], sealer: OwnSealer | None = None
) -> None:
    """An entry of the audit for each; a reason given in words is sealed as the person's own are."""
    subjects = list(dict.fromkeys(request_ids))
    sealed = sealer.seal(ACCESS, access.id, {"why": access.why}) if sealer and access.why else None
    by = access.asked_by if ":" in access.asked_by else f"{SERVICE}{access.asked_by}"
    detail = {"reason": access.id} if sealed else {}
    act = access.kind + READ
    entries = [audit.Entry(access.at, by, act, each, access.purpose, detail) for each in subjects]
    await audit.record(tx, entries)
    if sealed:
        await _save_reason(tx, access, subjects, sealed)


async def _save_reason(tx: Transaction, access: Access, subjects: Sequence[str], sealed: bytes) -> None:
    await tx.execute(
        sa.insert(access_log).values(
            id=access.id,
            at=access.at,
            kind=access.kind,
            purpose=access.purpose,
            asked_by=access.asked_by,
            sealed=sealed,
            in_chain=True,
        )
    )
    rows = [{"access_id": access.id, "request_id": each} for each in subjects]
    await tx.execute(sa.insert(access_subjects), rows)


async def adopt_accesses(tx: Transaction) -> int:
    """Puts into the audit what a version from before it has written meanwhile; how many entries that is."""
    left = sa.select(access_log).where(~access_log.c.in_chain).order_by(access_log.c.at).limit(AT_ONCE)
    accesses = {row.id: row for row in await tx.execute(left)}
    of_these = access_subjects.c.access_id.in_(accesses)
    found = (await tx.execute(sa.select(access_subjects).where(of_these))).all()
    for row in found:
        kept = accesses[row.access_id]
        access = Access(kept.id, kept.at, kept.kind, kept.purpose, kept.asked_by)
        await save_access(tx, access, [row.request_id])
    await tx.execute(sa.update(access_log).where(access_log.c.id.in_(accesses)).values(in_chain=True))
    return len(found)


async def load_accesses(tx: Transaction, request_id: str) -> list[Access]:
    """Who read about this request, oldest first; the reasons stay sealed."""
    kept = [each.entry for each in await audit.load(tx, subjects=[request_id])]
    return [
        Access(
            id=str(each.detail.get("reason", "")),
            at=each.at,
            kind=each.act.removesuffix(READ),
            purpose=each.purpose,
            asked_by=each.actor.removeprefix(SERVICE),
        )
        for each in kept
        if each.act.endswith(READ)
    ]


async def save_steps(tx: Transaction, happened: Sequence[Step]) -> None:
    """Keeps what happened, in this order, for `practice trail`."""
    if happened:
        rows = [
            {
                "request_id": each.request_id,
                "at": each.at,
                "kind": each.kind,
                "name": each.name,
                "detail": list(each.detail),
            }
            for each in happened
        ]
        await tx.execute(sa.insert(steps), rows)


async def load_steps(tx: Transaction, request_id: str) -> list[Step]:
    """What happened to this request, oldest first."""
    found = await tx.execute(sa.select(steps).where(steps.c.request_id == request_id).order_by(steps.c.seq))
    return [Step(row.request_id, row.at, row.kind, row.name, tuple(row.detail)) for row in found]


async def load_quarantined(tx: Transaction) -> list[Request]:
    """Every request in quarantine, the most urgent deadline first."""
    found = await tx.execute(
        sa.select(requests)
        .where(requests.c.status == "quarantined")
        .order_by(requests.c.due_at, requests.c.received_at, requests.c.id)
    )
    return [request_of(row) for row in found]


async def load_duty_loads(tx: Transaction) -> Mapping[str, int]:
    """How many requests wait here in each coordinator's hands: in quarantine, or of people who are ready."""
    # Two questions with an index each; as one, SQLite would read every request there is.
    waiting = sa.union_all(
        sa.select(requests.c.owner).where(requests.c.status == "quarantined"),
        sa.select(requests.c.owner).where(requests.c.ready_since.is_not(None)),
    ).subquery()
    found = await tx.execute(
        sa.select(waiting.c.owner, sa.func.count().label("requests")).group_by(waiting.c.owner)
    )
    return {row.owner: row.requests for row in found}


async def load_open(tx: Transaction) -> list[Open]:
    """Everything in intake that waits for somebody, by when it is due."""
    waiting = [Open(each, each.duty, "quarantined") for each in await load_quarantined(tx) if each.duty]
    found = await tx.execute(
        sa.select(
            requests,
            safety_cases.c.owner.label("case_owner"),
            safety_cases.c.next_action.label("case_action"),
            safety_cases.c.due_at.label("case_due_at"),
        )
        .join_from(safety_cases, requests, requests.c.id == safety_cases.c.request_id)
        .where(requests.c.status != "discarded", safety_cases.c.status == "flagged")
    )
    cases = [
        Open(request_of(row), Duty(row.case_owner, row.case_action, row.case_due_at), "crisis")
        for row in found
    ]
    ready = await tx.execute(sa.select(requests).where(requests.c.ready_since.is_not(None)))
    waiting += [Open(each, each.duty, "ready") for each in map(request_of, ready) if each.duty]
    return sorted([*waiting, *cases], key=lambda each: (each.duty.due_at, each.request.reference))


async def save_refusal(tx: Transaction, refusal: Refusal) -> None:
    """Keeps why a submission was refused: pointers and codes."""
    reasons = [[each.pointer, each.code] for each in refusal.reasons]
    await tx.execute(
        sa.insert(refusals).values(id=refusal.id, at=refusal.at, path=refusal.path, reasons=reasons)
    )


async def load_refusals(tx: Transaction, limit: int) -> list[Refusal]:
    """The newest refusals, newest first."""
    found = await tx.execute(sa.select(refusals).order_by(refusals.c.at.desc(), refusals.c.id).limit(limit))
    return [
        Refusal(row.id, row.at, row.path, tuple(FieldError(*each) for each in row.reasons)) for row in found
    ]


async def purge(
    tx: Transaction,
    *,
    now: datetime,
    claims_before: datetime,
    closed_before: datetime,
    accesses_before: datetime,
) -> Purged:
    """Deletes what has reached the end of its time, people of deleted requests included."""
    claims = await purge_claims(tx, claims_before)
    refused = await tx.execute(sa.delete(refusals).where(refusals.c.at < claims_before))
    over = sa.and_(requests.c.closed_at < closed_before, ~IS_HELD)
    closed = await tx.execute(sa.delete(requests).where(over).returning(requests.c.person_id))
    nobodys = list(closed.scalars())
    if nobodys:
        still = sa.select(requests.c.person_id).where(requests.c.person_id == people.c.id).exists()
        await tx.execute(sa.delete(people).where(people.c.id.in_(nobodys), ~still))
    await tx.execute(sa.delete(access_log).where(access_log.c.at < accesses_before))
    accesses = await audit.forget_before(tx, accesses_before, actor=f"{SERVICE}intake", now=now)
    return Purged(claims, refused.rowcount, len(nobodys), accesses)
