"""Whoever holds a link of ours from an answer or a mail: the link is read, a form is opened, or they are
turned away. Every link that is not good is turned away alike, and nothing that was sent is repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from services.intake import storage
from services.intake.domain.request import Request as Kept
from services.intake.web.forms import MOST_FIELDS, Typed
from services.intake.web.front import Front
from services.intake.web.view import problem_page
from services.intake.web.visit import too_many
from services.intake.web.words import preferred_language
from shared.database import Transaction
from shared.errors import Retryable
from shared.language import house_languages
from shared.pages.knock import AWAY, NOBODYS_LINK, TRY_AGAIN_SECONDS, No, form_of_ours
from shared.tokens import Link

UNKEPT = No(503, "unkept", TRY_AGAIN_SECONDS)
UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a good link to this request."""

    link: Link
    home: str  # the path of the link's page; others lie below it
    kept: Kept
    at: datetime
    language: str
    asked: Mapping[str, str] = field(default_factory=dict)  # in the link's query
    typed: Typed = field(default_factory=Typed)


async def holder_of(request: Request, front: Front, purpose: str, path: str) -> Holder | No:
    """Who comes by `<path>/{token}`; nobody, when the link is not for this person, purpose and time."""
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, purpose, now)
    if link is None:
        return NOBODYS_LINK
    try:
        async with front.database.reading() as tx:
            kept = await _theirs(tx, link)
    except Retryable:
        return AWAY
    if kept is None:
        return NOBODYS_LINK
    asked = request.query_params
    return Holder(link, f"{path}/{token}", kept, now, _language(request, kept), asked)


async def form_of(request: Request, front: Front) -> Typed | No:
    """What a form of our own pages sent; another website's has no business here."""
    sent = await form_of_ours(request, front.public_url, MOST_FIELDS)
    return No(sent.status, UNREAD) if isinstance(sent, No) else Typed(sent)


def knocks_too_often(request: Request, front: Front) -> No | None:
    """Counts the post with all others of its address."""
    return too_many(request, front, front.clock())


def turned_away(request: Request, front: Front, no: No, language: str | None = None) -> Response:
    """The page that says no, with the practice's number and the lines."""
    asked = request.query_params.get("lang")
    preferred = preferred_language(asked or language, request.headers.get("accept-language"))
    said = problem_page(no, preferred, front)
    if no.retry_after:
        said.headers["Retry-After"] = str(no.retry_after)
    return said


async def _theirs(tx: Transaction, link: Link) -> Kept | None:
    """The request of the person whom the link is for."""
    found = await storage.load_requests(tx, [link.subject])
    return next((kept for kept in found if link.recipient == f"person:{kept.person_id}"), None)


def _language(request: Request, kept: Kept) -> str:
    """The one asked for on the page, else the one in which they wrote."""
    asked = request.query_params.get("lang", "")
    return asked if asked in house_languages() else preferred_language(kept.language, None)
