"""What a coordinator does with the call of a request, and when she takes none: asked by matching's pages."""

from datetime import datetime
from typing import assert_never

from services.intake import storage
from services.intake.domain.booking import Mark, arranged_end, is_at, marked, may_cancel, may_mark, version_of
from services.intake.domain.booking_told import consultation_of, marked_fact
from services.intake.domain.call import Call
from services.intake.domain.slots import callers_for, free_callers, free_slots
from services.intake.handlers.arrivals import tell
from services.intake.handlers.booked import (
    Claim,
    Rota,
    Seen,
    claim,
    end_call,
    own_call,
    take,
    with_own_first,
)
from shared import audit
from shared.contracts.intake import CallAnswered, CallAsked
from shared.database import Database, Transaction
from shared.ids import Ids

COORDINATOR = "coordinator"  # why a call was cancelled
Arranged = Call | str  # the call as it stands now, or why it is not done


async def arrange(
    database: Database, question: CallAsked, rota: Rota, now: datetime, ids: Ids
) -> CallAnswered:
    """A coordinator books, moves, cancels or marks a call, for anybody who was announced."""
    async with database.transaction() as tx:
        seen = await take(tx, question.request_id)
        if seen is None or seen.request.status != "announced":
            return CallAnswered(done=False, why="unknown")
        done = await _arranged(tx, seen, question, rota, now, ids)
        if isinstance(done, Call):
            await _record(tx, question, now)
            return CallAnswered(done=True, consultation=consultation_of(done))
        stands = consultation_of(seen.call) if seen.call is not None else None
        return CallAnswered(done=False, why=done, consultation=stands)


async def _record(tx: Transaction, question: CallAsked, now: datetime) -> None:
    entry = audit.Entry(now, audit.actor(tx, question.by), f"call.{question.act}", question.request_id)
    await audit.record(tx, [entry])


async def _arranged(
    tx: Transaction, seen: Seen, question: CallAsked, rota: Rota, now: datetime, ids: Ids
) -> Arranged:
    match question.act:
        case "book" | "move" if seen.request.withdrawn_at is not None:
            return "withdrawn"
        case "book" | "move":
            return await _book(tx, seen, question, rota, now, ids)
        case "cancel":
            return await _cancel(tx, seen.call, question, now)
        case "attended" | "missed":
            return await _mark(tx, seen.call, question.act, question, now)
        case _:
            assert_never(question.act)


async def _cancel(tx: Transaction, call: Call | None, question: CallAsked, now: datetime) -> Arranged:
    if call is not None and call.status == "cancelled":
        return call
    no = may_cancel(call, question.version, now)
    if no is not None or call is None:
        return no or "not_now"
    return await end_call(tx, call, question.by, COORDINATOR, now)


async def _mark(
    tx: Transaction, call: Call | None, mark: Mark, question: CallAsked, now: datetime
) -> Arranged:
    if call is not None and call.status == mark:
        return call
    no = may_mark(call, question.version, mark, now)
    if no is not None or call is None:
        return no or "not_now"
    after = marked(call, mark, question.by, now)
    await storage.save_ended_calls(tx, [after])
    await tell(tx, [marked_fact(after)], now)
    return after


async def _book(
    tx: Transaction, seen: Seen, question: CallAsked, rota: Rota, now: datetime, ids: Ids
) -> Arranged:
    starts_at, call = question.starts_at, seen.call
    ends_at = None
    if starts_at is not None:
        ends_at = arranged_end(starts_at, question.minutes, rota.practice.calls, now)
    if starts_at is None or ends_at is None:
        return "no_time"
    if call is not None and _is_so(call, question, starts_at, ends_at):
        return call
    no = _why_not(call, question, starts_at, rota, now)
    if no is not None:
        return no
    wanted = Claim(
        starts_at=starts_at,
        ends_at=ends_at,
        coordinator_ids=await _who(tx, seen, question.coordinator_id, starts_at, ends_at, rota, now),
        by=question.by,
        time_zone=call.time_zone if call is not None else seen.request.time_zone,
        remind_shortly=call.remind_shortly if call is not None and call.is_booked else False,
    )
    return await claim(tx, seen, wanted, rota, now, ids) or "taken"


def _is_so(call: Call, question: CallAsked, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the call is already as it is asked for."""
    same_person = question.coordinator_id in (None, call.coordinator_id)
    same_length = question.minutes is None or call.ends_at == ends_at
    return is_at(call, starts_at) and same_person and same_length


def _why_not(
    call: Call | None, question: CallAsked, starts_at: datetime, rota: Rota, now: datetime
) -> str | None:
    if question.coordinator_id is not None and rota.practice.coordinator(question.coordinator_id) is None:
        return "unknown"
    if version_of(call) != question.version:
        return "changed"
    may_move = call is not None and call.is_ahead(now)
    may_begin = call is None or not call.is_booked
    if not (may_move if question.act == "move" else may_begin):
        return "not_now"
    return "passed" if starts_at < now else None


async def _who(
    tx: Transaction,
    seen: Seen,
    coordinator_id: str | None,
    starts_at: datetime,
    ends_at: datetime,
    rota: Rota,
    now: datetime,
) -> list[str]:
    """Who could call then: who is named; else whoever has neither a call nor an absence, in hours first."""
    if coordinator_id is not None:
        return [coordinator_id]
    callers, own = callers_for(seen.request, rota.timetable), own_call(seen)
    diary = await storage.load_diary(tx, [each.id for each in callers], now)
    free = free_callers(callers, rota.timetable, diary, now, starts_at, ends_at, own)
    slots = free_slots(callers, rota.timetable, diary, now, own)
    on_the_grid = next((each.coordinator_ids for each in slots if each.starts_at == starts_at), ())
    return with_own_first(seen, sorted(free, key=lambda each: each not in on_the_grid))
