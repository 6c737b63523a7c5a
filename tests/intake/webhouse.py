"""Intake's doors over a real database, as tests and the browser meet them."""

import asyncio
import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from services.intake.domain.signature import Secret
from services.intake.web import Front, Turnstile, doors, dressing
from shared import migrations
from shared.clock import Clock, utc_now
from shared.contracts.base import Ask
from shared.contracts.matching import CodeAsked, CodeMailed, DigitsChecked, DigitsTold
from shared.database import Database
from shared.errors import Retryable
from shared.ids import RandomIds
from shared.pages import docs
from shared.practice import Practice, SiteKey
from shared.tokens import Links
from tests.intake.builders import a_vault, the_practice, the_rules

PUBLIC_URL = "https://intake.example.org"
WEBSITE = "https://www.example.org"
LINK_KEY = "a link key of the tests, long enough to be one"
SITE_KEY = "a site key of the tests"
EVENT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORM = {"content-type": "application/x-www-form-urlencoded"}
GENEROUS = Turnstile("100000/minute", "100000/minute", "100000/minute", "100000/day")


def a_practice(**said: Any) -> Practice:
    """The Los Angeles practice with one listed website, which holds a key."""
    key = SiteKey(name="website", sha256=hashlib.sha256(SITE_KEY.encode()).hexdigest())
    return the_practice().model_copy(update={"origins": (WEBSITE,), "site_keys": (key,), **said})


class ProofDesk:
    """Matching, where it mails codes and checks them; `digits` are those of every code. It can be away."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.digits, self.away = clock, "123456", False
        self.most, self.tries = 5, 5
        self.asked: list[CodeAsked | DigitsTold] = []

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        """What matching answers; only to the recipient and matter that a code was mailed for."""
        assert isinstance(question, CodeAsked | DigitsTold)
        if self.away:
            raise Retryable("nobody answered in time")
        self.asked.append(question)
        about = (question.recipient, question.matter)
        mailed = [each for each in self.asked if isinstance(each, CodeAsked)]
        if isinstance(question, CodeAsked):
            again_at = self.clock() + timedelta(minutes=40) if len(mailed) > self.most else None
            return CodeMailed(again_at=again_at)
        self.tries -= 1
        good = question.digits == self.digits and about in {(each.recipient, each.matter) for each in mailed}
        return DigitsChecked(proof_id="proof-1" if good else None, tries_left=max(self.tries, 0))


def a_front(database: Database, clock: Clock, **said: Any) -> Front:
    """The front of that practice; nobody is made to wait unless a test says so."""
    front = Front.of(
        said.pop("practice", None) or a_practice(),
        the_rules(),
        database,
        a_vault(),
        Links([LINK_KEY]),
        clock,
        RandomIds(),
        PUBLIC_URL,
        said.pop("ask", None) or ProofDesk(clock),
        event_secrets=(Secret.read("website", EVENT_SECRET),),
    )
    return replace(front, **{"turnstile": GENEROUS, **said})


def an_app(front: Front) -> FastAPI:
    """The doors alone, as the service has them."""
    app = FastAPI(docs_url=None)
    app.include_router(docs.router())
    app.include_router(doors(front))
    dressing(front)(app)
    return app


def a_browser(front: Front, **headers: str) -> httpx.AsyncClient:
    """Somebody at the doors."""
    transport = httpx.ASGITransport(app=an_app(front), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers)


def a_request(**said: Any) -> dict[str, Any]:
    """What a website posts for a grown-up in California; None takes a field out."""
    body = {"name": "Sam Rivera", "email": "sam@example.org", "state": "CA", "age": 34, **said}
    return {name: value for name, value in body.items() if value is not None}


def a_reading_request(**said: Any) -> dict[str, Any]:
    """What a website posts for somebody not ready yet."""
    body = {"name": "Ana Flores", "email": "ana@example.org", "opt_in": True, **said}
    return {name: value for name, value in body.items() if value is not None}


def a_colleagues_request(**said: Any) -> dict[str, Any]:
    """What a website posts for a therapist who looks for supervision."""
    body = {"name": "Kim Ode", "email": "kim@example.org", "topic": "supervision", **said}
    return {name: value for name, value in body.items() if value is not None}


class Page(HTMLParser):
    """A page as a browser reads it: its structure, its text, and what its form would send."""

    VOID = frozenset({"input", "meta", "link", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.text, self.action, self.links = "", "", list[str]()
        self.language = ""
        self.by_id: dict[str, dict[str, str]] = {}
        self.texts: dict[str, str] = {}
        self._shape: list[str] = []
        self._fields: list[list[str]] = []
        self._open: list[tuple[str, str]] = []
        self._select = ""

    @classmethod
    def read(cls, html: str) -> "Page":
        page = cls()
        page.feed(html)
        page.close()
        return page

    @property
    def structure(self) -> tuple[str, ...]:
        """Every tag and attribute name, in order, without the values that a person typed."""
        return tuple(self._shape)

    def submitted(self) -> list[tuple[str, str]]:
        """The fields that the form would send as it stands."""
        return [(name, value) for name, value in self._fields]

    def described(self, field: str) -> str:
        """What a screen reader says about a field."""
        ids = self.by_id[field].get("aria-describedby", "").split()
        return " ".join(self.texts[each].strip() for each in ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._shape.append(f"{tag} {' '.join(name for name, _ in attrs if name not in ('checked', 'open'))}")
        if tag not in self.VOID:
            self._open.append((tag, said.get("id", "")))
        if said.get("id"):
            self.by_id[said["id"]] = said
        if tag == "html":
            self.language = said["lang"]
        if tag == "a":
            self.links.append(said.get("href", ""))
        if tag == "form":
            self.action = said["action"]
        self._field(tag, said)

    def handle_endtag(self, tag: str) -> None:
        self._shape.append(f"/{tag}")
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag == "style" for tag, _ in self._open):
            return
        self.text += data
        for _, id_ in self._open:
            if id_:
                self.texts[id_] = self.texts.get(id_, "") + data
        if self._open and self._open[-1][0] == "textarea":
            self._fields[-1][1] += data.removeprefix("\n") if not self._fields[-1][1] else data

    def _field(self, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if tag == "select":
            self._select = said["name"]
        elif tag == "option" and "selected" in said:
            self._fields.append([self._select, said["value"]])
        elif tag == "textarea" or (
            tag == "input" and (kind not in ("checkbox", "radio") or "checked" in said)
        ):
            self._fields.append([said["name"], said.get("value", "")])


@contextmanager
def served(file: Path) -> Iterator[str]:
    """The doors on a port of their own, over a fresh database in this file; gives their address."""
    database = f"sqlite+aiosqlite:///{file}"
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    front = replace(a_front(Database.open(database), utc_now), public_url=url)
    server = uvicorn.Server(uvicorn.Config(an_app(front), log_config=None, proxy_headers=False))

    async def serve() -> None:
        await migrations.upgrade("intake", database)
        await server.serve(sockets=[listening])
        await front.database.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
