"""Whoever knocks at a page of ours with a form: it is opened from outside in, and turned away at the first
thing amiss. Nothing here knows whose page it is; every service says no in its own words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.requests import ClientDisconnect

FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 64 * 1024
MOST_FIELDS = 100
NUL = "\0"  # nobody types it, and PostgreSQL keeps no text with it
TRY_AGAIN_SECONDS = 60

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class No:
    """Somebody is turned away before what they sent counts; `slug` says why, in a service's own words."""

    status: int
    slug: str
    retry_after: int | None = None  # seconds


NOBODYS_LINK = No(404, "not_found")
AWAY = No(503, "away", TRY_AGAIN_SECONDS)


def is_ours(public_url: str, origin: str, host: str) -> bool:
    """Whether a page of this origin is one of those that people reach at `public_url`, or at `host`."""
    ours = urlsplit(public_url)
    return origin == f"{ours.scheme}://{ours.netloc}" or origin.partition("://")[2] == host != ""


def media_type(request: Request) -> str:
    """The type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def form_of_ours(request: Request, public_url: str, most_fields: int = MOST_FIELDS) -> Pairs | No:
    """What a form of our own pages sent, in its order; another website's has no business here.

    A browser says whose form it is; who says nothing is no browser that could be made to send one.
    """
    no = why_not_ours(request, public_url)
    body = no or await body_of(request)
    return body if isinstance(body, No) else pairs_in(body, most_fields)


def why_not_ours(request: Request, public_url: str) -> No | None:
    """What the headers alone say against a form; its body is still unread."""
    headers = request.headers
    origin = headers.get("origin")
    if origin is not None and not is_ours(public_url, origin, headers.get("host", "")):
        return No(403, "origin")
    if media_type(request) not in (FORM, "") or "content-encoding" in headers:
        return No(415, "media_type")
    return None


async def body_of(request: Request) -> bytes | No:
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


def pairs_in(body: bytes, most_fields: int = MOST_FIELDS) -> Pairs | No:
    """The fields of an urlencoded body."""
    try:
        said = body.decode("utf-8")
        pairs = parse_qsl(said, keep_blank_values=True, errors="strict", max_num_fields=most_fields)
    except ValueError:
        return No(400, "malformed")
    return No(400, "malformed") if any(NUL in each for pair in pairs for each in pair) else tuple(pairs)
