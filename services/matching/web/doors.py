"""Every door of matching. A GET never changes anything and shows codes alone; a POST is kept or refused."""

from fastapi import APIRouter

from services.matching.web.answers import add_answers
from services.matching.web.calendar import add_calendar
from services.matching.web.case import add_case
from services.matching.web.front import Front
from services.matching.web.introductions import add_introductions
from services.matching.web.offers import add_offers
from services.matching.web.roster import add_roster


def doors(front: Front) -> APIRouter:
    """The router with every door of matching."""
    router = APIRouter()
    add_case(router, front)
    add_calendar(router, front)
    add_roster(router, front)
    add_offers(router, front)
    add_introductions(router, front)
    add_answers(router, front)
    return router
