"""What the form of a call asks for: read, asked of intake, and told; who comes second hears who was first."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse, Response

from services.matching.web.case_actions import allowed
from services.matching.web.case_acts import Mistake, keep_note
from services.matching.web.case_call import BEHIND_A_SLOT, GONE, arranging_page, on_duty, whose_doing
from services.matching.web.case_pages import why_not
from services.matching.web.case_view import Case
from services.matching.web.front import Front
from services.matching.web.says import day_and_time
from services.matching.web.visit import Visit
from shared.contracts.intake import CallAct, CallAnswered, CallAsked
from shared.errors import Retryable
from shared.pages import API_HEADERS
from shared.practice.calls import GRAIN

FARTHEST_CALL = timedelta(days=60)  # a later one is a slip of the finger
SHORTEST_CALL, LONGEST_CALL = 5, 180  # minutes
ACTS: tuple[str, ...] = get_args(CallAct)
NEED_A_TIME = frozenset({"book", "move"})
NOT_HEARD = (
    "The calendar cannot be reached at the moment, so nobody can say whether this was done. What you chose "
    "is still here; please try again in a minute. Doing it twice does no harm."
)
LOOK_AGAIN = "Nothing was changed by you; look again."
WHY_NOT: Mapping[str, str] = {
    "unknown": GONE,
    "taken": "Somebody else has that time now. Here is what is free.",
    "not_now": "It can be said how a call went once it has begun, and moved or cancelled while it is booked.",
    "passed": "That time has passed.",
    "withdrawn": "They took their request back. No call is booked with them any more.",
    "no_time": "Please choose a time.",
}


async def arrange(front: Front, visit: Visit, case: Case) -> Response:
    """The call is booked, moved, cancelled or marked, or the page says why not."""
    wanted = _wanted(front, visit, case)
    if isinstance(wanted, Mistake):
        return await arranging_page(front, visit, case, wanted.sentence, status=422)
    if wanted.act in NEED_A_TIME and not allowed(case.referral, "arrange_call"):
        refused = why_not(front, visit, case, "arrange_call")
        return await arranging_page(front, visit, case, refused, status=409)
    trouble = await keep_note(front, visit, case)
    if trouble:
        return await arranging_page(front, visit, case, trouble[0], status=trouble[1])
    try:
        answer = await front.ask(wanted, CallAnswered)
    except Retryable:
        return await arranging_page(front, visit, case, NOT_HEARD, status=503)
    if answer.done:
        query = urlencode({"said": wanted.act})
        return RedirectResponse(f"{visit.home}/call?{query}", 303, headers=API_HEADERS)
    return await arranging_page(front, visit, case, _refusal(front, visit, answer), status=409)


def _refusal(front: Front, visit: Visit, answer: CallAnswered) -> str:
    call = answer.consultation
    if answer.why != "changed":
        return WHY_NOT.get(answer.why or "", LOOK_AGAIN)
    if call is None:
        return f"There is no such call any more. {LOOK_AGAIN}"
    at = day_and_time(call.starts_at, front.terms.zone)
    return f"{whose_doing(front, visit, call)}: the call of {at}. {LOOK_AGAIN}"


def _wanted(front: Front, visit: Visit, case: Case) -> CallAsked | Mistake:
    act, seen = visit.typed.get("act", ""), visit.typed.get("seen", "")
    if act not in ACTS:
        return Mistake("Please use one of the buttons.")
    said: dict[str, Any] = {
        "request_id": case.referral.request_id,
        "act": act,
        "version": int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
        "by": visit.by,
    }
    if act not in NEED_A_TIME:
        return CallAsked(**said)
    when = _time(front, visit)
    return when if isinstance(when, Mistake) else CallAsked(**said, **when)


def _time(front: Front, visit: Visit) -> Mapping[str, Any] | Mistake:
    """When it is to be, for how long, and who calls."""
    when = _free_time(visit) if visit.typed.get("slot") else _other_time(front, visit)
    if isinstance(when, Mistake):
        return when
    starts_at: datetime = when["starts_at"]
    if starts_at <= visit.at:
        return Mistake(WHY_NOT["passed"])
    if starts_at > visit.at + FARTHEST_CALL:
        return Mistake(f"That is more than {FARTHEST_CALL.days} days away. Is the day right?")
    if when["coordinator_id"] not in dict(on_duty(front, visit)):
        return Mistake("Please choose who calls.")
    return when


def _free_time(visit: Visit) -> Mapping[str, Any] | Mistake:
    said, _, who = visit.typed["slot"].partition(BEHIND_A_SLOT)
    try:
        at = datetime.fromisoformat(said)
        starts_at = at.astimezone(UTC) if at.tzinfo else None  # without its zone it is nobody's time
    except (ValueError, OverflowError):
        starts_at = None
    if starts_at is None:
        return Mistake("Please choose one of the times.")
    return {"starts_at": starts_at, "coordinator_id": who}


def _other_time(front: Front, visit: Visit) -> Mapping[str, Any] | Mistake:
    typed = visit.typed
    if not typed.get("day") and not typed.get("time"):
        return Mistake(WHY_NOT["no_time"])
    try:
        day, at = date.fromisoformat(typed.get("day", "")), time.fromisoformat(typed.get("time", ""))
        length = int(typed.get("minutes") or front.practice.calls.length // timedelta(minutes=1))
        begins = datetime.combine(day, at.replace(tzinfo=None), tzinfo=front.terms.zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the last night of the calendar has no morning
        return Mistake("Please give the day, the time and the length of the call.")
    if not SHORTEST_CALL <= length <= LONGEST_CALL:
        return Mistake(f"A call takes from {SHORTEST_CALL} to {LONGEST_CALL} minutes.")
    if (at.minute * 60 + at.second) % GRAIN.seconds or at.microsecond or length % (GRAIN.seconds // 60):
        return Mistake("A call begins and ends at full five minutes, such as 2:05.")
    who = typed.get("coordinator_id") or visit.who
    return {"starts_at": begins, "minutes": length, "coordinator_id": who}
