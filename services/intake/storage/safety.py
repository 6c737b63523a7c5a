"""Crises: who answers for each, who is told of it and who has it, until a named coordinator cleared it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.ladder import REACH_PERSON, Acknowledged, Rung, SafetyCase
from services.intake.domain.request import CLEARED_LEVEL, Cleared, Request
from services.intake.storage.alert_tables import NOBODY_HAS_IT, alerts, safety_cases
from services.intake.storage.requests import request_of
from services.intake.storage.tables import requests
from shared.database import Row, Transaction, insert_new, wake_after_commit

SIGNAL = "alerts"


@dataclass(frozen=True, slots=True)
class Alert:
    """One coordinator is told of one crisis, once for each version of it."""

    request_id: str
    version: int  # of the crisis
    recipient: str
    rung: int


async def save_new_crises(tx: Transaction, crises: Sequence[tuple[Request, Rung]]) -> None:
    """Requests that came as a crisis wait for a name from now on, and somebody is told of each."""
    if not crises:
        return
    at = {"version": 1, "status": "flagged"}
    rows = [
        {"request_id": one.id, "flagged_at": one.received_at, **at, **_on(rung, one)} for one, rung in crises
    ]
    await tx.execute(sa.insert(safety_cases), rows)
    await _save_alerts(tx, [_alert(one.id, 1, rung, who) for one, rung in crises for who in rung.recipients])


async def save_flagged(tx: Transaction, request: Request, rung: Rung, now: datetime) -> int:
    """The crisis waits for a name, whether there was one before or not; gives its version."""
    again = await tx.execute(
        sa.update(safety_cases)
        .where(safety_cases.c.request_id == request.id)
        .values(
            status="flagged",
            flagged_at=now,
            acknowledged_at=None,
            acknowledged_by=None,
            cleared_at=None,
            cleared_by=None,
            version=safety_cases.c.version + 1,
            **_on(rung, request),
        )
        .returning(safety_cases.c.version)
    )
    version = again.scalar_one_or_none()
    if version is None:
        new = {"request_id": request.id, "version": 1, "status": "flagged", "flagged_at": now}
        await tx.execute(sa.insert(safety_cases).values(new | _on(rung, request)))
    version = int(version or 1)
    await _save_alerts(tx, [_alert(request.id, version, rung, who) for who in rung.recipients])
    return version


async def take_climbing(tx: Transaction, now: datetime, limit: int) -> list[tuple[Request, SafetyCase]]:
    """Crises that nobody has taken up in time, the oldest first; nobody else sees to them meanwhile."""
    due = (
        sa.select(safety_cases.c.request_id)
        .where(NOBODY_HAS_IT, safety_cases.c.escalates_at <= now)
        .order_by(safety_cases.c.escalates_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = list((await tx.execute(due)).scalars())
    found = await tx.execute(_cases().where(safety_cases.c.request_id.in_(taken)))
    return [(request_of(row), _case(row)) for row in found]


async def save_climbed(tx: Transaction, case: SafetyCase, rung: Rung) -> int:
    """The next ones are told; gives the version of the crisis by which they are."""
    version = case.version + 1
    values = {"version": version, **_told(rung), "escalates_at": rung.escalates_at}
    await tx.execute(
        sa.update(safety_cases).where(safety_cases.c.request_id == case.request_id).values(values)
    )
    await _save_alerts(tx, [_alert(case.request_id, version, rung, who) for who in rung.recipients])
    return version


async def end_ladder(tx: Transaction, request_id: str) -> None:
    """Nobody more is told of it: somebody saw that it is spam."""
    await tx.execute(
        sa.update(safety_cases).where(safety_cases.c.request_id == request_id).values(escalates_at=None)
    )


async def save_acknowledged(
    tx: Transaction, request_id: str, by: str, due_at: datetime, now: datetime
) -> int | None:
    """This coordinator has it and answers for it; its version, or None where there is nothing to take up."""
    taken = await tx.execute(
        sa.update(safety_cases)
        .where(safety_cases.c.request_id == request_id, NOBODY_HAS_IT)
        .values(
            acknowledged_at=now,
            acknowledged_by=by,
            escalates_at=None,
            owner=by,
            due_at=due_at,
            version=safety_cases.c.version + 1,
        )
        .returning(safety_cases.c.version)
    )
    version = taken.scalar_one_or_none()
    return None if version is None else int(version)


async def save_cleared(tx: Transaction, request_id: str, by: str, now: datetime) -> Cleared | None:
    """Ends the crisis, nobody's duty from now on; None when there is none that waits."""
    ended = await tx.execute(
        sa.update(safety_cases)
        .where(safety_cases.c.request_id == request_id, safety_cases.c.status == "flagged")
        .values(
            status="cleared",
            cleared_at=now,
            cleared_by=by,
            escalates_at=None,
            version=safety_cases.c.version + 1,
        )
        .returning(safety_cases.c.version)
    )
    version = ended.scalar_one_or_none()
    if version is None:
        return None
    lowered = sa.update(requests).where(requests.c.id == request_id).values(safety_level=CLEARED_LEVEL)
    await tx.execute(lowered)
    return Cleared(by, now, version)


async def load_cleared(tx: Transaction, request_id: str) -> Cleared | None:
    """Who cleared the crisis of this request, if it had one and somebody did."""
    case = await load_case(tx, request_id)
    return case.cleared if case else None


async def load_case(tx: Transaction, request_id: str) -> SafetyCase | None:
    """How the crisis of this request stands, if it ever had one."""
    found = await tx.execute(_cases().where(safety_cases.c.request_id == request_id))
    row = found.one_or_none()
    return _case(row) if row else None


def _alert(request_id: str, version: int, rung: Rung, recipient: str) -> Row:
    return {
        "request_id": request_id,
        "version": version,
        "recipient": recipient,
        "rung": rung.number,
        "due_at": rung.at,
        "try_at": rung.second_way_at,
        "attempts": 0,
    }


async def _save_alerts(tx: Transaction, rows: Iterable[Row]) -> None:
    await insert_new(tx, alerts, list(rows), returning=alerts.c.request_id)
    wake_after_commit(tx, SIGNAL)


def _on(rung: Rung, request: Request) -> dict[str, Any]:
    """What an operator tries out is told once and wakes nobody else."""
    return {**_told(rung), "escalates_at": None if request.test else rung.escalates_at}


def _told(rung: Rung) -> dict[str, Any]:
    return {
        "rung": rung.number,
        "owner": rung.answers,
        "next_action": REACH_PERSON,
        "due_at": rung.escalates_at,
    }


def _cases() -> sa.Select[Any]:
    return sa.select(
        requests,
        *(
            safety_cases.c[name].label(f"case_{name}")
            for name in (
                *("version", "status", "rung", "flagged_at", "escalates_at"),
                *("acknowledged_at", "acknowledged_by", "cleared_at", "cleared_by"),
            )
        ),
    ).join_from(safety_cases, requests, requests.c.id == safety_cases.c.request_id)


def _case(row: Any) -> SafetyCase:
    acknowledged = row.case_acknowledged_at is not None
    cleared = row.case_status == "cleared"
    return SafetyCase(
        request_id=row.id,
        version=row.case_version,
        rung=row.case_rung,
        flagged_at=row.case_flagged_at,
        escalates_at=row.case_escalates_at,
        acknowledged=Acknowledged(row.case_acknowledged_by, row.case_acknowledged_at)
        if acknowledged
        else None,
        cleared=Cleared(row.case_cleared_by, row.case_cleared_at, row.case_version) if cleared else None,
    )
