"""Intake's database, on both engines, and what a test needs beside it."""

from datetime import timedelta

import pytest

from services.intake.vault import Vault
from services.intake.web.front import Front
from shared.database import Database
from tests.conftest import Opener, TestClock
from tests.intake.builders import CountedIds, a_vault
from tests.intake.calling import DANA, LEE, Office, a_coordinator
from tests.intake.contacting import Inbox
from tests.intake.readying import Reader
from tests.intake.webhouse import a_front


@pytest.fixture
async def database(open_database: Opener) -> Database:
    """A fresh, migrated intake database."""
    return await open_database("intake")


@pytest.fixture
def vault() -> Vault:
    return a_vault()


@pytest.fixture
def ids() -> CountedIds:
    return CountedIds()


@pytest.fixture
def office(database: Database) -> Office:
    """Dana and Lee, every day from nine to five."""
    return Office.of(database, a_coordinator(DANA, languages=("en", "es")), a_coordinator(LEE))


@pytest.fixture
def inbox(database: Database) -> Inbox:
    """Where somebody says how they are reached."""
    return Inbox(database)


@pytest.fixture
def reader(database: Database) -> Reader:
    """Somebody who asked for something to read first."""
    return Reader(database)


@pytest.fixture
def front(database: Database, clock: TestClock) -> Front:
    """The doors, an hour after what the builders make came in."""
    clock.move(timedelta(hours=1))
    return a_front(database, clock)
