"""What an operator may do with intake: the functions behind the command `practice`.

Every one works on intake's own database; whoever reads a person's words is on record first.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.intake import storage
from services.intake.domain.admission import AdmissionRules, admit
from services.intake.domain.announcing import cleared_fact, request_fact
from services.intake.domain.booking_told import consultation_of
from services.intake.domain.contact import Note, Reach, Words
from services.intake.domain.decision import FieldError, Refused
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.request import Cleared, Request, discarded, released
from services.intake.domain.slots import Away, Timetable, free_slots
from services.intake.domain.submission import Signals, Submission
from services.intake.handlers import Conflict, Desk, Post, Receipt, answers, contact, receive, tell
from shared.contracts.intake import AbsenceKept, CalendarAnswered, Consultation
from shared.database import Database, Transaction
from shared.errors import Defect
from shared.ids import Ids
from shared.practice import Practice

OPERATOR = "operator"
CALL = ("coordinator_id", "starts_at", "by")
FIELDS_OF = {  # what each code of a step about a call is
    "consultation.scheduled": CALL,
    "consultation.rescheduled": CALL,
    "consultation.cancelled": ("coordinator_id", "starts_at", "why", "by"),
    "consultation.attended": CALL,
    "consultation.missed": CALL,
    "consultation.located": ("state", "by"),
}
CODES_OF = {  # what the codes of a step are
    "request.quarantined": "why",
    "safety.flagged": "rules",
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


@dataclass(frozen=True, slots=True)
class NotCleared:
    """Nothing was changed."""

    why: Literal["unknown_coordinator", "unknown_request", "no_crisis"]


@dataclass(frozen=True, slots=True)
class ClearedBefore:
    """Somebody was first; nothing was changed."""

    first: Cleared


Clearing = Cleared | ClearedBefore | NotCleared


async def show(
    database: Database, sealer: storage.Sealer, reference: str, why: str, now: datetime, ids: Ids
) -> Shown | None:
    """The request as the person wrote it; that it was read, and why, is committed before it is opened."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
    if request is None:
        return None
    access = storage.Access(ids.new(), now, "words", "operator_show", OPERATOR, why)
    async with database.transaction() as tx:
        await storage.save_access(tx, access, [request.id], sealer)
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


async def quarantine(database: Database) -> list[Request]:
    """Every request in quarantine, the most pressing first."""
    async with database.reading() as tx:
        return await storage.load_quarantined(tx)


async def release(database: Database, reference: str, now: datetime) -> Request | None:
    """Announces a quarantined request as if it came now; None when there is none of that reference."""
    async with database.transaction() as tx:
        waiting = await _quarantined(tx, reference)
        if waiting is None:
            return None
        freed = released(waiting, now)
        if not await storage.update_request(tx, freed, now):
            return None
        await storage.save_steps(tx, [storage.Step(freed.id, now, "action", "quarantine.released")])
        same = await storage.load_same_address(tx, [freed.id])
        await tell(tx, [request_fact(freed, same.get(freed.id, ()))], now)
    return freed


async def discard(database: Database, reference: str, now: datetime) -> Request | None:
    """Closes a quarantined request as spam; None when there is none of that reference."""
    async with database.transaction() as tx:
        waiting = await _quarantined(tx, reference)
        if waiting is None:
            return None
        closed = discarded(waiting)
        if not await storage.update_request(tx, closed, now):
            return None
        await storage.save_steps(tx, [storage.Step(closed.id, now, "action", "quarantine.discarded")])
    return closed


async def clear_safety(
    database: Database, desk: Desk, reference: str, by: str, because: str, now: datetime, ids: Ids
) -> Clearing:
    """A coordinator has taken a crisis up: what waited for that goes on, announced, with their reason kept.

    Clearing it again changes nothing and says who cleared it first.
    """
    if desk.practice.coordinator(by) is None:
        return NotCleared("unknown_coordinator")
    async with database.transaction() as tx:
        request = await storage.take_request(tx, reference)
        if request is None:
            return NotCleared("unknown_request")
        cleared = await storage.save_cleared(tx, request.id, by, now)
        if cleared is None:
            earlier = await storage.load_cleared(tx, request.id)
            return ClearedBefore(earlier) if earlier else NotCleared("no_crisis")
        note = Note(now, f"coordinator:{by}", because)
        await storage.keep_note(tx, ids.new(), request.id, note, desk.sealer)
        await tell(tx, [cleared_fact(request, cleared)], now)
    return cleared


async def silence(database: Database, reference: str, now: datetime) -> list[str] | None:
    """Stops all contact with everybody at this request's addresses; gives the references it changed."""
    return await _by_practice(database, reference, "silence.asked", contact.silence, now)


async def allow(database: Database, reference: str, now: datetime) -> list[str] | None:
    """Takes the silence of this request's person back; gives the references that it changed."""
    return await _by_practice(database, reference, "silence.lifted", contact.lift, now)


async def add_absence(
    database: Database,
    practice: Practice,
    absence_id: str,
    coordinator_id: str,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> AbsenceKept:
    """The coordinator takes no calls then; the calls that are booked within it stand, and are named."""
    away = Away(absence_id, coordinator_id, begins_at, ends_at)
    return await answers.add_absence(database, practice, away, OPERATOR, now)


async def remove_absence(database: Database, absence_id: str, coordinator_id: str) -> AbsenceKept:
    """The coordinator takes calls again; not where she has no absence of this id."""
    return await answers.remove_absence(database, absence_id, coordinator_id)


async def call_of(database: Database, reference: str) -> Consultation | None:
    """The latest call of this request, whatever became of it."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
        calls = await storage.load_latest_calls(tx, [request.id]) if request is not None else []
    return consultation_of(calls[0]) if calls else None


async def next_free(database: Database, practice: Practice, now: datetime) -> Mapping[str, datetime]:
    """When each coordinator could next call somebody; who could not at all is not among them."""
    timetable = Timetable.of(practice)
    async with database.reading() as tx:
        diary = await storage.load_diary(tx, [each.id for each in timetable.callers], now)
    free: dict[str, datetime] = {}
    for slot in free_slots(timetable.callers, timetable, diary, now):
        for coordinator_id in slot.coordinator_ids:
            free.setdefault(coordinator_id, slot.starts_at)
    return free


async def calendar_of(database: Database, coordinator_id: str, now: datetime) -> CalendarAnswered:
    """What the coordinator has before her: absences and calls."""
    return await answers.calendar_of(database, coordinator_id, now)


async def test_request(
    database: Database,
    submission: Submission,
    rules: AdmissionRules,
    desk: Desk,
    now: datetime,
    ids: Ids,
) -> Receipt | Refused:
    """A marked request through the same door as everybody's: its mails go to its own address alone."""
    facts = PracticeFacts.of(desk.practice)
    decision = admit(submission, Signals(test=True), rules, facts, now)
    async with database.transaction() as tx:
        outcome = await receive(tx, Post(decision), desk, now, ids)
    if isinstance(outcome, Conflict):
        raise Defect("a request without a key met another")
    return outcome


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


async def _by_practice(
    database: Database,
    reference: str,
    step: str,
    act: Callable[[Transaction, str, datetime], Awaitable[list[str]]],
    now: datetime,
) -> list[str] | None:
    """What the practice decides about the contact with the person of this request; None: nobody knows it."""
    async with database.transaction() as tx:
        request = await storage.load_request(tx, reference)
        if request is None:
            return None
        await storage.save_steps(tx, [storage.Step(request.id, now, "action", step)])
        return await act(tx, request.person_id, now)


async def _quarantined(tx: Transaction, reference: str) -> Request | None:
    request = await storage.take_request(tx, reference)
    return request if request is not None and request.status == "quarantined" else None
