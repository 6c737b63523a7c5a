"""Intake's HTTP doors. A GET never changes anything and shows codes alone; a POST is kept or refused."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Security
from fastapi.responses import HTMLResponse, Response
from fastapi.security import HTTPBearer

from services.intake import storage
from services.intake.domain.request import Request as Kept
from services.intake.web import described
from services.intake.web.answers import (
    STATUS_PURPOSE,
    answer,
    no_in_json,
    preflight,
    status_in_json,
)
from services.intake.web.begin import add_begin
from services.intake.web.book import add_booking
from services.intake.web.book_link import link_of, shown_link
from services.intake.web.choices import FOR_ORDER
from services.intake.web.contact import add_contact
from services.intake.web.decide import Keeper, decide, keeper_of, record
from services.intake.web.events import add_events
from services.intake.web.front import Front
from services.intake.web.inputs import ConsultationIn, Input, ProfessionalIn, ReadinessIn
from services.intake.web.options import Options, options_of
from services.intake.web.safety import add_safety
from services.intake.web.view import (
    PAGE_OF_PATH,
    FormState,
    PageName,
    form_page,
    problem_page,
    status_page,
    thanks_page,
)
from services.intake.web.visit import open_visit, too_many, visit_of
from services.intake.web.words import preferred_language
from shared.contracts.intake import Entry
from shared.errors import Retryable
from shared.ids import is_reference
from shared.pages import API_HEADERS
from shared.pages.knock import TRY_AGAIN_SECONDS, No

Door = Callable[[Request], Awaitable[Response]]

SITE_KEY = Security(HTTPBearer(scheme_name="siteKey", auto_error=False))


def doors(front: Front) -> APIRouter:
    """The router with every door of intake."""
    router, keeper = APIRouter(), keeper_of(front)
    _add_pages(router, front)
    _add_posts(router, front, keeper)
    add_events(router, front, keeper)
    _add_reads(router, front)
    add_booking(router, front)
    add_contact(router, front)
    add_begin(router, front)
    add_safety(router, front)
    return router


def _add_pages(router: APIRouter, front: Front) -> None:
    @router.get("/", response_class=HTMLResponse, openapi_extra=described.page_inputs("path", "lang", "for"))
    async def write_to_us(request: Request) -> Response:
        """The hosted request page."""
        asked = request.query_params
        for_whom = asked.get("for", "")
        state = FormState(for_whom=for_whom if for_whom in FOR_ORDER else "self")
        return form_page(front, _page(request), _language(request), state, front.clock())

    @router.get(
        "/v1/thank-you",
        response_class=HTMLResponse,
        openapi_extra=described.page_inputs("path", "lang", "reference", "first", "book"),
    )
    async def thank_you(request: Request) -> Response:
        """Where a form ends."""
        asked = request.query_params
        reference = asked.get("reference", "")
        shown = reference if is_reference(reference) else None
        booking = shown_link(front, asked.get("book", ""), front.clock())
        lines_first = asked.get("first") == "lines"
        return thanks_page(front, _page(request), _language(request), shown, booking, lines_first=lines_first)


def _add_posts(router: APIRouter, front: Front, keeper: Keeper) -> None:
    @_posted(router, "/v1/consultation-requests", ConsultationIn)
    async def request_consultation(request: Request) -> Response:
        """*I'd like to talk to someone*: kept, with its fact, before it is answered."""
        return await _take(request, "consultation", front, keeper)

    @_posted(router, "/v1/readiness-requests", ReadinessIn)
    async def request_reading(request: Request) -> Response:
        """*I'm not ready yet*: kept, with its fact, before it is answered."""
        return await _take(request, "readiness", front, keeper)

    @_posted(router, "/v1/professional-requests", ProfessionalIn)
    async def request_as_colleague(request: Request) -> Response:
        """*I'm a therapist or run a practice*: kept, with its fact, before it is answered."""
        return await _take(request, "professional", front, keeper)

    for path in ("consultation", "readiness", "professional"):

        @router.options(f"/v1/{path}-requests", include_in_schema=False)
        async def may_post(request: Request) -> Response:
            """Whether a browser may let this website's script post."""
            origin = request.headers.get("origin")
            return preflight(origin if origin in front.practice.origins else None)


def _posted(router: APIRouter, url: str, model: type[Input]) -> Callable[[Door], Door]:
    """A door for posts of this shape, described with everything that it answers."""
    return router.post(
        url,
        status_code=202,
        responses=described.post_answers(),
        dependencies=[SITE_KEY],
        openapi_extra=described.post_inputs(model),
    )


def _add_reads(router: APIRouter, front: Front) -> None:
    offered = options_of(front.practice)

    @router.get("/v1/options")
    async def options(response: Response) -> Options:
        """What a form needs to offer."""
        response.headers.update({**API_HEADERS, "Access-Control-Allow-Origin": "*"})
        response.headers["Cache-Control"] = "public, max-age=300"
        return offered

    @router.get(
        "/v1/consultation-requests/{id}",
        responses=described.status_answers(),
        openapi_extra=described.status_inputs(),
    )
    async def where_it_stands(request: Request) -> Response:
        """The status of a request, for the person who holds its link; no clinical content."""
        wants_page = "text/html" in request.headers.get("accept", "")
        kept = await _found(request, front)
        if isinstance(kept, No):
            say_no = problem_page if wants_page else no_in_json
            return say_no(kept, _language(request), front)
        booking = await _booking(front, kept)
        say = status_page if wants_page else status_in_json
        return say(front, kept, booking)


async def _take(request: Request, path: Entry, front: Front, keeper: Keeper) -> Response:
    """Parse, decide, record, answer."""
    visit = visit_of(request, path, front)
    opened = await open_visit(request, visit, front)
    if isinstance(opened, No):
        return answer(visit, opened, opened, front)
    now = front.clock()
    decision = too_many(request, front, now) or decide(opened, front, now)
    outcome = decision if isinstance(decision, No) else await record(opened, decision, front, keeper)
    return answer(opened, decision, outcome, front)


async def _found(request: Request, front: Front) -> Kept | No:
    """The request that the link in this address is for."""
    link = front.links.read(request.query_params.get("token", ""), STATUS_PURPOSE, front.clock())
    if link is None or link.subject != request.path_params["id"]:
        return No(404, "not_found")
    try:
        async with front.database.reading() as tx:
            found = await storage.load_requests(tx, [link.subject])
    except Retryable:
        return No(503, "away", TRY_AGAIN_SECONDS)
    return found[0] if found else No(404, "not_found")


async def _booking(front: Front, kept: Kept) -> str | None:
    """The way to their call; none while nobody can tell."""
    try:
        return await link_of(front, kept, front.clock())
    except Retryable:
        return None


def _page(request: Request) -> PageName:
    asked = request.query_params.get("path")
    return next((page for page in PAGE_OF_PATH.values() if page == asked), "talk")


def _language(request: Request) -> str:
    return preferred_language(request.query_params.get("lang"), request.headers.get("accept-language"))
