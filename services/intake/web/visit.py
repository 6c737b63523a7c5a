"""Who knocks, with what: a post is looked at from outside in, and turned away at the first thing amiss."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from fastapi import Request
from pydantic_core import from_json

from services.intake.web.forms import Typed
from services.intake.web.front import Front
from services.intake.web.inputs import ConsultationIn, Input, ProfessionalIn, ReadinessIn
from services.intake.web.words import preferred_language
from shared.contracts.intake import Entry
from shared.pages.knock import FORM, No, body_of, media_type
from shared.pages.turnstile import sender_of

LONGEST_KEY = 255
JSON = "application/json"

MODELS: Mapping[Entry, type[Input]] = MappingProxyType(
    {"consultation": ConsultationIn, "readiness": ReadinessIn, "professional": ProfessionalIn}
)


@dataclass(frozen=True, slots=True)
class EventKeys:
    """By what a signed event is known again: its source and id, and the id of the message that brought it."""

    event: str
    message: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One post to one door, its body still unread by anybody but us."""

    path: Entry
    is_form: bool
    language: str
    wants_page: bool
    reads_answer: str | None  # the origin whose script may read the answer
    body: bytes = b""
    typed: Typed = field(default_factory=Typed)
    key: str | None = None
    site: str | None = None  # the website whose site key came along, or whose secret signed
    event: EventKeys | None = None
    inside: str = ""  # where the body stands in what was sent, as a JSON pointer


def visit_of(request: Request, path: Entry, front: Front) -> Visit:
    """What the headers alone say."""
    headers = request.headers
    origin = headers.get("origin")
    return Visit(
        path=path,
        is_form=media_type(request) == FORM,
        language=preferred_language(None, headers.get("accept-language")),
        wants_page="text/html" in headers.get("accept", ""),
        reads_answer=origin if origin in front.practice.origins else None,
        key=headers.get("idempotency-key") or None,
        site=_site(request, front),
    )


async def open_visit(request: Request, visit: Visit, front: Front) -> Visit | No:
    """The visit with its body, once nothing speaks against reading it."""
    no = _turned_away(request, visit, front)
    body = no or await body_of(request)
    if isinstance(body, No):
        return body
    if not visit.is_form:
        body = body.removeprefix(BOM_UTF8)  # a reader may ignore it, says RFC 8259; editors like to write it
    try:
        typed = Typed.parse(body) if visit.is_form else Typed()
    except ValueError:
        return No(400, "malformed")
    asked = typed.last("language") if visit.is_form else language_in(body)
    language = preferred_language(asked, request.headers.get("accept-language"))
    return replace(visit, body=body, typed=typed, language=language)


def too_many(request: Request, front: Front, now: datetime) -> No | None:
    """Counts the post; the answer when there were too many."""
    site = _site(request, front)
    if site:
        wait = front.turnstile.wait_for_site(site, now)
    else:
        wait = front.turnstile.wait_for_address(sender_of(request, front.trusted_proxies), now)
    return No(429, "too_many", wait) if wait else None


def _turned_away(request: Request, visit: Visit, front: Front) -> No | None:
    origin = request.headers.get("origin")
    if origin is not None and not front.admits_origin(origin, request.headers.get("host", "")):
        return No(403, "origin")
    if "authorization" in request.headers and _site(request, front) is None:
        return No(401, "site_key")
    if media_type(request) not in (FORM, JSON) or "content-encoding" in request.headers:
        return No(415, "media_type")
    if visit.key and len(visit.key) > LONGEST_KEY:
        return No(400, "idempotency_key")
    return None


def _site(request: Request, front: Front) -> str | None:
    """The website whose key came along."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return front.practice.site_of(key.strip()) if scheme.lower() == "bearer" else None


def language_in(body: bytes) -> str | None:
    """The language that a JSON body asks for, however wrong the rest of it is."""
    try:
        said: Any = from_json(body)
    except ValueError:
        return None
    language = said.get("language") if isinstance(said, dict) else None
    return language if isinstance(language, str) else None
