"""A coordinator's calendar: her coming calls, and when she takes none; kept by intake, changed from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.matching.web.calendar_view import AWAY, Form, calendar_page, zone_of
from services.matching.web.front import Front
from services.matching.web.proof import Closed, Guard, add_proof, behind, done_behind, posted, shown
from services.matching.web.visit import Typed, Visit
from shared.contracts.intake import AbsenceAsked, AbsenceKept
from shared.errors import Retryable
from shared.pages import API_HEADERS

SUBJECT = "calendar"
FARTHEST_LEAVE = timedelta(days=2 * 366)  # a later one is a slip of the finger
A_DAY = timedelta(days=1)
GONE = "That was removed already."
WHY_NOT: Mapping[str, str] = {"no_time": "It ends before it begins.", "unknown": GONE}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with what was typed."""

    sentence: str


Span = tuple[datetime, datetime]
Reader = Callable[[Typed, ZoneInfo], Span | Mistake]


async def look_at_calendar(_front: Front, visit: Visit) -> Closed | None:
    """What anybody with the link may see: that there is a calendar."""
    kind = visit.by.partition(":")[0]
    return Closed("Your calls") if (kind, visit.link.subject) == ("coordinator", SUBJECT) else None


CALENDAR = Guard("/referrals/calendar", "calendar", look_at_calendar)


def add_calendar(router: APIRouter, front: Front) -> None:
    """The doors of a coordinator's calendar."""
    add_proof(router, front, CALENDAR)

    @shown(router, CALENDAR)
    async def calendar(request: Request) -> Response:
        """Her coming calls, and when she takes none."""
        return await behind(request, front, CALENDAR, lambda visit: calendar_page(front, visit))

    @posted(router, CALENDAR, "/remove")
    async def remove(request: Request) -> Response:
        """She takes calls again at that time."""
        return await done_behind(request, front, CALENDAR, lambda visit: _removed(front, visit))

    for below, read in READERS.items():
        _add_absence(router, front, below, read)


def _add_absence(router: APIRouter, front: Front, below: str, read: Reader) -> None:
    @posted(router, CALENDAR, f"/{below}")
    async def take_time_off(request: Request) -> Response:
        """She takes no calls for that time; a call that is booked within it stays until it is moved."""
        return await done_behind(
            request, front, CALENDAR, lambda visit: _kept(front, visit, Form(below, visit.typed), read)
        )


async def _kept(front: Front, visit: Visit, form: Form, read: Reader) -> Response:
    span = read(visit.typed, zone_of(front, visit))
    wrong = span if isinstance(span, Mistake) else _impossible(span, visit.at)
    if isinstance(span, Mistake) or wrong is not None:
        return await calendar_page(front, visit, wrong.sentence if wrong else "", form=form, status=422)
    question = AbsenceAsked(
        absence_id=visit.typed.get("absence_id", "")[:64] or front.ids.new(),
        coordinator_id=visit.who,
        act="add",
        by=visit.by,
        begins_at=span[0],
        ends_at=span[1],
    )
    return await _asked(front, visit, question, form)


async def _removed(front: Front, visit: Visit) -> Response:
    absence_id = visit.typed.get("absence_id", "")[:64]
    if not absence_id:
        return await calendar_page(front, visit, "Please use one of the buttons.", status=422)
    question = AbsenceAsked(absence_id=absence_id, coordinator_id=visit.who, act="remove", by=visit.by)
    return await _asked(front, visit, question, Form("remove", visit.typed))


async def _asked(front: Front, visit: Visit, question: AbsenceAsked, form: Form) -> Response:
    try:
        answer = await front.ask(question, AbsenceKept)
    except Retryable:
        return await calendar_page(front, visit, AWAY, form=form, status=503)
    if answer.kept:
        url = f"{visit.home}?{urlencode({'said': form.below})}"
        return RedirectResponse(url, 303, headers=API_HEADERS)
    return await calendar_page(front, visit, WHY_NOT.get(answer.why or "", GONE), form=form, status=409)


def _block(typed: Typed, zone: ZoneInfo) -> Span | Mistake:
    try:
        day = date.fromisoformat(typed.get("day", "").strip())
        begins, ends = (
            _instant(day, time.fromisoformat(typed.get(name, "")), zone) for name in ("from", "to")
        )
    except (ValueError, OverflowError):
        return Mistake("Please give the day, and from when to when.")
    return begins, ends


def _leave(typed: Typed, zone: ZoneInfo) -> Span | Mistake:
    try:
        first, last = (date.fromisoformat(typed.get(name, "").strip()) for name in ("first", "last"))
        begins, ends = (_instant(day, time(), zone) for day in (first, last + A_DAY))
    except (ValueError, OverflowError):
        return Mistake("Please give the first and the last day, such as 2026-12-20.")
    return begins, ends


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def _impossible(span: Span, now: datetime) -> Mistake | None:
    begins, ends = span
    if ends <= begins:
        return Mistake("It ends before it begins.")
    if ends <= now:
        return Mistake("That time has passed.")
    if ends > now + FARTHEST_LEAVE:
        return Mistake("That is more than two years away. Is the year right?")
    return None


READERS: Mapping[str, Reader] = {"block": _block, "leave": _leave}
