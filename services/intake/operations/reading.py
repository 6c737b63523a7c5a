"""What is on record in intake, read for an operator; whoever reads a person's words is on record first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake import storage
from services.intake.domain.contact import Reach, Words
from services.intake.domain.decision import FieldError
from services.intake.domain.request import Request
from shared import audit
from shared.database import Database
from shared.ids import Ids

OPERATOR = "operator"
CALL = ("coordinator_id", "starts_at", "by")
FIELDS_OF = {  # what each code of a step about a call, or an alert, is
    "consultation.scheduled": CALL,
    "consultation.rescheduled": CALL,
    "consultation.cancelled": ("coordinator_id", "starts_at", "why", "by"),
    "consultation.attended": CALL,
    "consultation.missed": CALL,
    "consultation.located": ("state", "by"),
    "alert.sent": ("to", "way"),
}
CODES_OF = {  # what the codes of a step are
    "request.quarantined": "why",
    "safety.flagged": "rules",
    "safety.escalated": "to",
    "safety.acknowledged": "by",
    "safety.cleared": "by",
    "consultation.requested": "how",
    "readiness.taken_up": "owner",
    "readiness.told": "by",
    "readiness.told_more": "by",
    "readiness.not_now": "by",
    "readiness.ended": "why",
    "note.kept": "by",
    "contact.changed": "changed",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with its person, their words and the notes about it."""

    request: Request
    reach: Reach
    words: Words


async def show(
    database: Database, sealer: storage.Sealer, reference: str, why: str, now: datetime, ids: Ids
) -> Shown | None:
    """The request as the person wrote it; that it was read, and why, is committed before it is opened."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
    if request is None:
        return None
    async with database.transaction() as tx:
        by = audit.actor(tx, OPERATOR)
        access = storage.Access(ids.new(), now, "words", "operator_show", by, why)
        own = await storage.hold_key(tx, request.person_id, sealer)
        if own is None:
            return None
        await storage.save_access(tx, access, [request.id], own)
    async with database.reading() as tx:
        reaches = await storage.load_reaches(tx, [request.id], sealer)
        words = await storage.load_words(tx, [request.id], sealer)
    return Shown(request, reaches[0], words[0]) if reaches and words else None


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """Intake's part of `practice trail`: what happened, who read what, in order, codes only."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
        if request is None:
            return []
        steps = await storage.load_steps(tx, request.id)
        accesses = await storage.load_accesses(tx, request.id)
    entries = [*(_happened(each) for each in steps), *(_read(each) for each in accesses)]
    return sorted(entries, key=lambda entry: entry["at"])


async def open_items(database: Database) -> list[storage.Open]:
    """Everything in intake that waits for somebody: quarantine, and crises until they are cleared."""
    async with database.reading() as tx:
        return await storage.load_open(tx)


async def refusals(database: Database, limit: int = 50) -> list[storage.Refusal]:
    """The newest submissions that were not taken, and why."""
    async with database.reading() as tx:
        return await storage.load_refusals(tx, limit)


def explained(reasons: Sequence[FieldError]) -> list[str]:
    """Reasons of a refusal as `/concerns/2: unknown_code`."""
    return [f"{each.pointer}: {each.code}" for each in reasons]


def _happened(step: storage.Step) -> dict[str, Any]:
    detail: dict[str, Any] = {CODES_OF.get(step.name, "codes"): list(step.detail)} if step.detail else {}
    if step.name in FIELDS_OF:
        detail = dict(zip(FIELDS_OF[step.name], step.detail, strict=True))
    return {"at": step.at, "kind": step.kind, "name": step.name, "detail": detail}


def _read(access: storage.Access) -> dict[str, Any]:
    detail = {"purpose": access.purpose, "asked_by": access.asked_by}
    return {"at": access.at, "kind": "action", "name": f"{access.kind}.read", "detail": detail}
