"""Intake's doors over a real database, as tests and the browser meet them."""

import hashlib
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI

from services.intake.settings import admission_rules
from services.intake.web import Front, Turnstile, doors
from shared.clock import Clock
from shared.database import Database
from shared.ids import RandomIds
from shared.practice import Practice, SiteKey
from shared.tokens import Links
from tests.intake.builders import PRACTICE_DIR, a_vault, the_practice

PUBLIC_URL = "https://intake.example.org"
WEBSITE = "https://www.example.org"
SITE_KEY = "a site key of the tests"
GENEROUS = Turnstile("100000/minute", "100000/minute", "100000/minute")


def a_practice(**said: Any) -> Practice:
    """The Los Angeles practice with one listed website, which holds a key."""
    key = SiteKey(name="website", sha256=hashlib.sha256(SITE_KEY.encode()).hexdigest())
    return the_practice().model_copy(update={"origins": (WEBSITE,), "site_keys": (key,), **said})


def a_front(database: Database, clock: Clock, **said: Any) -> Front:
    """The front of that practice; nobody is made to wait unless a test says so."""
    front = Front.of(
        said.pop("practice", None) or a_practice(),
        admission_rules(PRACTICE_DIR),
        database,
        a_vault(),
        Links(["a link key of the tests, long enough to be one"]),
        clock,
        RandomIds(),
        PUBLIC_URL,
    )
    return replace(front, **{"turnstile": GENEROUS, **said})


def an_app(front: Front) -> FastAPI:
    """The doors alone, as the service has them."""
    app = FastAPI()
    app.include_router(doors(front))
    return app


def a_browser(front: Front, **headers: str) -> httpx.AsyncClient:
    """Somebody at the doors."""
    transport = httpx.ASGITransport(app=an_app(front))
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers)


def a_request(**said: Any) -> dict[str, Any]:
    """What a website posts for a grown-up in California; None takes a field out."""
    body = {"name": "Sam Rivera", "email": "sam@example.org", "state": "CA", "age": 34, **said}
    return {name: value for name, value in body.items() if value is not None}


def a_reading_request(**said: Any) -> dict[str, Any]:
    """What a website posts for somebody not ready yet."""
    body = {"name": "Ana Flores", "email": "ana@example.org", "opt_in": True, **said}
    return {name: value for name, value in body.items() if value is not None}
