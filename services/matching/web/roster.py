"""The roster's doors: who is there for somebody new, changed by a coordinator without an operator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.matching.domain.availability import Accepting, Away, Back, Edit, Room
from services.matching.handlers.roster import Edited, Outdated, change_clinician, load_entries
from services.matching.web.front import Front
from services.matching.web.proof import Closed, Guard, add_proof, behind, done_behind, posted, shown
from services.matching.web.roster_view import Form, Line, lines
from services.matching.web.says import lately
from services.matching.web.visit import Typed, Visit
from shared.pages import API_HEADERS
from shared.practice import DateSpan
from shared.practice.roster import MOST_PLACES

SUBJECT = "roster"
NOT_READ = "Something needs another look; nothing was changed."
GONE = "This clinician is not on the roster any more. Nothing was changed."
LOOK_AGAIN = "Nothing was done; look again."
FARTHEST_LEAVE = timedelta(days=2 * 366)  # a later one is a slip of the finger

Wrong = Mapping[str, str]  # by field, what is wrong with it
Reader = Callable[[Typed, date], Edit | Wrong]


async def look_at_roster(_front: Front, visit: Visit) -> Closed | None:
    """What anybody with the link may see: that there is a roster."""
    kind = visit.by.partition(":")[0]
    return Closed("The roster") if (kind, visit.link.subject) == ("coordinator", SUBJECT) else None


ROSTER = Guard("/roster", "roster", look_at_roster)


@dataclass(frozen=True, slots=True)
class Change:
    """What a form of the page asks for, and what is said of the clinician once it is kept."""

    below: str
    read: Reader
    done: Callable[[Line], str]


def add_roster(router: APIRouter, front: Front) -> None:
    """The doors of the roster."""
    add_proof(router, front, ROSTER)

    @shown(router, ROSTER)
    async def roster(request: Request) -> Response:
        """Everybody on the roster, and how much room they have."""
        return await behind(request, front, ROSTER, lambda visit: _shown(front, visit))

    for change in CHANGES:
        _add_change(router, front, change)


def _add_change(router: APIRouter, front: Front, change: Change) -> None:
    @posted(router, ROSTER, f"/{change.below}")
    async def edit(request: Request) -> Response:
        """One change of one clinician; the same form again changes nothing."""
        return await done_behind(request, front, ROSTER, lambda visit: _changed(front, visit, change))


async def _shown(front: Front, visit: Visit) -> Response:
    """The page; of what was just done it says so, at the line where it was done."""
    below, _, number = visit.said.partition("-")
    everybody = await _everybody(front, visit, None)
    at = _whole(number) or 0
    if not 0 < at <= len(everybody):
        return _page(front, visit, everybody)
    line = everybody[at - 1]
    done = next((each.done(line) for each in CHANGES if each.below == below), "")
    return _page(front, visit, everybody, line.clinician_id, said=done)


async def _changed(front: Front, visit: Visit, change: Change) -> Response:
    today, who = front.terms.today(visit.at), visit.typed.get("clinician_id", "")
    edit = change.read(visit.typed, today)
    if isinstance(edit, Mapping):
        everybody = await _everybody(front, visit, Form(who, visit.typed, edit))
        return _page(front, visit, everybody, who, wrong=NOT_READ, status=422)
    version = _whole(visit.typed.get("version", "")) or 0
    done = await change_clinician(front.database, who, version, edit, visit.by, visit.at, today)
    everybody = await _everybody(front, visit, None)
    match done:
        case None:
            return _page(front, visit, everybody, wrong=GONE, status=409)
        case Outdated():
            first = f"{done.clinician.record.name} was changed meanwhile{_whose(front, visit, done)}."
            return _page(front, visit, everybody, who, wrong=f"{first} {LOOK_AGAIN}", status=409)
        case Edited(changed=False):
            return _page(front, visit, everybody, who, said=f"So it is already{_whose(front, visit, done)}.")
    number = _number(everybody, who)
    said = f"said={change.below}-{number}#n{number}"  # no name is in an address
    return RedirectResponse(f"{visit.home}?{said}", 303, headers=API_HEADERS)


async def _everybody(front: Front, visit: Visit, form: Form | None) -> list[Line]:
    return lines(await load_entries(front.database), front.terms.today(visit.at), form)


def _number(everybody: Sequence[Line], who: str) -> int | None:
    return next((at for at, each in enumerate(everybody, start=1) if each.clinician_id == who), None)


def _page(
    front: Front,
    visit: Visit,
    everybody: Sequence[Line],
    opened: str = "",
    *,
    said: str = "",
    wrong: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The page, open at the line of this clinician."""
    values = {
        "practice_name": front.practice.name,
        "home": visit.home,
        "lines": everybody,
        "open_line": _number(everybody, opened),
        "said": said,
        "wrong": wrong,
        "taking": sum(each.takes_somebody for each in everybody),
    }
    return front.pages.page("roster.html", values, language="en", status=status, has_form=True)


def _whose(front: Front, visit: Visit, done: Edited | Outdated) -> str:
    """`, by Lee at 10:02 am`, as far as it is known."""
    if done.by is None or done.at is None:
        return ""
    known = front.practice.coordinator(done.by.partition(":")[2])
    who = "you" if done.by == visit.by else known.name if known else "the operator"
    return f", by {who} at {lately(done.at, visit.at, front.terms.zone)}"


def _accepting(typed: Typed, _today: date) -> Edit | Wrong:
    said = typed.get("accepting", "")
    return Accepting(said == "yes") if said in ("yes", "no") else {"accepting": "Please say yes or no."}


def _room(typed: Typed, _today: date) -> Edit | Wrong:
    capacity, caseload = (_places(typed.get(name, "")) for name in ("capacity", "caseload"))
    if capacity is None or caseload is None:
        what = f"Please give a whole number from 0 to {MOST_PLACES}."
        return {name: what for name, said in (("capacity", capacity), ("caseload", caseload)) if said is None}
    return Room(capacity, caseload)


def _away(typed: Typed, today: date) -> Edit | Wrong:
    first, last = _day(typed.get("from", "")), _day(typed.get("to", ""))
    if first is None or last is None:
        named = (("from", first), ("to", last))
        return {name: "Please give a day, such as 2026-12-20." for name, said in named if said is None}
    if last < first:
        return {"to": "The last day comes before the first."}
    if last < today:
        return {"to": "This leave is over already."}
    if last > today + FARTHEST_LEAVE:
        return {"to": "That is more than two years away. Is the year right?"}
    return Away(DateSpan.model_validate({"from": first, "to": last}))


def _back(typed: Typed, _today: date) -> Edit | Wrong:
    first, last = _day(typed.get("from", "")), _day(typed.get("to", ""))
    if first is None or last is None or last < first:
        return {"leave": "Please use one of the buttons below."}
    return Back(DateSpan.model_validate({"from": first, "to": last}))


def _places(said: str) -> int | None:
    number = _whole(said)
    return number if number is not None and number <= MOST_PLACES else None


def _whole(said: str) -> int | None:
    text = said.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        return None


def _paused_or_not(line: Line) -> str:
    return (
        f"{line.name} takes new clients again." if line.accepting else f"{line.name} is paused: nobody new."
    )


def _kept_places(line: Line) -> str:
    kept = f"The places of {line.name} are kept."
    return f"{kept} They are fewer than are in use. {line.caution}" if line.caution else kept


CHANGES = (
    Change("accepting", _accepting, _paused_or_not),
    Change("room", _room, _kept_places),
    Change("leave", _away, lambda line: f"The leave of {line.name} is kept."),
    Change("back", _back, lambda line: f"That leave of {line.name} has ended."),
)
