"""A database of a service, in which somebody did something."""

from datetime import timedelta
from typing import Any

import pytest

from shared import audit
from shared.database import Database
from tests.conftest import START, Opener

SERVICE = "resources"


def an_entry(number: int = 1, **said: Any) -> audit.Entry:
    fields: dict[str, Any] = {
        "at": START + timedelta(minutes=number),
        "actor": "coordinator:dana",
        "act": "words.read",
        "subject": f"q-{number}",
        "purpose": "coordinator_reads",
        "detail": {"how": "page", "tries": number},
    }
    return audit.Entry(**(fields | said))


@pytest.fixture
async def database(open_database: Opener) -> Database:
    return await open_database(SERVICE)


async def recorded(database: Database, *entries: audit.Entry) -> None:
    async with database.transaction() as tx:
        await audit.record(tx, entries)


async def head(database: Database) -> audit.Head:
    async with database.reading() as tx:
        return await audit.head_of(tx)
