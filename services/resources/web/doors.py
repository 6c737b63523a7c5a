"""The doors of a journey, behind the person's link. A GET shows and asks; it changes nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.resources.web import acting, described, view
from services.resources.web.front import Front
from services.resources.web.noes import turned_away
from services.resources.web.one_click import is_one_click, stop_at_one_click
from services.resources.web.shelf import LIST, text_of
from services.resources.web.visit import PATH, Visit, visit_of
from shared.pages.knock import NOBODYS_LINK, No, body_of, pairs_in, why_not_ours
from shared.pages.turnstile import sender_of

Show = Callable[[Front, Visit], Awaitable[Response]]
Act = Callable[[Request, Front, Visit], Awaitable[Response]]


def doors(front: Front) -> APIRouter:
    """The router with every door of resources."""
    router = APIRouter()
    _shown(router, front, "", view.home_page)
    _shown(router, front, "/stop", view.stop_page)
    _shown(router, front, "/pause", view.pause_page)
    _shown(router, front, "/resume", view.resume_page)
    _shown(router, front, "/pace", view.pace_page)
    _shown(router, front, "/keep", view.keep_page)
    _shown(router, front, "/ready", view.ready_page)
    _shown(router, front, f"/{LIST}", _books)
    for kind in ("practice", "reading"):
        _readable(router, front, kind)
    _pressed(router, front, "/stop", acting.stop)
    _pressed(router, front, "/pause", acting.pause)
    _pressed(router, front, "/resume", acting.resume)
    _pressed(router, front, "/pace", acting.change_pace, "pace")
    _pressed(router, front, "/keep", acting.keep)
    _pressed(router, front, "/ready", acting.ready)
    return router


def _shown(router: APIRouter, front: Front, below: str, show: Show) -> None:
    async def door(request: Request) -> Response:
        visit = await visit_of(request, front)
        return turned_away(request, front, visit) if isinstance(visit, No) else await show(front, visit)

    door.__doc__ = show.__doc__
    _add_look(router, f"{PATH}/{{token}}{below}", door, show.__name__.strip("_"))


def _readable(router: APIRouter, front: Front, kind: str) -> None:
    async def door(request: Request) -> Response:
        visit = await visit_of(request, front)
        if isinstance(visit, No):
            return turned_away(request, front, visit)
        which = request.path_params["which"]
        text = text_of(front, visit, kind, which)
        if text is None:
            return turned_away(request, front, NOBODYS_LINK, visit.language)
        return view.item_page(front, visit, text, f"/{kind}/{which}")

    door.__doc__ = f"A {kind} that came, to read again: the number of its mail, or its code."
    _add_look(router, f"{PATH}/{{token}}/{kind}/{{which}}", door, f"read_{kind}", "which")


def _add_look(
    router: APIRouter, path: str, door: Callable[[Request], Awaitable[Response]], name: str, *places: str
) -> None:
    router.add_api_route(
        path,
        door,
        methods=["GET"],
        response_class=HTMLResponse,
        responses=described.answers(),
        openapi_extra=described.inputs(*places),
        name=name,
    )
    router.add_api_route(path, door, methods=["HEAD"], include_in_schema=False)


def _pressed(router: APIRouter, front: Front, below: str, act: Act, *fields: str) -> None:
    stops = act is acting.stop

    async def door(request: Request) -> Response:
        body = await body_of(request)
        if stops and isinstance(body, bytes) and is_one_click(request, body):
            return await stop_at_one_click(request, front)
        return await _do(request, front, act, body)

    door.__doc__ = act.__doc__
    router.add_api_route(
        f"{PATH}/{{token}}{below}",
        door,
        methods=["POST"],
        status_code=303,
        response_class=Response,
        responses=described.form_answers(act.__name__),
        openapi_extra=described.form(*fields, one_click=stops),
        name=act.__name__,
    )


async def _do(request: Request, front: Front, act: Act, body: bytes | No) -> Response:
    """What a form of ours asks for; anything else is turned away, and nothing is done."""
    visit = await visit_of(request, front)
    if isinstance(visit, No):
        return turned_away(request, front, visit)
    sent = why_not_ours(request, front.public_url) or (body if isinstance(body, No) else pairs_in(body))
    if isinstance(sent, No):
        return turned_away(request, front, sent, visit.language)
    wait = _knocks_too_often(request, front)
    if wait is not None:
        return turned_away(request, front, wait, visit.language)
    return await act(request, front, replace(visit, typed=dict(sent)))


def _knocks_too_often(request: Request, front: Front) -> No | None:
    """Counts the post with all others of its address."""
    wait = front.turnstile.wait_for_address(sender_of(request, front.trusted_proxies), front.clock())
    return No(429, "too_many", wait) if wait else None


async def _books(front: Front, visit: Visit) -> Response:
    """The reading list, to read again."""
    return view.books_page(front, visit)
