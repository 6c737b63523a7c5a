"""What every act on a call has in common, within a transaction: who asks, whose time it is, what is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.intake import storage
from services.intake.domain.booking import (
    PERSON,
    Standing,
    Time,
    booked,
    cancelled,
    moved,
    why_not_offered,
)
from services.intake.domain.booking_told import cancelled_fact, rescheduled_fact, scheduled_fact
from services.intake.domain.call import Call, Offer, Slot
from services.intake.domain.request import Request
from services.intake.domain.slots import Timetable, callers_for, free_slots, safe_slots, to_interpret
from services.intake.handlers.arrivals import tell
from shared.contracts.intake import CallFact
from shared.database import Transaction
from shared.ids import Ids
from shared.practice import Practice

ONE_DAY = timedelta(days=1)
CHANGES = (
    "consultation.scheduled",
    "consultation.rescheduled",
    "consultation.cancelled",
    "consultation.located",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, how its person stands, and its latest call."""

    request: Request
    standing: Standing
    call: Call | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A time that somebody wants, and with whom: the first who has it free."""

    starts_at: datetime
    ends_at: datetime
    coordinator_ids: Sequence[str]
    by: str
    time_zone: str
    remind_shortly: bool = False


@dataclass(frozen=True, slots=True)
class Rota:
    """The practice, and who of it takes calls when."""

    practice: Practice
    timetable: Timetable
    sealer: storage.Sealer  # when it is safe to call somebody is sealed with them


async def look(tx: Transaction, request_id: str) -> Seen | None:
    """How it all stands; None where nobody knows the request."""
    known = await storage.load_standing(tx, request_id)
    if known is None:
        return None
    calls = await storage.load_latest_calls(tx, [request_id])
    return Seen(*known, calls[0] if calls else None)


async def take(tx: Transaction, request_id: str) -> Seen | None:
    """The same; it stays so, but for what this transaction does."""
    await storage.lock_people_of(tx, [request_id])
    return await look(tx, request_id)


async def take_address(tx: Transaction, request_id: str) -> Seen | None:
    """The same; and nobody adds a call under the same e-mail address, or changes one, meanwhile."""
    await storage.lock_address_of(tx, request_id)
    return await look(tx, request_id)


async def offer_of(tx: Transaction, seen: Seen, rota: Rota, now: datetime) -> Offer:
    """What the person can be shown at this moment."""
    offer = offer_without_times(seen, rota)
    return replace(offer, slots=await slots_of(tx, seen, rota, now)) if offer.not_offered is None else offer


def offer_without_times(seen: Seen, rota: Rota) -> Offer:
    """The same, but for the times, which cost by far the most."""
    why = why_not_offered(seen.request, seen.standing, rota.practice)
    return Offer(seen.request, seen.call, (), why, seen.standing.phone_known)


async def slots_of(tx: Transaction, seen: Seen, rota: Rota, now: datetime) -> tuple[Slot, ...]:
    """The free times at which it is safe to call this person, by their own word.

    Those of a call that would move count as free, but not its own.
    """
    callers = callers_for(seen.request, rota.timetable)
    diary = await storage.load_diary(tx, [each.id for each in callers], now)
    free = free_slots(callers, rota.timetable, diary, now, own=own_call(seen))
    hours = await storage.load_safe_hours(tx, seen.standing.person_id, rota.sealer)
    return safe_slots(free, hours, ZoneInfo(seen.request.time_zone))


def own_call(seen: Seen) -> str | None:
    """The id of the call that a new time would move."""
    return seen.call.id if seen.call is not None and seen.call.is_booked else None


async def claim(
    tx: Transaction, seen: Seen, wanted: Claim, rota: Rota, now: datetime, ids: Ids
) -> Call | None:
    """The call at that time, told to everybody; None, and nothing changed, where it is nobody's to give."""
    for coordinator_id in wanted.coordinator_ids:
        coordinator = rota.practice.coordinator(coordinator_id)
        spoken = coordinator.languages if coordinator is not None else ()
        interpreter = to_interpret(seen.request, spoken)
        time = Time(wanted.starts_at, wanted.ends_at, coordinator_id, interpreter)
        call = await _claimed(tx, seen, wanted, time, rota.timetable.kept_until(time.ends_at), now, ids)
        if call is not None:
            return call
    return None


async def _claimed(
    tx: Transaction, seen: Seen, wanted: Claim, time: Time, kept_until: datetime, now: datetime, ids: Ids
) -> Call | None:
    if own_call(seen) is not None and seen.call is not None:
        call = moved(seen.call, time, wanted.by, now)
        call = replace(call, remind_shortly=wanted.remind_shortly, time_zone=wanted.time_zone)
        kept = await storage.save_moved_call(tx, call, kept_until)
        fact: CallFact = rescheduled_fact(seen.call, call)
    else:
        call = booked(seen.request, seen.call, time, ids.new(), wanted.by, wanted.time_zone, now)
        call = replace(call, remind_shortly=wanted.remind_shortly)
        kept = await storage.save_new_call(tx, call, kept_until)
        fact = scheduled_fact(call)
    if not kept:
        return None
    await tell(tx, [fact], now)
    return call


async def end_call(tx: Transaction, call: Call, by: str, why: str, now: datetime) -> Call:
    """The call, cancelled and told; its time is free with this commit."""
    ended = cancelled(call, by, now)
    await storage.save_ended_calls(tx, [ended])
    await tell(tx, [cancelled_fact(ended, why)], now)
    return ended


async def cancel_calls(
    tx: Transaction, request_ids: Sequence[str], why: str, by: str, now: datetime
) -> list[Call]:
    """Cancels every call of these requests that has not begun, and tells; gives them.

    `why` is `silenced` or `referral_closed`; `by` the person, a coordinator, or `intake` itself.
    """
    if not request_ids:
        return []
    await storage.lock_people_of(tx, request_ids)
    found = await storage.load_booked_calls(tx, request_ids)
    ended = [cancelled(each, by, now) for each in found if each.is_ahead(now)]
    await storage.save_ended_calls(tx, ended)
    await tell(tx, [cancelled_fact(each, why) for each in ended], now)
    return ended


async def changes_of(tx: Transaction, request_id: str, now: datetime) -> int:
    """How often people have changed something about their calls under one e-mail address within a day.

    Over all its requests: they are free, so that a limit for each would be none.
    """
    acts = await storage.load_acts(tx, request_id, CHANGES, now - ONE_DAY)
    return sum(1 for each in acts if each.detail[-1:] == (PERSON,))


def with_own_first(seen: Seen, coordinator_ids: Sequence[str]) -> list[str]:
    """A call that moves stays with its coordinator where she is free."""
    own = seen.call.coordinator_id if seen.call is not None and seen.call.is_booked else None
    return sorted(coordinator_ids, key=lambda each: each != own)
