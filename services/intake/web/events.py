"""`POST /v1/events`: what a website's server sends as a signed CloudEvent 1.0, taken like a post of its own.

    structured  application/cloudevents+json; the request stands in `data`
    binary      application/json; the attributes are `ce-…` headers, the body is the request

The signature covers the body and `webhook-id`, and no other header. So an event is known again by its source
and id, and by its webhook-id too: whoever repeats a binary one under another id gets the answer of the first.
"""

import base64
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import from_json, to_json

from services.intake.domain.decision import FieldError, Refused
from services.intake.domain.signature import Message, site_that_signed
from services.intake.web import described
from services.intake.web.answers import answer
from services.intake.web.decide import Keeper, decide, record
from services.intake.web.front import Front
from services.intake.web.visit import JSON, EventKeys, Visit, language_in, visit_of
from services.intake.web.words import preferred_language
from shared.contracts.intake import Entry
from shared.pages.knock import No, body_of, media_type

STRUCTURED = "application/cloudevents+json"
PREFIX = "ce-"
VERSION = "1.0"
NEEDED = ("specversion", "id", "source", "type")
PATHS: Mapping[str, Entry] = MappingProxyType(
    {
        "website.consultation.submitted.v1": "consultation",
        "website.readiness.submitted.v1": "readiness",
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it came: its attributes, unread, and its data as bytes of JSON; None where it has none."""

    attributes: Mapping[str, Any]
    data: bytes | None
    inside: str  # where the data stands in the body, as a JSON pointer


def add_events(router: APIRouter, front: Front, keeper: Keeper) -> None:
    """The door for signed events."""

    @router.post(
        "/v1/events",
        status_code=202,
        responses=described.event_answers(),
        openapi_extra=described.event_inputs(STRUCTURED, tuple(PATHS)),
    )
    async def take_event(request: Request) -> Response:
        """A website's server says that somebody wrote: kept, with its fact, before it is answered."""
        knocking = replace(
            visit_of(request, "consultation", front), is_form=False, wants_page=False, site=None
        )
        event = await _open(request, knocking, front)
        if isinstance(event, No | Refused):
            return answer(knocking, event, event, front)
        decision = decide(event, front, front.clock())
        outcome = decision if isinstance(decision, No) else await record(event, decision, front, keeper)
        return answer(event, decision, outcome, front)


async def _open(request: Request, visit: Visit, front: Front) -> Visit | No | Refused:
    """The visit that the event stands for, once its signature holds and it is one that we take."""
    no = _turned_away(request, front)
    body = no or await body_of(request)
    if isinstance(body, No):
        return body
    now = front.clock()
    site = site_that_signed(_message(request, body), front.event_secrets, now)
    if site is None:
        return No(401, "signature")
    wait = front.turnstile.wait_for_site(site, now)
    if wait is not None:
        return No(429, "too_many", wait)
    event = _structured(body) if media_type(request) == STRUCTURED else _binary(request, body)
    return event if isinstance(event, No) else _read(event, request, replace(visit, site=site))


def _turned_away(request: Request, front: Front) -> No | None:
    origin = request.headers.get("origin")
    if origin is not None and not front.admits_origin(origin, request.headers.get("host", "")):
        return No(403, "origin")
    if media_type(request) not in (STRUCTURED, JSON) or "content-encoding" in request.headers:
        return No(415, "media_type")
    return None


def _message(request: Request, body: bytes) -> Message:
    said = request.headers
    return Message(
        id=said.get("webhook-id", "").encode("latin-1"),  # as it was sent: that is how headers are read
        timestamp=said.get("webhook-timestamp", ""),
        signatures=said.get("webhook-signature", ""),
        body=body,
    )


def _structured(body: bytes) -> Event | No:
    try:
        said = from_json(body.removeprefix(BOM_UTF8), allow_inf_nan=False)
        if not isinstance(said, dict):
            return No(400, "malformed")
        if "data_base64" in said and "data" not in said:
            return Event(said, base64.b64decode(said["data_base64"], validate=True), "/data_base64")
    except (ValueError, TypeError):
        return No(400, "malformed")
    data = said.get("data")
    return Event(said, None if data is None else to_json(data), "/data")


def _binary(request: Request, body: bytes) -> Event:
    """Its data spelled as structured data is here: the same event is the same in both modes."""
    try:
        data = to_json(from_json(body.removeprefix(BOM_UTF8), allow_inf_nan=False))
    except ValueError:
        data = body.removeprefix(BOM_UTF8)  # refused where every body is read
    names = {name.lower() for name in request.headers if name.lower().startswith(PREFIX)}
    attributes = {name.removeprefix(PREFIX): unquote(request.headers[name]) for name in names}
    return Event(attributes, data or None, "")


def _read(event: Event, request: Request, visit: Visit) -> Visit | Refused:
    """The post that the event brings, to be decided like any other; or what is wrong with the event."""
    said = event.attributes
    mistakes = [*_mistakes(said), *(() if event.data is not None else [FieldError(event.inside, "required")])]
    if mistakes or event.data is None:
        return Refused(visit.path, tuple(mistakes))
    keys = EventKeys(to_json([said["source"], said["id"]]).decode(), request.headers["webhook-id"])
    return replace(
        visit,
        path=PATHS[said["type"]],
        body=event.data,
        inside=event.inside,
        language=preferred_language(language_in(event.data), request.headers.get("accept-language")),
        event=keys,
    )


def _mistakes(said: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with the attributes; those that we do not know are nobody's mistake."""
    missing = [FieldError(f"/{name}", "required") for name in NEEDED if said.get(name) in (None, "")]
    strange = [
        FieldError(f"/{name}", "text")
        for name in (*NEEDED, "datacontenttype")
        if not isinstance(said.get(name, ""), str | None)
    ]
    if missing or strange:
        return [*missing, *strange]
    wrong = []
    if said["specversion"] != VERSION:
        wrong.append(FieldError("/specversion", f"only:{VERSION}"))
    if said["type"] not in PATHS:
        wrong.append(FieldError("/type", f"only:{', '.join(PATHS)}"))
    if not _is_json(said.get("datacontenttype") or JSON):
        wrong.append(FieldError("/datacontenttype", f"only:{JSON}"))
    return wrong


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == JSON or kind.endswith("+json")
