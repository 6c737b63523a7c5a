"""Signed events as a website's server sends them: signed by the library of the standard, not by ours."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from httpx import AsyncClient, Response
from standardwebhooks import Webhook

from tests.conftest import TestClock
from tests.intake.webhouse import EVENT_SECRET, a_request

EVENTS = "/v1/events"
CONSULTATION_SUBMITTED = "website.consultation.submitted.v1"
READINESS_SUBMITTED = "website.readiness.submitted.v1"
STRUCTURED = "application/cloudevents+json"
MODES = ["send", "send_binary"]  # of `Server`
OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def an_event(**said: Any) -> dict[str, Any]:
    """Somebody's request as an event; None takes an attribute out."""
    event = {
        "specversion": "1.0",
        "id": "evt-1",
        "source": "https://www.example.org/contact",
        "type": CONSULTATION_SUBMITTED,
        "time": "2026-11-23T18:00:00Z",
        "datacontenttype": "application/json",
        "data": a_request(),
        **said,
    }
    return {name: value for name, value in event.items() if value is not None}


def signed_headers(body: str, message: str, now: datetime, secret: str = EVENT_SECRET) -> dict[str, str]:
    """The three headers of the standard."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, now, body),
    }


@dataclass(frozen=True)
class Server:
    """A website's server; it signs with its secret, at the time that its own clock shows."""

    browser: AsyncClient
    clock: TestClock
    secret: str = EVENT_SECRET
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, event: dict[str, Any], message: str = "msg-1", **headers: str) -> Response:
        """The event in structured mode."""
        body = json.dumps(event, ensure_ascii=False)
        return await self.post(body, message, {"content-type": STRUCTURED, **headers})

    async def send_binary(self, event: dict[str, Any], message: str = "msg-1", **headers: str) -> Response:
        """The same in binary mode."""
        attributes = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}
        body = json.dumps(event["data"], ensure_ascii=False) if "data" in event else ""
        attributes.pop("ce-datacontenttype", None)
        return await self.post(body, message, {"content-type": "application/json", **attributes, **headers})

    async def post(self, body: str, message: str, headers: dict[str, str]) -> Response:
        signed = signed_headers(body, message, self.clock(), self.secret)
        return await self.browser.post(
            EVENTS, content=body.encode(), headers={**signed, **self.headers, **headers}
        )
