"""A coordinator's browser proves itself before it sees anything of a person who is ready: by six digits.

Matching mails and checks them, as for its own pages, and counts them together; intake remembers the proof in
a cookie for that coordinator alone, until the practice's day ends. A person's own link needs none.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.intake.web import described
from services.intake.web.begin_view import Guest, page_of
from services.intake.web.front import Front
from services.intake.web.holder import turned_away
from shared.contracts.matching import CodeAsked, CodeMailed, DigitsChecked, DigitsTold
from shared.errors import Retryable
from shared.pages import API_HEADERS
from shared.pages.knock import AWAY
from shared.pages.proof import Proof, digits_in

PROOF = Proof("begin", "begin-browser")
ASKED_BY = "intake"
SENT = "sent"


Enter = Callable[[Request, Front], Awaitable[Guest | Response]]
Page = Callable[[Front, Guest], Awaitable[HTMLResponse]]


def looked_at(router: APIRouter, front: Front, path: str, enter: Enter, page: Page) -> None:
    """A door to look through, described as its page is; a coordinator's browser proves itself first."""

    async def door(request: Request) -> Response:
        try:
            guest = await enter(request, front)
            if isinstance(guest, Response):
                return guest
            if not is_proven(request, front, guest):
                return proof_page(front, guest, sent=request.query_params.get("said") == SENT)
            return await page(front, guest)
        except Retryable:
            return turned_away(request, front, AWAY)

    door.__doc__ = page.__doc__
    router.add_api_route(
        path,
        door,
        methods=["GET"],
        response_class=HTMLResponse,
        responses=described.link_answers(),
        openapi_extra=described.link_inputs("lang"),
        name=page.__name__.strip("_"),
    )
    router.add_api_route(path, door, methods=["HEAD"], include_in_schema=False)


def is_proven(request: Request, front: Front, guest: Guest) -> bool:
    """Whether this browser may see it: by a person's own link, or proven today to be of whom the link is for.

    Where nobody knows the request any more there is nothing to see.
    """
    if not guest.on_behalf or guest.kept is None:
        return True
    return PROOF.is_of(request, front.links, guest.by, guest.at)


def proof_page(
    front: Front, guest: Guest, *, sent: bool = False, wrong: str = "", status: int = 200, **gaps: Any
) -> HTMLResponse:
    """The reference, and how to go on; `wrong` names the sentence about why it did not."""
    return page_of(front, guest, "begin_proof.html", status, sent=sent, wrong=wrong, gaps=gaps)


async def send_code(front: Front, guest: Guest) -> Response:
    """Six digits are mailed to whom the link is for."""
    question = CodeAsked(recipient=guest.by, matter=_matter(guest), asked_by=ASKED_BY)
    answer = await front.ask(question, CodeMailed)
    if answer.again_at is None:
        return RedirectResponse(f"{guest.home}?lang={guest.language}&said={SENT}", 303, headers=API_HEADERS)
    wait = max(1, round((answer.again_at - guest.at).total_seconds()))
    said = proof_page(front, guest, sent=True, wrong="begin.too_many", status=429, minutes=-(-wait // 60))
    said.headers["Retry-After"] = str(wait)
    return said


async def prove(front: Front, guest: Guest) -> Response:
    """The digits open the page in this browser until the practice's day ends."""
    digits = digits_in(guest.typed.last("digits"))[:12]
    question = DigitsTold(recipient=guest.by, matter=_matter(guest), digits=digits or "0", asked_by=ASKED_BY)
    answer = await front.ask(question, DigitsChecked)
    if answer.proof_id is None:
        wrong = "begin.wrong_digits" if answer.tries_left else "begin.no_digits"
        return proof_page(front, guest, sent=True, wrong=wrong, status=422, tries=answer.tries_left)
    said = RedirectResponse(f"{guest.home}?lang={guest.language}", 303, headers=API_HEADERS)
    zone, secure = front.practice.zone, front.secure
    PROOF.keep(said, front.links, guest.by, answer.proof_id, guest.at, zone, secure=secure)
    return said


def _matter(guest: Guest) -> str:
    """By what the codes of a link are counted: it is another link than the referral's."""
    return f"begin:{guest.kept.id if guest.kept else ''}"
