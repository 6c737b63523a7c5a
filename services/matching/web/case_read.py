"""What a person wrote, for a coordinator who asked to see it."""

from fastapi.responses import Response

from services.matching.web.case_pages import page
from services.matching.web.case_view import Case
from services.matching.web.front import Front
from services.matching.web.reading import (
    NOTHING_THERE,
    ask_contact,
    ask_words,
    contact_facts,
    contact_rules,
)
from services.matching.web.visit import Visit
from shared.errors import Retryable

INTAKE_AWAY = "What they wrote cannot be reached at the moment. Please try again in a minute."


async def read_page(front: Front, visit: Visit, case: Case) -> Response:
    """What they wrote, what was noted about it, and how to reach them."""
    request_id = case.referral.request.request_id
    try:
        contact = await ask_contact(front, visit, request_id, "coordinator_reads")
        written = await ask_words(front, visit, request_id, "coordinator_reads", with_notes=True)
    except Retryable:
        return page(front, "case_read.html", visit, case, {"shown": None, "wrong": INTAKE_AWAY}, 503)
    if contact is None or written is None:
        return page(front, "case_read.html", visit, case, {"shown": None, "wrong": NOTHING_THERE}, 410)
    shown = {"contact": contact_facts(front, contact), "rules": contact_rules(contact), "written": written}
    return page(front, "case_read.html", visit, case, {"shown": shown, "wrong": ""}, 200)
