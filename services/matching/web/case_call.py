"""The page of a call: how it stands, as intake says at that moment, and the times at which it could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from services.matching.web.case_actions import allowed
from services.matching.web.case_pages import LONGEST_NOTE, case_page, page, why_not
from services.matching.web.case_view import Case
from services.matching.web.front import Front
from services.matching.web.says import clock_of, clock_time, day_and_time, day_of, lasting, lately
from services.matching.web.visit import Visit
from shared.contracts.intake import Consultation, Slot, SlotsAnswered, SlotsAsked
from shared.english import listed
from shared.errors import Retryable

Facts = list[tuple[str, str]]
TYPED = ("slot", "day", "time", "minutes", "coordinator_id", "note")  # what comes back as it was typed
BEHIND_A_SLOT = "~"  # between the time and who calls
AWAY = (
    "The calendar cannot be reached at the moment, so no free time can be shown. Nothing was changed. "
    "Please try again in a minute."
)
GONE = "Nobody knows this request any more: it was taken back, or erased."
KEPT = {
    "book": "Kept: the call is booked.",
    "move": "Kept: the call is moved.",
    "cancel": "Kept: the call is cancelled, and its time is free.",
    "attended": "Kept: they were there.",
    "missed": "Kept: they were not there.",
}
NOT_MAILED = (
    "Home is not safe, so nothing is mailed to them about the call. Tell them yourself, in the way and at "
    "the hours they named."
)
CAME_OF_IT = {
    "booked": ("Booked", "Moved"),
    "cancelled": ("Cancelled", "Cancelled"),
    "attended": ("They were there, as marked", "They were there, as marked"),
    "missed": ("They were not there, as marked", "They were not there, as marked"),
}


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time at which somebody could call."""

    value: str
    at: str
    theirs: str  # the same by the person's clock; empty where that is the practice's


@dataclass(frozen=True, slots=True)
class FreeDay:
    """The free times of one coordinator on one day."""

    name: str
    times: Sequence[FreeTime]
    opened: bool


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """When one coordinator could call."""

    whose: str
    days: Sequence[FreeDay]


async def arranging_page(
    front: Front, visit: Visit, case: Case, wrong: str = "", *, status: int = 200
) -> HTMLResponse:
    """The call as it stands, and what can be done about it."""
    known = case.referral.call
    if not allowed(case.referral, "arrange_call") and (known is None or not known.awaited):
        refused = wrong or why_not(front, visit, case, "arrange_call")
        return case_page(front, visit, case, refused, unsaved=visit.typed.get("note", ""), status=409)
    question = SlotsAsked(request_id=case.referral.request_id, asked_by=visit.by)
    try:
        answer = await front.ask(question, SlotsAnswered)
    except Retryable:
        return call_page(front, visit, case, None, wrong or AWAY, status=503)
    if not answer.known:
        return call_page(front, visit, case, None, GONE, status=410)
    return call_page(front, visit, case, answer, wrong, status=status)


def call_page(
    front: Front, visit: Visit, case: Case, answer: SlotsAnswered | None, wrong: str, *, status: int
) -> HTMLResponse:
    """The page with what intake answered, or without, where it could not."""
    call = answer.consultation if answer else None
    known = call or case.referral.call  # what the facts told, where intake cannot be asked
    booked = known is not None and known.status == "booked"
    minutes = front.practice.calls.length // timedelta(minutes=1)
    typed = {name: visit.typed.get(name, "") for name in TYPED}
    may_book = allowed(case.referral, "arrange_call") and not (answer is None and status == 410)
    values = {
        "wrong": wrong,
        "said": "" if wrong else KEPT.get(visit.said, ""),
        "call": call_facts(front, visit, case, call) if call else told_facts(front, case),
        "caution": NOT_MAILED if "danger_at_home" in case.referral.request.flags else "",
        "booked": booked,
        "begun": known is not None and booked and known.starts_at <= visit.at,
        "over": known is not None and known.status == "attended",
        "seen": visit.typed.get("seen", 0) if answer is None else call.version if call else 0,
        "groups": free_times(front, visit, case, answer) if may_book else [],
        "may_book": may_book,
        "chosen": _chosen(front, typed["slot"]) if answer is None else "",
        "typed": typed | {"minutes": typed["minutes"] or str(minutes)},
        "people": on_duty(front, visit),
        "today": front.terms.today(visit.at).isoformat(),
        "zone": clock_of(front.terms.zone),
        "after_call": lasting(front.terms.clocks.after_call),
        "note_id": visit.typed.get("note_id") or front.ids.new(),
        "longest_note": LONGEST_NOTE,
    }
    return page(front, "case_call.html", visit, case, values, status)


def on_duty(front: Front, visit: Visit) -> list[tuple[str, str]]:
    """Who takes calls, by id and name; whoever looks at the page first."""
    those = [(each.id, each.name) for each in front.practice.coordinators if each.on_duty]
    return sorted(those, key=lambda each: each[0] != visit.who)


def call_facts(front: Front, visit: Visit, case: Case, call: Consultation) -> Facts:
    """When it is, by both clocks, with whom, whose doing that is, and what whoever calls should know."""
    zone, theirs = front.terms.zone, zone_of(front, case, call)
    until = clock_time(call.ends_at, zone)
    spoken = listed([front.label(each, "language") for each in call.interpreter])
    facts = [
        ("How it stands", f"{whose_doing(front, visit, call)}."),
        ("When", f"{day_and_time(call.starts_at, zone)} to {until}"),
        ("By their clock", their_time(call.starts_at, zone, theirs)),
        ("Who calls", named(front, call.coordinator_id)),
        ("Interpreter", f"Needed for {spoken}" if spoken else ""),
        ("They will be in", _where(front, call)),
    ]
    return [(what, said) for what, said in facts if said]


def told_facts(front: Front, case: Case) -> Facts:
    """When it is and with whom, as far as the facts have told; nothing where no call is booked."""
    call = case.referral.call
    if call is None or not call.awaited:
        return []
    return [
        ("When", day_and_time(call.starts_at, front.terms.zone)),
        ("Who calls", named(front, call.coordinator_id)),
    ]


def whose_doing(front: Front, visit: Visit, call: Consultation) -> str:
    """`Moved by Lee at 10:32 am`."""
    first, later = CAME_OF_IT[call.status]
    at = lately(call.changed_at, visit.at, front.terms.zone)
    kind, _, who = call.by.partition(":")
    by = {"person": " by the person", "coordinator": f" by {named(front, who)}"}.get(kind, "")
    return f"{later if call.sequence else first}{' by you' if call.by == visit.by else by} at {at}"


def named(front: Front, coordinator_id: str) -> str:
    """What a coordinator is called."""
    known = front.practice.coordinator(coordinator_id)
    return known.name if known else coordinator_id


def zone_of(front: Front, case: Case, call: Consultation | None) -> ZoneInfo:
    """The person's zone, as far as anybody knows it."""
    request = case.referral.request
    known = call.time_zone if call else request.time_zone
    return ZoneInfo(known or front.practice.zone_of(request.state))


def their_time(at: datetime, ours: ZoneInfo, theirs: ZoneInfo) -> str:
    """`5:00 pm, New York time`; empty where both clocks show the same."""
    if at.astimezone(ours).utcoffset() == at.astimezone(theirs).utcoffset():
        return ""
    same_day = at.astimezone(ours).date() == at.astimezone(theirs).date()
    said = clock_time(at, theirs) if same_day else day_and_time(at, theirs)
    return f"{said}, {clock_of(theirs)}"


def free_times(front: Front, visit: Visit, case: Case, answer: SlotsAnswered | None) -> list[FreeTimes]:
    """Coordinator by coordinator, whoever looks at the page first."""
    if answer is None:
        return []
    listed_ids = [each.id for each in front.practice.coordinators]
    free = {who for slot in answer.slots for who in slot.coordinator_ids}
    order = sorted(free, key=lambda who: (who != visit.who, who not in listed_ids, who))
    theirs = zone_of(front, case, answer.consultation)
    return [
        FreeTimes(
            "Your free times" if who == visit.who else f"When {named(front, who)} is free",
            _days(front, visit, [each for each in answer.slots if who in each.coordinator_ids], who, theirs),
        )
        for who in order
    ]


def slot_value(starts_at: datetime, coordinator_id: str) -> str:
    """A free time as a form sends it."""
    return f"{starts_at.isoformat()}{BEHIND_A_SLOT}{coordinator_id}"


def _days(front: Front, visit: Visit, slots: Sequence[Slot], who: str, theirs: ZoneInfo) -> list[FreeDay]:
    zone, chosen = front.terms.zone, visit.typed.get("slot", "")
    by_day: dict[str, list[FreeTime]] = {}
    for slot in slots:
        value = slot_value(slot.starts_at, who)
        shown = FreeTime(value, clock_time(slot.starts_at, zone), their_time(slot.starts_at, zone, theirs))
        by_day.setdefault(day_of(slot.starts_at, zone), []).append(shown)
    first = next(iter(by_day), "") if who == visit.who and not chosen else ""
    return [
        FreeDay(day, times, opened=day == first or chosen in [each.value for each in times])
        for day, times in by_day.items()
    ]


def _chosen(front: Front, slot: str) -> str:
    """A free time that was chosen before, in words; empty for what is none."""
    said, _, who = slot.partition(BEHIND_A_SLOT)
    try:
        at = datetime.fromisoformat(said)
        return f"{day_and_time(at, front.terms.zone)}, with {named(front, who)}" if at.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def _where(front: Front, call: Consultation) -> str:
    if call.state is None:
        return ""
    name = front.label(call.state, "state")
    return name if call.state in front.terms.facts.states else f"{name}, where the practice does not work"
