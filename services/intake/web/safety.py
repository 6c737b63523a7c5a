"""The page of a crisis, for the coordinator whom the alert is for: take it up, read it, clear it.

A GET shows codes and changes nothing, whoever opens it. A browser proves itself first, by a code mailed to
that coordinator; who took it up first, and who cleared it first, stands, however often either is sent.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.intake import storage
from services.intake.domain.contact import LONGEST_NOTE
from services.intake.domain.request import Request as Kept
from services.intake.handlers import safety
from services.intake.web import described
from services.intake.web.begin_proof import is_proven, looked_at, proof_page, prove, send_code
from services.intake.web.begin_view import Guest
from services.intake.web.front import Front
from services.intake.web.holder import UNKEPT, form_of, knocks_too_often, turned_away
from services.intake.web.safety_view import closed_page, crisis_page, words_page
from services.intake.web.words import preferred_language
from shared.alerts import LINK_FOR, PATH, PURPOSE, ROLE
from shared.errors import Defect, Retryable
from shared.language import message
from shared.pages import API_HEADERS
from shared.pages.knock import NOBODYS_LINK, No

__all__ = ["LINK_FOR", "add_safety"]

HOME = f"/{PATH}"
READ_FOR = "safety"
NO_CODE = message("begin.no_code_now")
Act = Callable[[Front, Guest, Kept], Awaitable[Response]]


def add_safety(router: APIRouter, front: Front) -> None:
    """Every door of a crisis."""
    looked_at(router, front, f"{HOME}/{{token}}", _enter, _crisis)
    _sent(router, front, "/acknowledge", _acknowledge)
    _sent(router, front, "/read", _read)
    _sent(router, front, "/clear", _clear, "because")
    _sent(router, front, "/code", _send_code)
    _sent(router, front, "/prove", _prove, "digits")


def _sent(router: APIRouter, front: Front, below: str, act: Act, *fields: str) -> None:
    async def door(request: Request) -> Response:
        return await _done(request, front, act)

    door.__doc__ = act.__doc__
    router.add_api_route(
        f"{HOME}/{{token}}{below}",
        door,
        methods=["POST"],
        status_code=303,
        response_class=Response,
        responses=described.link_form_answers(),
        openapi_extra=described.link_form(*fields),
        name=f"safety{act.__name__}",
    )


async def _done(request: Request, front: Front, act: Act) -> Response:
    """What a form of ours asks for, of a browser that has proved itself; else why it was not done."""
    try:
        guest = await _with_form(request, front)
        if isinstance(guest, Response):
            return guest
        wait = knocks_too_often(request, front)
        if wait:
            return turned_away(request, front, wait, guest.language)
        proving, proven = act in (_send_code, _prove), is_proven(request, front, guest)
        if proving and proven:
            return _on_to(guest)
        if not proving and not proven:
            return proof_page(front, guest, wrong="begin.not_done", status=403)
        return await act(front, guest, guest.kept) if guest.kept else closed_page(front, guest)
    except Retryable:
        return turned_away(request, front, UNKEPT)


async def _enter(request: Request, front: Front) -> Guest | Response:
    """A coordinator with a good link who is still there."""
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, PURPOSE, now)
    kind, _, who = link.recipient.partition(":") if link else ("", "", "")
    coordinator = front.practice.coordinator(who) if kind == ROLE else None
    if link is None or coordinator is None:
        return turned_away(request, front, NOBODYS_LINK)
    async with front.database.reading() as tx:
        kept = next(iter(await storage.load_requests(tx, [link.subject])), None)
    asked = request.query_params.get("lang") or coordinator.languages[0]
    language = preferred_language(asked, request.headers.get("accept-language"))
    return Guest(link.recipient, f"{HOME}/{token}", kept, "waiting", now, language)


async def _with_form(request: Request, front: Front) -> Guest | Response:
    guest = await _enter(request, front)
    if isinstance(guest, Response):
        return guest
    typed = await form_of(request, front)
    if isinstance(typed, No):
        return turned_away(request, front, typed, guest.language)
    return replace(guest, typed=typed)


async def _crisis(front: Front, guest: Guest) -> HTMLResponse:
    """How the crisis stands, in codes, and what can be done about it."""
    if guest.kept is None:
        return closed_page(front, guest)
    async with front.database.reading() as tx:
        case = await storage.load_case(tx, guest.kept.id)
    return crisis_page(front, guest, guest.kept, case) if case else closed_page(front, guest)


async def _acknowledge(front: Front, guest: Guest, kept: Kept) -> Response:
    """*I have this*: nobody else is told. Who said so first has it."""
    async with front.database.transaction() as tx:
        await safety.acknowledge(tx, kept, _who(guest), front.practice, guest.at)
    return _on_to(guest)


async def _read(front: Front, guest: Guest, kept: Kept) -> Response:
    """What they wrote and how to reach them; that it was read, and by whom, is kept before it is opened."""
    access = storage.Access(front.ids.new(), guest.at, "words", READ_FOR, guest.by)
    async with front.database.transaction() as tx:
        await storage.save_access(tx, access, [kept.id])
    async with front.database.reading() as tx:
        reaches = await storage.load_reaches(tx, [kept.id], front.vault)
        words = await storage.load_words(tx, [kept.id], front.vault)
    return words_page(front, guest, reaches[0], words[0]) if reaches and words else closed_page(front, guest)


async def _clear(front: Front, guest: Guest, kept: Kept) -> Response:
    """What waited for the crisis goes on; what was done about it is kept, sealed. Who said so first did."""
    because = guest.typed.last("because").strip()
    if not 0 < len(because) <= LONGEST_NOTE:
        async with front.database.reading() as tx:
            case = await storage.load_case(tx, kept.id)
        return crisis_page(front, guest, kept, case, 422) if case else closed_page(front, guest)
    async with front.database.transaction() as tx:
        await safety.clear(tx, kept, _who(guest), because, front.desk, guest.at, front.ids)
    return _on_to(guest)


async def _send_code(front: Front, guest: Guest, kept: Kept) -> Response:
    """Six digits are mailed to whom the link is for."""
    try:
        return await send_code(front, guest)
    except (Retryable, Defect):
        return proof_page(front, guest, wrong=NO_CODE, status=503)


async def _prove(front: Front, guest: Guest, kept: Kept) -> Response:
    """The digits open the page in this browser until the practice's day ends."""
    try:
        return await prove(front, guest)
    except (Retryable, Defect):
        return proof_page(front, guest, sent=True, wrong=NO_CODE, status=503)


def _who(guest: Guest) -> str:
    return guest.by.partition(":")[2]


def _on_to(guest: Guest) -> Response:
    """A page of ours that can be opened again without sending anything again."""
    return RedirectResponse(f"{guest.home}?lang={guest.language}", 303, headers=API_HEADERS)
