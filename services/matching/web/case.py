"""A coordinator's doors: one referral, behind a link and a code."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.matching import storage
from services.matching.web.case_actions import ACTIONS, ROOMS, Action
from services.matching.web.case_acts import act_on, undo
from services.matching.web.case_call import arranging_page
from services.matching.web.case_call_acts import arrange
from services.matching.web.case_choice import choosing_page, why_page
from services.matching.web.case_pages import case_page, form_page, reading_page
from services.matching.web.case_read import read_page
from services.matching.web.case_view import Case, facts_of, load_case
from services.matching.web.front import Front
from services.matching.web.proof import (
    Closed,
    Guard,
    Room,
    add_proof,
    behind,
    done_behind,
    posted,
    shown,
)
from services.matching.web.visit import Visit
from shared.pages.knock import NOBODYS_LINK


async def look_at_case(front: Front, visit: Visit) -> Closed | None:
    """What anybody with a coordinator's link may see: the reference, and how it stands."""
    async with front.database.reading() as tx:
        found = await storage.load_referral(tx, visit.link.subject)
    return Closed(found.request.reference, facts_of(front, found)) if found else None


PAGES_OF_THEIR_OWN = frozenset({"choose", "arrange_call"})
CASE = Guard("/referrals/case", "case", look_at_case, ROOMS)


def add_case(router: APIRouter, front: Front) -> None:
    """The doors of one referral."""
    add_proof(router, front, CASE)
    _add_reading(router, front)
    _add_forms(router, front)
    _add_acts(router, front)


def _add_reading(router: APIRouter, front: Front) -> None:
    @shown(router, CASE)
    async def case(request: Request) -> Response:
        """Where the referral stands, and what can be done."""
        return await behind(request, front, CASE, _looking(front, case_page))

    @shown(router, CASE, "/why")
    async def why(request: Request) -> Response:
        """Everybody, in or out, and why."""
        return await behind(request, front, CASE, _looking(front, why_page, everybody=True))

    @shown(router, CASE, "/read")
    async def before_reading(request: Request) -> Response:
        """A button; nothing of what they wrote."""
        return await behind(request, front, CASE, _looking(front, reading_page))

    @posted(router, CASE, "/read")
    async def read(request: Request) -> Response:
        """What they wrote, what was noted, how to reach them; who reads it is recorded first."""
        return await done_behind(request, front, CASE, _acting(front, read_page))


def _add_forms(router: APIRouter, front: Front) -> None:
    @shown(router, CASE, "/choose")
    async def choose_from(request: Request) -> Response:
        """Everybody on the roster, to choose from."""
        return await behind(request, front, CASE, _acting(front, choosing_page, everybody=True))

    @shown(router, CASE, "/call")
    async def call(request: Request) -> Response:
        """The call as it stands, and when it could be."""
        return await behind(request, front, CASE, _acting(front, arranging_page))

    for action in ACTIONS:
        if action.has_page and action.act not in PAGES_OF_THEIR_OWN:
            _add_form(router, front, action)


def _add_form(router: APIRouter, front: Front, action: Action) -> None:
    @shown(router, CASE, f"/{action.below}")
    async def form(request: Request) -> Response:
        """The page on which this is done."""
        look = _looking(front, lambda front, visit, case: form_page(front, visit, case, action))
        return await behind(request, front, CASE, look)


def _add_acts(router: APIRouter, front: Front) -> None:
    @posted(router, CASE, "/undo")
    async def take_it_back(request: Request) -> Response:
        """What was done and has not left yet is as if it had never been."""
        return await done_behind(request, front, CASE, _acting(front, undo))

    @posted(router, CASE, "/call")
    async def arrange_call(request: Request) -> Response:
        """The call is booked, moved, cancelled, or marked."""
        return await done_behind(request, front, CASE, _acting(front, arrange))

    for action in ACTIONS:
        if action.act != "arrange_call":
            _add_act(router, front, action)


def _add_act(router: APIRouter, front: Front, action: Action) -> None:
    @posted(router, CASE, f"/{action.below}")
    async def act(request: Request) -> Response:
        """What this form asks for; see `life.py` for when it is allowed."""
        done = _acting(front, lambda front, visit, case: act_on(front, visit, case, action), everybody=True)
        return await done_behind(request, front, CASE, done)


Look = Callable[[Front, Visit, Case], Response]
Act = Callable[[Front, Visit, Case], Awaitable[Response]]


def _looking(front: Front, look: Look, *, everybody: bool = False) -> Room:
    async def room(visit: Visit) -> Response:
        return look(front, visit, await _case(front, visit, everybody=everybody))

    return room


def _acting(front: Front, act: Act, *, everybody: bool = False) -> Room:
    async def room(visit: Visit) -> Response:
        return await act(front, visit, await _case(front, visit, everybody=everybody))

    return room


async def _case(front: Front, visit: Visit, *, everybody: bool) -> Case:
    found = await load_case(front, visit.link.subject, everybody=everybody)
    if found is None:  # gone since the door was opened
        raise HTTPException(NOBODYS_LINK.status)
    return found
