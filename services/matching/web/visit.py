"""Who knocks: a link is read, a form is opened, and whoever may not come in is turned away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.matching.web.front import Front
from shared.tokens import Link

FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 64 * 1024
MOST_FIELDS = 100
NUL = "\0"  # nobody types it, and PostgreSQL keeps no text with it

Typed = Mapping[str, str]
NOTHING_TYPED: Typed = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class No:
    """Somebody is turned away before anything is looked at; `slug` says why, see `noes.py`."""

    status: int
    slug: str
    retry_after: int | None = None  # seconds


NOBODYS_LINK = No(404, "not_found")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who holds a link of ours."""

    link: Link
    home: str  # the path of the link's page; others lie below it
    at: datetime
    said: str = ""  # a code of what was done just before
    language: str = "en"
    typed: Typed = field(default_factory=lambda: NOTHING_TYPED)

    @property
    def by(self) -> str:
        """Who acts: coordinator:<id>, clinician:<id>, person:<request id>."""
        return self.link.recipient

    @property
    def who(self) -> str:
        """Their id."""
        return self.link.recipient.partition(":")[2]


def visit_of(request: Request, front: Front, path: str, purpose: str) -> Visit | No:
    """The visit of whoever holds this link; every link that is not good is turned away alike."""
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, purpose, now)
    if link is None:
        return NOBODYS_LINK
    return Visit(link, f"{path}/{token}", now, request.query_params.get("said", ""))


async def typed_in(request: Request, front: Front) -> Typed | No:
    """What a form of ours sent; of a field that came twice the last counts."""
    headers = request.headers
    origin = headers.get("origin")
    if origin is not None and not front.is_ours(origin, headers.get("host", "")):
        return No(403, "origin")
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in (FORM, ""):
        return No(415, "media_type")
    body = await _body(request)
    if isinstance(body, No):
        return body
    try:
        said = body.decode("utf-8")
        pairs = parse_qsl(said, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return No(400, "malformed")
    if any(NUL in each for pair in pairs for each in pair):
        return No(400, "malformed")
    return MappingProxyType(dict(pairs))


async def _body(request: Request) -> bytes | No:
    """The body, read no further than allowed, whatever its length claims."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LONGEST_BODY:
        return No(413, "too_large")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                return No(413, "too_large")
    except ClientDisconnect:
        return No(400, "malformed")
    return bytes(body)
