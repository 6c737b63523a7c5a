"""Intake's database, on both engines, and what a test needs beside it."""

import pytest

from services.intake.vault import Vault
from shared.database import Database
from tests.conftest import Opener
from tests.intake.builders import CountedIds, a_vault
from tests.intake.calling import DANA, LEE, Office, a_coordinator


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
