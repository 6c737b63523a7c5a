"""The pages of one referral, for its coordinators."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fastapi.responses import HTMLResponse

from services.matching.domain import life, wording
from services.matching.domain.apart import brings_them_together
from services.matching.domain.hold import UNKNOWN_STATE
from services.matching.domain.referral import Referral
from services.matching.domain.types import Fit
from services.matching.web import words
from services.matching.web.asked import asked_for
from services.matching.web.case_actions import (
    ACTIONS,
    Action,
    allowed,
    is_possible,
    said_of,
    waits_for_a_name,
)
from services.matching.web.case_history import called, history, latest_act, step_of, what_was_done
from services.matching.web.case_view import Case, Shown, all_facts_of, shown_clinician, shown_fit
from services.matching.web.front import Front
from services.matching.web.minors import consent_of
from services.matching.web.says import clock_time, day_and_time, lasting
from services.matching.web.visit import Visit
from shared.contracts.matching import CLOSE_CODES, NONE_FIT_CODES, RELEASE_CODES
from shared.english import spelled

LONGEST_NOTE = 5000  # as intake keeps them
OUTCOMES = ("choose", "none_fits", "put_on_waitlist", "close")  # of a call at which they were there
FIELDS = ("why", "note", "state", "work")  # what comes back as it was typed
TOLD_FIRST = ("danger_at_home", "partner_violence")  # on the page for as long as there is one
UNSAFE = (
    "Words of crisis were found and nobody has cleared them. Nobody is chosen, put on the waitlist or closed "
    "before a coordinator has read the note, spoken with them, and cleared it by name. You can, on the "
    "practice’s own machine, or whoever runs it does it for you: "
    'practice clear {reference} --by {by} --because "what you did"'
)
WORRYING = "Words that can mean danger were found. Please read what they wrote."


def case_page(
    front: Front, visit: Visit, case: Case, wrong: str = "", *, unsaved: str = "", status: int = 200
) -> HTMLResponse:
    """Where the referral stands, who is proposed, what can be done, and what was done."""
    referral, decision, choice = case.referral, case.decision, case.referral.choice
    actions = [each for each in ACTIONS if _is_offered(visit, referral, each)]
    outcomes = OUTCOMES if _is_asked_for_outcome(referral) else ()
    values = {
        "stands": all_facts_of(front, referral),
        "asked_for": asked_for(front, referral.request),
        "said": "" if wrong else said_of(referral, visit.said),
        "wrong": wrong,
        "unsaved": unsaved,
        "cautions": _cautions(visit, case),
        "chosen": shown_clinician(case, choice.clinician_id, ()) if choice else None,
        "pending": _pending(front, visit, case),
        "candidates": _candidates(front, case),
        "may_choose": allowed(referral, "choose"),
        "nearest": _nearest(case),
        "judged": bool(decision and (decision.candidates or decision.excluded)),
        "call": _call(front, visit, referral),
        "outcomes": [(each, each.called(referral)) for each in actions if each.act in outcomes],
        "actions": [(each, each.called(referral)) for each in actions if each.act not in outcomes],
        "history": history(front, case),
    }
    return page(front, "case.html", visit, case, values, status)


def form_page(
    front: Front, visit: Visit, case: Case, action: Action, wrong: str = "", *, status: int = 200
) -> HTMLResponse:
    """The page on which this is done, with whatever was typed."""
    if not allowed(case.referral, action.act):
        return case_page(front, visit, case, why_not(front, visit, case, action.act), status=409)
    values = {
        "action": action,
        "label": action.called(case.referral),
        "typed": {name: visit.typed.get(name, "") for name in FIELDS},
        "wrong": wrong,
        "note_id": visit.typed.get("note_id") or front.ids.new(),
        "longest_note": LONGEST_NOTE,
        **FORMS[action.act](front, visit, case),
    }
    return page(front, f"case_{action.below}.html", visit, case, values, status)


def reading_page(front: Front, visit: Visit, case: Case) -> HTMLResponse:
    """A button: nothing is shown before it is pressed, and who pressed it is recorded."""
    return page(front, "case_read.html", visit, case, {"shown": None, "wrong": ""}, 200)


def page(
    front: Front, template: str, visit: Visit, case: Case, values: Mapping[str, Any], status: int
) -> HTMLResponse:
    """One page of this referral."""
    common = {
        "practice_name": front.practice.name,
        "reference": case.referral.request.reference,
        "version": case.referral.version,
        "home": visit.home,
        "professional": case.referral.request.professional,
        "undo_for": lasting(front.terms.clocks.introduction_delay),
    }
    return front.pages.page(template, {**common, **values}, language="en", status=status, has_form=True)


def unsafe(visit: Visit, case: Case) -> str:
    """That a crisis has to be cleared first, by whom, and how."""
    return UNSAFE.format(reference=case.referral.request.reference, by=visit.who)


def why_not(front: Front, visit: Visit, case: Case, act: str) -> str:
    """Why this act cannot be done at this point."""
    if is_possible(case.referral, act) and waits_for_a_name(case.referral, act):
        return unsafe(visit, case)
    return not_now(front, visit, case)


def not_now(front: Front, visit: Visit, case: Case) -> str:
    """Why something cannot be done at this point: who was first, and how it stands."""
    referral = case.referral
    if referral.standing.why == "withdrawn":
        return "They took their request back. It stays closed."
    first = latest_act(front, case, visit)
    if referral.pending is not None:
        until = clock_time(referral.pending.settles_at, front.terms.zone)
        return f"{first} It can be undone until {until}."
    return f"{first} {words.stage(referral.stage)}".strip()


def shown_miss(case: Case, clinician_id: str, codes: tuple[str, ...]) -> Shown:
    """A clinician who does not fit, with what stands against it in words."""
    return shown_clinician(case, clinician_id, [wording.gap(code) for code in codes])


def _call(front: Front, visit: Visit, referral: Referral) -> dict[str, Any] | None:
    """The call that is booked, and what the link to its page says; None where none is."""
    call = referral.call
    if call is None or not call.awaited or not allowed(referral, "arrange_call"):
        return None
    caller = front.practice.coordinator(call.coordinator_id)
    begun = call.has_begun(visit.at)
    return {
        "at": day_and_time(call.starts_at, front.terms.zone),
        "who": caller.name if caller else call.coordinator_id,
        "begun": begun,
        "link": "Say how the call went" if begun else "Move or cancel the call",
    }


def _is_offered(visit: Visit, referral: Referral, action: Action) -> bool:
    """Whether this can be done, and not said by the call's own section: that they were spoken with, too."""
    call = referral.call
    if not allowed(referral, action.act) or call is None or not call.awaited:
        return allowed(referral, action.act)
    return action.act != "arrange_call" and not (action.act == "contact" and call.has_begun(visit.at))


def _is_asked_for_outcome(referral: Referral) -> bool:
    """Whether they were there, and what comes of it is what comes next."""
    call = referral.call
    if call is None or call.status != "attended" or referral.pending is not None:
        return False
    return referral.stage in life.UNDECIDED and referral.standing.next_action != life.CALL


def _cautions(visit: Visit, case: Case) -> list[str]:
    request, stands = case.referral.request, case.referral.standing
    cautions = [words.hold(code) for code in TOLD_FIRST if code in request.flags]
    if request.apart:
        cautions.append(words.ALONE)
    if request.safety_level == "crisis":
        cautions.append(unsafe(visit, case))
    elif request.safety_level != "none":
        cautions.append(WORRYING)
    if stands.stage in {"held", "silenced"} and stands.why and stands.why not in request.flags:
        cautions.append(words.hold(stands.why))
    if request.test:
        cautions.append("This is a test. Nobody waits for anything.")
    return cautions


def _pending(front: Front, visit: Visit, case: Case) -> dict[str, Any] | None:
    """What was done and can still be undone."""
    pending = case.referral.pending
    if pending is None:
        return None
    step, zone = step_of(case.steps, pending.act), front.terms.zone
    who = "You" if pending.by == visit.by else called(front, case, pending.by)
    return {
        "who": who,
        "what": what_was_done(front, case, step) if step else spelled(pending.act),
        "at": clock_time(pending.since, zone),
        "until": clock_time(pending.settles_at, zone),
        "may_undo": visit.at < pending.settles_at,
    }


def _candidates(front: Front, case: Case) -> list[Shown]:
    """Who was proposed, while nobody is chosen; without how many waited then, which is another number now."""
    if case.decision is None or case.referral.choice is not None:
        return []
    return [shown_fit(front, case, _lasting_reasons(each)) for each in case.decision.candidates]


def _lasting_reasons(fit: Fit) -> Fit:
    return replace(fit, reasons=tuple(code for code in fit.reasons if not code.startswith("load:")))


def _nearest(case: Case) -> list[Shown]:
    decision = case.decision
    if decision is None or case.referral.choice is not None:
        return []
    missed = {each.clinician_id: each.codes for each in decision.excluded}
    return [shown_miss(case, each, missed.get(each, ())) for each in decision.nearest]


def _none_fits(_front: Front, _visit: Visit, _case: Case) -> dict[str, Any]:
    return {"reasons_why": [(code, words.NONE_FIT[code]) for code in NONE_FIT_CODES]}


def _release(front: Front, _visit: Visit, case: Case) -> dict[str, Any]:
    states = {code: state.name.text("en") for code, state in front.practice.rules.states.items()}
    return {
        "reasons_why": [(code, words.RELEASES[code]) for code in RELEASE_CODES],
        "hold": words.hold(case.referral.standing.why or ""),
        "consent": consent_of(front.practice, case.referral),
        "works": list(words.WORKS.items()) if tells_of_violence(front, case) else [],
        "states": sorted(states.items(), key=lambda each: each[1]) if needs_state(case) else [],
    }


def _close(_front: Front, _visit: Visit, _case: Case) -> dict[str, Any]:
    return {"reasons_why": [(code, words.CLOSINGS[code]) for code in CLOSE_CODES]}


def tells_of_violence(front: Front, case: Case) -> bool:
    """Whether it has to be said if they are seen alone: joint work was asked for, and violence is named."""
    return brings_them_together(case.referral.request, front.terms.policy, front.terms.facts)


def needs_state(case: Case) -> bool:
    """Whether nobody knows yet which licences count."""
    return case.referral.request.state == UNKNOWN_STATE


FORMS: Mapping[str, Callable[[Front, Visit, Case], dict[str, Any]]] = {
    "none_fits": _none_fits,
    "release": _release,
    "close": _close,
}
