"""Pages behind a link and a code: a browser proves itself once a day, by six digits mailed to the recipient.

    CASE = Guard("/referrals/case", "case", look_at_case, rooms=frozenset({"read", "choose"}))
    add_proof(router, front, CASE)                       # POST <page>/code and <page>/prove

    @shown(router, CASE, "/read")
    async def read(request: Request) -> Response:
        return await behind(request, front, CASE, lambda visit: reading_page(front, visit))

    @posted(router, CASE, "/close")
    async def close(request: Request) -> Response:
        return await done_behind(request, front, CASE, lambda visit: closed(front, visit))

Without a proof `behind` shows what anybody with the link may see: codes, and no name. A proof is a cookie for
one recipient, signed; a link of somebody else's is not opened by it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.matching import storage
from services.matching.handlers.proofs import GOOD_FOR, NotProven, TooMany, ask_proof, prove
from services.matching.web.front import Front
from services.matching.web.noes import turned_away
from services.matching.web.says import clock_time
from services.matching.web.visit import Visit, typed_in, visit_of
from shared.pages import API_HEADERS
from shared.pages.knock import NOBODYS_LINK, No
from shared.pages.proof import Proof, digits_in

PROOF = Proof("proof", "browser")
CODE_SENT = "code_sent"


@dataclass(frozen=True, slots=True)
class Closed:
    """What anybody with the link may see: codes, and nobody's name."""

    heading: str
    facts: Sequence[tuple[str, str]] = ()  # what it is, and how it stands


@dataclass(frozen=True, slots=True)
class Over:
    """What the link was for is over; this is all there is to say, to anybody."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A page behind a link and a code, and the rooms below it; `look` tells None where there is nothing."""

    path: str
    purpose: str
    look: Callable[[Front, Visit], Awaitable[Closed | Over | None]]
    rooms: frozenset[str] = frozenset()
    for_whom: Literal["coordinator", "clinician"] = "coordinator"


Door = Callable[[Request], Awaitable[Response]]
Room = Callable[[Visit], Awaitable[Response]]


def shown(router: APIRouter, guard: Guard, below: str = "") -> Callable[[Door], Door]:
    """A door to look through: GET, and HEAD."""

    def add(door: Door) -> Door:
        path = f"{guard.path}/{{token}}{below}"
        router.add_api_route(path, door, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route(path, door, methods=["HEAD"], include_in_schema=False)
        return door

    return add


def posted(router: APIRouter, guard: Guard, below: str) -> Callable[[Door], Door]:
    """A door for a form."""

    def add(door: Door) -> Door:
        path = f"{guard.path}/{{token}}{below}"
        router.add_api_route(path, door, methods=["POST"], response_class=HTMLResponse)
        return door

    return add


async def behind(request: Request, front: Front, guard: Guard, room: Room) -> Response:
    """The room for a proven browser; else what anybody with the link may see, and the way to prove it."""
    entered = await _enter(request, front, guard)
    if isinstance(entered, Response):
        return entered
    visit, closed = entered
    if is_proven(request, front, visit):
        return await room(visit)
    return closed_page(request, front, guard, visit, closed)


async def done_behind(request: Request, front: Front, guard: Guard, act: Room) -> Response:
    """What a proven browser's form asks for; nothing is done for any other."""
    entered = await _enter(request, front, guard)
    if isinstance(entered, Response):
        return entered
    visit, closed = entered
    typed = await typed_in(request, front)
    if isinstance(typed, No):
        return turned_away(request, front, typed)
    if is_proven(request, front, visit):
        return await act(replace(visit, typed=typed))
    return closed_page(request, front, guard, visit, closed, "Nothing was done yet.", status=403)


def add_proof(router: APIRouter, front: Front, guard: Guard) -> None:
    """The two doors by which a browser proves itself for this page."""

    @posted(router, guard, "/code")
    async def send_code(request: Request) -> Response:
        """Six digits are mailed to whom the link is for."""
        return await _with_form(request, front, guard, _send_code)

    @posted(router, guard, "/prove")
    async def prove_browser(request: Request) -> Response:
        """The digits open the page in this browser until the practice's day ends."""
        return await _with_form(request, front, guard, _prove)


def is_proven(request: Request, front: Front, visit: Visit) -> bool:
    """Whether this browser was proven today to be of whom the link is for."""
    return PROOF.is_of(request, front.links, visit.by, visit.at)


def closed_page(
    request: Request,
    front: Front,
    guard: Guard,
    visit: Visit,
    closed: Closed,
    wrong: str = "",
    *,
    status: int = 200,
) -> HTMLResponse:
    """What anybody with the link may see, and how to go on."""
    values = {
        "practice_name": front.practice.name,
        "closed": closed,
        "home": visit.home,
        "room": _room(guard, visit.typed.get("to") or request.url.path.removeprefix(visit.home).strip("/")),
        "sent": visit.said == CODE_SENT or "digits" in visit.typed,
        "wrong": wrong,
        "minutes": GOOD_FOR // timedelta(minutes=1),
    }
    return front.pages.page("proof.html", values, language="en", status=status, has_form=True)


def over_page(front: Front, over: Over) -> HTMLResponse:
    """All that there is to say any more."""
    values = {"practice_name": front.practice.name, "over": over}
    return front.pages.page("over.html", values, language="en", status=410)


async def _enter(request: Request, front: Front, guard: Guard) -> tuple[Visit, Closed] | Response:
    visit = visit_of(request, front, guard.path, guard.purpose)
    if isinstance(visit, No):
        return turned_away(request, front, visit)
    found = await guard.look(front, visit) if await _is_here(front, guard, visit) else None
    if found is None:
        return turned_away(request, front, NOBODYS_LINK)
    return over_page(front, found) if isinstance(found, Over) else (visit, found)


async def _is_here(front: Front, guard: Guard, visit: Visit) -> bool:
    """Whether the page is for people like whom the link is for, and they are still with the practice."""
    if visit.by != f"{guard.for_whom}:{visit.who}":
        return False
    if guard.for_whom == "coordinator":
        return front.practice.coordinator(visit.who) is not None
    async with front.database.reading() as tx:
        found = await storage.load_clinicians_by_id(tx, [visit.who])
    return visit.who in found and not found[visit.who].gone


Step = Callable[[Request, Front, Guard, Visit, Closed], Awaitable[Response]]


async def _with_form(request: Request, front: Front, guard: Guard, step: Step) -> Response:
    entered = await _enter(request, front, guard)
    if isinstance(entered, Response):
        return entered
    visit, closed = entered
    typed = await typed_in(request, front)
    if isinstance(typed, No):
        return turned_away(request, front, typed)
    if is_proven(request, front, visit):
        return _onward(guard, replace(visit, typed=typed))
    return await step(request, front, guard, replace(visit, typed=typed), closed)


async def _send_code(request: Request, front: Front, guard: Guard, visit: Visit, closed: Closed) -> Response:
    asked = await ask_proof(front.database, visit.by, visit.link.subject, visit.at, front.ids)
    if isinstance(asked, TooMany):
        wrong = (
            "As many codes were mailed within the hour as we send. "
            f"You can ask for another at {clock_time(asked.again_at, front.practice.zone)}. "
            "If it was not you who asked, use the link of another mail of ours."
        )
        said = closed_page(request, front, guard, visit, closed, wrong, status=429)
        said.headers["Retry-After"] = str(max(1, round((asked.again_at - visit.at).total_seconds())))
        return said
    return _onward(guard, visit, CODE_SENT)


async def _prove(request: Request, front: Front, guard: Guard, visit: Visit, closed: Closed) -> Response:
    digits = digits_in(visit.typed.get("digits", ""))
    proven = await prove(front.database, front.links, visit.by, visit.link.subject, digits, visit.at)
    if isinstance(proven, NotProven):
        wrong = _how_often(proven.tries_left)
        return closed_page(request, front, guard, visit, closed, wrong, status=422)
    said = _onward(guard, visit)
    zone, secure = front.terms.zone, front.secure
    PROOF.keep(said, front.links, visit.by, proven.proof_id, visit.at, zone, secure=secure)
    return said


def _how_often(tries_left: int) -> str:
    if not tries_left:
        return "This code is not good, or not good any more. Please ask for another."
    tries = "one more time" if tries_left == 1 else f"{tries_left} more times"
    return f"These are not the digits that we mailed. You can try {tries}."


def _onward(guard: Guard, visit: Visit, said: str = "") -> RedirectResponse:
    room = _room(guard, visit.typed.get("to", ""))
    query = f"?{urlencode({'said': said})}" if said else ""
    url = f"{visit.home}{'/' if room else ''}{room}{query}"
    return RedirectResponse(url, 303, headers=API_HEADERS)


def _room(guard: Guard, asked: str) -> str:
    return asked if asked in guard.rooms else ""
