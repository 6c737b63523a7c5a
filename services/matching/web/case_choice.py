"""Everybody on the roster, in or out: as of now, to choose from; and as it was decided, to explain."""

from fastapi.responses import HTMLResponse

from services.matching.domain.act import NEVER_GIVE
from services.matching.domain.propose import judge
from services.matching.domain.types import Miss
from services.matching.handlers.desk import load_desk
from services.matching.web import words
from services.matching.web.case_actions import allowed
from services.matching.web.case_pages import case_page, page, shown_miss, why_not
from services.matching.web.case_view import Case, shown_fit
from services.matching.web.front import Front
from services.matching.web.visit import Visit

BARRING = NEVER_GIVE | {
    "capacity"
}  # nobody is over-filled: the guarded update refuses it, since when it is so


async def choosing_page(
    front: Front, visit: Visit, case: Case, wrong: str = "", *, status: int = 200
) -> HTMLResponse:
    """Who fits today, who would if something gave, and who cannot be chosen; each with why."""
    if not allowed(case.referral, "choose"):
        return case_page(front, visit, case, why_not(front, visit, case, "choose"), status=409)
    async with front.database.reading() as tx:
        desk = await load_desk(tx, front.terms, front.rosters, visit.at)
    request = case.referral.request
    fits, missed = judge(request, desk.roster, desk.loads, desk.policy, desk.facts, today=desk.today)
    near, barred = (
        [shown_miss(case, each.clinician_id, each.codes) for each in missed if _is_barred(each) is so]
        for so in (False, True)
    )
    values = {
        "wrong": wrong,
        "chosen": visit.typed.get("clinician_id", ""),
        "fits": [shown_fit(front, case, each) for each in fits],
        "near": near,
        "barred": barred,
    }
    return page(front, "case_choose.html", visit, case, values, status)


def why_page(front: Front, visit: Visit, case: Case) -> HTMLResponse:
    """Who was proposed and why, and why everybody else was not, as it was decided."""
    decision = case.decision
    values = {
        "proposed": [shown_fit(front, case, each) for each in decision.candidates] if decision else [],
        "also_fit": [shown_fit(front, case, each) for each in decision.also_fit] if decision else [],
        "excluded": [shown_miss(case, each.clinician_id, each.codes) for each in decision.excluded]
        if decision
        else [],
        "held": words.hold(decision.why) if decision and decision.why else "",
        "policy_version": case.referral.policy_version,
    }
    return page(front, "case_why.html", visit, case, values, 200)


def _is_barred(miss: Miss) -> bool:
    """Whether no coordinator can set aside what stands against it."""
    return not BARRING.isdisjoint(miss.codes)
