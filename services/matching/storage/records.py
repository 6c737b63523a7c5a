"""A referral as a row, and back."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from services.matching.domain.referral import Acted, Call, CallNews, Choice, Pending, Referral, Standing
from services.matching.domain.types import Request
from shared.database import Row

# Types of the domain in JSON: codes, numbers and times.
_REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
_PENDING: TypeAdapter[Pending] = TypeAdapter(Pending)
_ACTED: TypeAdapter[Acted] = TypeAdapter(Acted)
_CALL: TypeAdapter[Call | None] = TypeAdapter(Call | None)
_CALL_NEWS: TypeAdapter[CallNews | None] = TypeAdapter(CallNews | None)


def row_of(referral: Referral) -> Row:
    """What changes in a referral's row from version to version."""
    stands, choice, pending = referral.standing, referral.choice, referral.pending
    closed = referral.closed_at is not None
    return {
        "version": referral.version,
        "state": referral.state,
        "stage": referral.stage,
        "why": stands.why,
        "request": _REQUEST.dump_python(referral.request, mode="json"),
        "owner": referral.owner,
        "next_action": None if closed else stands.next_action,
        "due_at": None if closed else stands.due_at,
        "policy_version": referral.policy_version,
        "roster_version": referral.roster_version,
        "closed_at": referral.closed_at,
        "clinician_id": choice.clinician_id if choice else None,
        "offer_id": choice.offer_id if choice else None,
        "place": choice.place if choice else None,
        "answer_by": choice.answer_by if choice else None,
        "pending": _PENDING.dump_python(pending, mode="json") if pending else None,
        "settles_at": pending.settles_at if pending else None,
        "latest": _ACTED.dump_python(referral.latest, mode="json") if referral.latest else None,
        "contacted": referral.contacted,
        "checked_in": referral.checked_in,
        "heard_at": referral.heard_at,
        "nudged": stands.nudged,
        "nudge_at": None if closed else stands.reminds_at,
        "call": _CALL.dump_python(referral.call, mode="json"),
    }


def referral_of(row: RowMapping) -> Referral:
    """The row as decisions take it."""
    closed_at: datetime | None = row["closed_at"]
    choice = None
    if row["clinician_id"] is not None:
        choice = Choice(row["clinician_id"], row["offer_id"], row["place"], row["answer_by"])
    return Referral(
        referral_id=row["referral_id"],
        request=_REQUEST.validate_python(row["request"]),
        version=row["version"],
        owner=row["owner"] or "",
        standing=Standing(
            stage=row["stage"],
            next_action=row["next_action"] or "",
            due_at=row["due_at"] or row["closed_at"],
            why=row["why"],
            choice=choice,
            nudged=row["nudged"],
            nudge_at=row["nudge_at"] if row["nudged"] else None,
        ),
        policy_version=row["policy_version"],
        roster_version=row["roster_version"],
        heard_at=row["heard_at"],
        pending=_PENDING.validate_python(row["pending"]) if row["pending"] else None,
        latest=_ACTED.validate_python(row["latest"]) if row["latest"] else None,
        contacted=row["contacted"],
        checked_in=row["checked_in"],
        closed_at=closed_at,
        call=call_of(row["call"]),
    )


def call_of(kept: Any) -> Call | None:
    """The call as decisions take it, if there is one."""
    return _CALL.validate_python(kept)


def plain_call_news(news: CallNews) -> Any:
    """What was said of a call, as JSON keeps it."""
    return _CALL_NEWS.dump_python(news, mode="json")


def call_news_of(kept: Any) -> CallNews | None:
    """The same back, if anything was said."""
    return _CALL_NEWS.validate_python(kept)
