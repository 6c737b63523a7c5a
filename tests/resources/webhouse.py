"""The doors of resources over a real database, as tests and the browser meet them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from services.resources import storage
from services.resources.web import Front, doors, dressing
from shared.contracts.base import Ask
from shared.contracts.intake import ReopeningAnswered, ReopeningAsked
from shared.errors import Defect, Retryable
from shared.messaging.tables import outbox
from shared.tokens import Links
from tests.conftest import TestClock
from tests.resources.builders import NOW, a_readiness_request
from tests.resources.house import Resources

PUBLIC_URL, INTAKE_URL = "https://pages.example.org", "https://intake.example.org"
LINKS = Links(["a link key of the tests, long enough to be one"])
LIFETIME = timedelta(days=400)
BEGIN = f"{INTAKE_URL}/begin/a-token-of-intake"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Intake:
    """Intake as it is asked by somebody who is ready. It can be away, silent for long, or make no sense."""

    def __init__(self) -> None:
        self.url: str | None = BEGIN
        self.trouble: type[Exception] | None = None
        self.asked: list[ReopeningAsked] = []

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        assert isinstance(question, ReopeningAsked)
        self.asked.append(question)
        if self.trouble is not None:
            raise self.trouble("as it is today")
        return ReopeningAnswered(url=self.url)


class WebHouse:
    """Journeys, the doors over them, and a clock that is moved."""

    def __init__(self, resources: Resources, clock: TestClock | None = None) -> None:
        self.resources, self.intake = resources, Intake()
        self.clock = clock or TestClock(NOW)
        self.front = Front(
            resources.practice,
            resources.catalogue,
            resources.database,
            resources.acts,
            self.intake,
            LINKS,
            self.clock,
            PUBLIC_URL,
            INTAKE_URL,
        )

    async def journey(self, number: int = 1, **told: Any) -> str:
        """Somebody opted in; gives the link of their mails."""
        await self.resources.hear(a_readiness_request(number, **told), at=self.clock.now)
        return a_link(await self.resources.journey_id(number), f"per-{number}", now=self.clock.now)

    async def pass_weeks(self, weeks: float) -> None:
        """Time passes, and what is due comes, a day at a time."""
        for _ in range(round(weeks * 7)):
            self.clock.move(timedelta(days=1))
            await self.resources.look(self.clock.now)

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who opens links and presses buttons; no redirect is followed."""
        transport = httpx.ASGITransport(app=an_app(self.front), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers) as client:
            yield client

    async def whole(self) -> list[Any]:
        """Everything that is kept, to be compared."""
        async with self.resources.database.reading() as tx:
            kept: list[Any] = []
            for table in (*storage.metadata.sorted_tables, outbox):
                kept.append((table.name, sorted(map(repr, await tx.execute(sa.select(table))))))
            return kept

    def with_front(self, **changed: Any) -> None:
        """The doors stand on something else."""
        self.front = replace(self.front, **changed)


def an_app(front: Front) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(doors(front))
    dressing(front)(app)
    return app


def a_link(
    journey_id: str,
    person_id: str,
    *,
    purpose: str = "readiness",
    now: datetime = NOW,
    lifetime: timedelta = LIFETIME,
    recipient: str | None = None,
) -> str:
    token = LINKS.sign(purpose, recipient or f"person:{person_id}", journey_id, now, lifetime)
    return f"/readiness/{token}"


def text_of(html: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<(style|title)>.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


__all__ = ["BEGIN", "INTAKE_URL", "ONE_CLICK", "PUBLIC_URL", "Defect", "Retryable", "WebHouse", "a_link"]
