"""The page of a coordinator's calendar, as intake tells it at that moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from services.matching import storage
from services.matching.web.front import Front
from services.matching.web.says import clock_of, clock_time, day_and_time, weekday_of
from services.matching.web.visit import NOTHING_TYPED, Typed, Visit
from shared.contracts.intake import Absence, CalendarAnswered, CalendarAsked, Consultation
from shared.errors import Retryable

CASE_FOR = timedelta(days=7)  # how long a link of this page opens a referral, as long as the page's own
A_MINUTE = timedelta(minutes=1)
AWAY = (
    "The calendar cannot be reached at the moment. If you pressed a button, nobody can say whether it was "
    "done; please try again in a minute. Doing it twice does no harm."
)
KEPT = {
    "block": "Kept: you take no calls at that time.",
    "leave": "Kept: you take no calls on those days.",
    "remove": "Kept: you take calls again at that time.",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody typed, in which form."""

    below: str
    typed: Typed = field(default_factory=lambda: NOTHING_TYPED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A call of hers; `link` leads to where it is moved."""

    at: str
    reference: str
    link: str
    in_the_way: bool  # she takes no calls at that time


@dataclass(frozen=True, slots=True)
class Off:
    """A time at which she takes no calls."""

    absence_id: str
    text: str


async def calendar_page(
    front: Front, visit: Visit, wrong: str = "", *, form: Form | None = None, status: int = 200
) -> HTMLResponse:
    """Her coming calls, those first that stand where she takes none; when that is; and how to change it."""
    question = CalendarAsked(coordinator_id=visit.who, ending_after=visit.at, asked_by=visit.by)
    try:
        answer = await front.ask(question, CalendarAnswered)
    except Retryable:
        answer, wrong, status = None, wrong or AWAY, 503
    zone = zone_of(front, visit)
    calls = await _calls(front, visit, answer, zone) if answer else []
    values = {
        "practice_name": front.practice.name,
        "home": visit.home,
        "wrong": wrong,
        "said": "" if wrong else KEPT.get(visit.said, ""),
        "known": answer is not None,
        "in_the_way": [each for each in calls if each.in_the_way],
        "calls": [each for each in calls if not each.in_the_way],
        "off": [Off(each.absence_id, _off(each, zone)) for each in answer.absences] if answer else [],
        "form": form or Form(""),
        "absence_id": (form.typed.get("absence_id") if form else "") or front.ids.new(),
        "today": visit.at.astimezone(zone).date().isoformat(),
        "zone": clock_of(zone),
    }
    return front.pages.page("calendar.html", values, language="en", status=status, has_form=True)


def zone_of(front: Front, visit: Visit) -> ZoneInfo:
    """On whose wall clock her hours are."""
    known = front.practice.coordinator(visit.who)
    return front.practice.zone_of_coordinator(known) if known else front.terms.zone


async def _calls(front: Front, visit: Visit, answer: CalendarAnswered, zone: ZoneInfo) -> Sequence[Shown]:
    async with front.database.reading() as tx:
        ids = await storage.load_referral_ids(tx, [each.request_id for each in answer.consultations])
    return [
        Shown(
            f"{day_and_time(each.starts_at, zone)} to {clock_time(each.ends_at, zone)}",
            each.reference,
            _link(front, visit, ids.get(each.request_id)),
            any(_overlap(each, absence) for absence in answer.absences),
        )
        for each in answer.consultations
    ]


def _link(front: Front, visit: Visit, referral_id: str | None) -> str:
    """The page of a call; empty while its referral is not known yet."""
    if referral_id is None:
        return ""
    return f"/referrals/case/{front.links.sign('case', visit.by, referral_id, visit.at, CASE_FOR)}/call"


def _overlap(call: Consultation, absence: Absence) -> bool:
    return call.starts_at < absence.ends_at and absence.begins_at < call.ends_at


def _off(absence: Absence, zone: ZoneInfo) -> str:
    """`Mon, Dec 21 to Thu, Dec 24`, `Mon, Dec 21`, or `Mon, Dec 21, 2:00 pm to 3:00 pm`."""
    begins, ends = absence.begins_at.astimezone(zone), absence.ends_at.astimezone(zone)
    if begins.time() == time() == ends.time():
        first, last = weekday_of(begins, zone), weekday_of(ends - A_MINUTE, zone)
        return first if first == last else f"{first} to {last}"
    until = clock_time(ends, zone) if _same_day(begins, ends) else day_and_time(ends, zone)
    return f"{day_and_time(begins, zone)} to {until}"


def _same_day(first: datetime, second: datetime) -> bool:
    return first.date() == second.date()
