"""What a coordinator's form asks for: read, decided, kept; whoever comes second is told who was first."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.matching.domain import wording
from services.matching.domain.apart import APART, TOGETHER
from services.matching.domain.change import Done
from services.matching.domain.referral import Moved, Refused
from services.matching.handlers.acts import Acts
from services.matching.web.case_actions import Action
from services.matching.web.case_choice import choosing_page
from services.matching.web.case_history import latest_act, step_of
from services.matching.web.case_pages import (
    LONGEST_NOTE,
    case_page,
    form_page,
    needs_state,
    not_now,
    tells_of_violence,
    unsafe,
)
from services.matching.web.case_view import Case, load_case
from services.matching.web.front import Front
from services.matching.web.says import lately
from services.matching.web.visit import Visit
from shared.contracts.intake import NoteKept, NoteOffered
from shared.contracts.matching import CLOSE_CODES, NONE_FIT_CODES, RELEASE_CODES
from shared.errors import Retryable
from shared.pages import API_HEADERS
from shared.pages.knock import NOBODYS_LINK

CHOOSE_A_REASON = "Please choose a reason."
INTAKE_AWAY = (
    "The note could not be kept, because the part of the system that keeps notes cannot be reached. "
    "Nothing was done. What you typed is still here; please try again in a minute."
)
STAYS_CLOSED: Mapping[str, str] = {
    "withdrawn": "They took their request back. It stays closed.",
    "silenced": "They asked to hear nothing more. It stays closed.",
}
WHY_TOGETHER = "Please say in the note why joint work is right all the same."
NOT_KEPT = "The note could not be kept: nobody knows this request any more. Nothing was done."


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with what was typed."""

    sentence: str


Order = Callable[[], Awaitable[Done | None]]
Reader = Callable[[Front, Visit, Case, int], Order | Mistake]


async def act_on(front: Front, visit: Visit, case: Case, action: Action) -> Response:
    """The act is kept, or the page says why not; a note that came with it is kept first."""
    order = READERS[action.act](front, visit, case, _version(visit))
    if isinstance(order, Mistake):
        return await _again(front, visit, case, action, order.sentence, 422)
    if _version(visit) != case.referral.version:
        return refused_page(front, visit, case, Refused("not_now", case.referral), action.act)
    trouble = await keep_note(front, visit, case)
    if trouble:
        return await _again(front, visit, case, action, *trouble)
    return await _answer(front, visit, action.act, await order())


async def undo(front: Front, visit: Visit, case: Case) -> Response:
    """What was done is as if it had never been, if the form still speaks of the same act."""
    done = await front.acts.undo(visit.link.subject, visit.by, _version(visit))
    return await _answer(front, visit, "undo", done)


def refused_page(front: Front, visit: Visit, case: Case, refused: Refused, act: str) -> Response:
    """Why it was not done; who has done the same already is told so, and that is no conflict."""
    if _is_repeated(visit, case, act):
        return case_page(front, visit, case, latest_act(front, case, visit))
    sentence = _refusal(front, visit, case, refused)
    return case_page(front, visit, case, sentence, unsaved=visit.typed.get("note", ""), status=409)


async def _answer(front: Front, visit: Visit, act: str, done: Done | None) -> Response:
    if isinstance(done, Moved):
        return RedirectResponse(f"{visit.home}?{urlencode({'said': act})}", 303, headers=API_HEADERS)
    case = await load_case(front, visit.link.subject, everybody=True)
    if done is None or case is None:
        raise HTTPException(NOBODYS_LINK.status)
    return refused_page(front, visit, case, done, act)


async def _again(front: Front, visit: Visit, case: Case, action: Action, wrong: str, status: int) -> Response:
    """The page on which it was asked for, with what was typed."""
    if action.act == "choose":
        return await choosing_page(front, visit, case, wrong, status=status)
    if action.has_page:
        return form_page(front, visit, case, action, wrong, status=status)
    return case_page(front, visit, case, wrong, status=status)


async def keep_note(front: Front, visit: Visit, case: Case) -> tuple[str, int] | None:
    """Keeps the inside note with intake, sealed, before anything is done; what went wrong, if so."""
    note = visit.typed.get("note", "").strip()
    if not note:
        return None
    if len(note) > LONGEST_NOTE:
        return f"The note is too long: {LONGEST_NOTE} characters at most.", 422
    question = NoteOffered(
        note_id=visit.typed.get("note_id", "")[:64] or front.ids.new(),
        request_id=case.referral.request.request_id,
        written_by=visit.by,
        text=note,
    )
    try:
        kept = await front.ask(question, NoteKept)
    except Retryable:
        return INTAKE_AWAY, 503
    return None if kept.kept else (NOT_KEPT, 409)


def _refusal(front: Front, visit: Visit, case: Case, refused: Refused) -> str:
    who = case.name(visit.typed.get("clinician_id", ""))
    match refused.code:
        case "full":
            since = lately(refused.since, visit.at, front.terms.zone) if refused.since else ""
            return f"{who} has no free place any more. " + (f"Full since {since}." if since else "")
        case "excluded":
            return f"{who} cannot be offered this: {wording.gap(refused.why or '')}."
        case "unknown":
            return "This clinician is not on the roster any more."
        case "crisis":
            return unsafe(visit, case)
        case "withdrawn" | "silenced":
            return STAYS_CLOSED[refused.code]
    return not_now(front, visit, case)


def _is_repeated(visit: Visit, case: Case, act: str) -> bool:
    """Whether the same person has just done the same: the button was pressed twice."""
    latest, step = case.referral.latest, step_of(case.steps, act)
    if latest is None or step is None or (latest.act, latest.by) != (act, visit.by):
        return False
    told = ("clinician_id", "why")
    return all(step.detail.get(name) == visit.typed[name] for name in told if name in visit.typed)


def _version(visit: Visit) -> int:
    """The version of the referral that the form showed; 0 where it says none."""
    said = visit.typed.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


def _choose(front: Front, visit: Visit, _case: Case, version: int) -> Order | Mistake:
    clinician_id = visit.typed.get("clinician_id", "")
    if not clinician_id:
        return Mistake("Please choose one of them.")
    return lambda: front.acts.choose(visit.link.subject, visit.by, version, clinician_id)


def _none_fits(front: Front, visit: Visit, _case: Case, version: int) -> Order | Mistake:
    why = visit.typed.get("why", "")
    if why not in NONE_FIT_CODES:
        return Mistake(CHOOSE_A_REASON)
    return lambda: front.acts.none_fits(visit.link.subject, visit.by, version, why)


def _release(front: Front, visit: Visit, case: Case, version: int) -> Order | Mistake:
    why, state = visit.typed.get("why", ""), visit.typed.get("state", "")
    if why not in RELEASE_CODES:
        return Mistake(CHOOSE_A_REASON)
    if needs_state(case) and state not in front.practice.rules.states:
        return Mistake("Please choose the state they live in. Without it no licence can be checked.")
    known, work = state if needs_state(case) else None, APART
    if tells_of_violence(front, case) and visit.typed.get("work") == TOGETHER:
        work = TOGETHER
        if not visit.typed.get("note", "").strip():
            return Mistake(WHY_TOGETHER)
    return lambda: front.acts.release(visit.link.subject, visit.by, version, why, known, work)


def _close(front: Front, visit: Visit, _case: Case, version: int) -> Order | Mistake:
    why = visit.typed.get("why", "")
    if why not in CLOSE_CODES:
        return Mistake(CHOOSE_A_REASON)
    return lambda: front.acts.close(visit.link.subject, visit.by, version, why)


def _simply(act: Callable[[Acts, str, str, int], Awaitable[Done | None]]) -> Reader:
    """For an act of which nothing more has to be said."""

    def read(front: Front, visit: Visit, _case: Case, version: int) -> Order:
        return lambda: act(front.acts, visit.link.subject, visit.by, version)

    return read


READERS: Mapping[str, Reader] = {
    "contact": _simply(Acts.contact),
    "still_to_reach": _simply(Acts.still_to_reach),
    "someone_else": _simply(Acts.someone_else),
    "choose": _choose,
    "none_fits": _none_fits,
    "put_on_waitlist": _simply(Acts.put_on_waitlist),
    "release": _release,
    "take_back": _simply(Acts.take_back),
    "close": _close,
    "complete": _simply(Acts.complete),
    "end_care": _simply(Acts.end_care),
    "reopen": _simply(Acts.reopen),
}
