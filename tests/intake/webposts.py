"""What tests post, and how they look at what became of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn
from urllib.parse import parse_qs, urlencode, urlsplit

import sqlalchemy as sa
from httpx import AsyncClient, Response

from services.intake import storage
from services.intake.storage.tables import requests as requests_table
from shared.database import Database, Transaction
from shared.errors import Retryable
from tests.intake.webhouse import FORM

CONSULTATION, READINESS = "/v1/consultation-requests", "/v1/readiness-requests"
PROFESSIONAL = "/v1/professional-requests"
WHOLE = {
    "name": "Sam Rivera",
    "pronouns": "they/them",
    "email": "sam@example.org",
    "phone": "+13235550100",
    "contact": {
        "email_ok": True,
        "text_ok": False,
        "voicemail_ok": False,
        "discreet": True,
        "safe_hours": None,
    },
    "for": "self",
    "client": None,
    "partners": [],
    "state": "CA",
    "time_zone": None,
    "age": 34,
    "unit": "individual",
    "concerns": ["grief_loss", "couples"],
    "message": "free text, up to 5000 characters",
    "preferences": {
        "format": "online",
        "sites": [],
        "languages": ["en"],
        "language_required": False,
        "modalities": ["emdr"],
        "clinician": ["lgbtqia_identified"],
        "times": ["weekday_evening"],
        "fee_max": 180,
    },
    "safety": {"unsafe_at_home": False, "partner_violence": False},
    "language": "en",
    "privacy_notice": "2026-11",
}


Pairs = Sequence[tuple[str, str]]
SAM = (("name", "Sam Rivera"), ("email", "sam@example.org"), ("state", "CA"), ("age", "34"))


async def kept_in(database: Database) -> int:
    async with database.reading() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(requests_table))).scalar_one())


async def status_of(database: Database, reference: str) -> str:
    async with database.reading() as tx:
        found = await storage.load_request(tx, reference)
    assert found
    return found.status


class AwayDatabase(Database):
    """A database that is not there."""

    def __init__(self) -> None:
        """There is nothing to connect to."""

    def transaction(self) -> NoReturn:
        raise Retryable

    def reading(self) -> NoReturn:
        raise Retryable


class ReadsAlone(Database):
    """A database in which nothing can be written for now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transaction(self) -> NoReturn:
        raise Retryable

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        async with self._database.reading() as tx:
            yield tx


async def sent(browser: AsyncClient, path: str, pairs: Pairs, **headers: str) -> Response:
    return await browser.post(path, content=urlencode(list(pairs)), headers={**FORM, **headers})


def reference_in(answer: Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["reference"][0]
