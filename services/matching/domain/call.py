"""What the free call does to a referral: booked, it comes next; over, it leaves something to do.

Where it comes next stands in `life.py`, as `book_call`. Everywhere else a call is kept and shown, and comes
next as soon as the referral is at such a stage. A held referral waits for a call that a coordinator arranged,
since she has looked and wants to speak with them; a call that the person booked relieves nobody of looking.

    booked, moved   say how it went, within a while of its end
    attended        what comes next once somebody has spoken with the person
    missed          see whether they book again, within the time of a decision
    cancelled       what would be due without it: reach out, if nobody has spoken with them

An act that can still be undone puts back what was due before it; that changes along, so that no undo brings
back the duty of a call that is over.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.matching.domain.life import (
    ALLOWED,
    AWAIT_ANSWER,
    CALL,
    CHOOSE,
    FIND_ANOTHER_WAY,
    FOLLOW_UP,
    HELD,
    INTRODUCED,
    MISSED_CALL,
    OWED,
    REACH_OUT,
    REVIEW_HOLD,
    WAIT,
    WAITLISTED,
)
from services.matching.domain.referral import THE_PERSON, Call, CallNews, Dues, Referral, Standing


def comes_next(stands: Standing, call: Call | None) -> Standing:
    """The same, with the call as what comes next if it is one to wait for at this stage."""
    if call is None or not _is_waited_for(stands, call):
        return stands
    if stands.next_action == CALL and stands.due_at == call.due_at:
        return stands
    return stands.with_duty(CALL, call.due_at)


def still_due(stands: Standing, duty: Standing) -> Standing:
    """The same, with the call that was due before, of which everybody is reminded as before."""
    return replace(stands, next_action=CALL, due_at=duty.due_at, nudged=duty.nudged, nudge_at=duty.nudge_at)


def once_spoken(stands: Standing, dues: Dues) -> Standing:
    """The same, with what comes next when somebody has spoken with the person."""
    match stands.stage:
        case "waitlisted":
            return stands.with_duty(WAIT, dues.check_in)
        case "introduced" | "professional":
            return stands.with_duty(FOLLOW_UP, dues.follow_up)
        case "offered" | "received" if stands.choice is not None:
            return stands.with_duty(AWAIT_ANSWER, stands.choice.answer_by)
        case "proposed":
            return stands.with_duty(CHOOSE, dues.decision)
        case "held":
            return stands.with_duty(REVIEW_HOLD, dues.decision)
        case _:
            return stands.with_duty(FIND_ANOTHER_WAY, dues.decision)


def as_told(call: Call | None, now: datetime) -> Call | None:
    """The call as it is when somebody says whether they spoke with the person: over, once it has begun."""
    if call is None or not call.awaited or not call.has_begun(now):
        return call
    return replace(call, told=True)


def with_call(referral: Referral, news: CallNews, owner: str | None, dues: Dues) -> Referral | None:
    """The referral once this is known of its call; None where that or something later is known already.

    Whoever calls answers for them: `owner` is the call's coordinator, or None where nobody knows them.
    """
    known, call = referral.call, news.call
    if known is not None and call.version <= known.version:
        return None
    if known is not None and known.call_id == call.call_id:
        call = replace(call, arranged=call.arranged or known.arranged)
    heard = news.by == THE_PERSON or call.status == "attended"
    contacted = referral.contacted or call.status == "attended"
    pending = referral.pending
    if pending is not None:
        pending = replace(pending, before=_due(pending.before, call, dues, contacted=contacted))
    return replace(
        referral,
        call=call,
        owner=referral.owner if owner is None or referral.ended else owner,
        contacted=contacted,
        heard_at=dues.now if heard else referral.heard_at,
        checked_in=referral.checked_in and not heard,
        standing=_due(referral.standing, call, dues, contacted=contacted),
        pending=pending,
    )


def _is_waited_for(stands: Standing, call: Call) -> bool:
    if not call.awaited or stands.stage not in ALLOWED["book_call"]:
        return False
    return stands.stage != HELD or call.arranged


def _due(stands: Standing, call: Call, dues: Dues, *, contacted: bool) -> Standing:
    if stands.stage not in ALLOWED["book_call"]:
        return stands
    match call.status:
        case "booked":
            return comes_next(stands, call)
        case "attended" if stands.next_action in OWED or stands.stage == WAITLISTED:
            return once_spoken(stands, dues)
        case "missed" if stands.next_action in OWED:
            return stands.with_duty(MISSED_CALL, dues.decision)
        case "cancelled" if stands.next_action == CALL:
            return _without_call(stands, dues, contacted=contacted)
    return stands  # what somebody does about it already goes on


def _without_call(stands: Standing, dues: Dues, *, contacted: bool) -> Standing:
    if stands.stage == HELD:
        return stands.with_duty(REVIEW_HOLD, dues.contact)
    if stands.stage == INTRODUCED:  # who wanted to speak with us is asked soon
        return stands.with_duty(FOLLOW_UP, dues.decision)
    return once_spoken(stands, dues) if contacted else stands.with_duty(REACH_OUT, dues.contact)


def said_of(news: CallNews) -> Mapping[str, str]:
    """The step of the trail: when the call is and with whom, when it was, and why it is not."""
    call = news.call
    said = {"call_at": call.starts_at.isoformat(), "call_with": call.coordinator_id}
    said |= {"was_at": news.was_at.isoformat()} if news.was_at else {}
    return said | ({"why": news.why} if news.why else {})
