"""What the tests of `shared` need."""

import pytest

from shared.database import Database
from tests.conftest import Opener


@pytest.fixture
async def database(open_database: Opener) -> Database:
    """A database with the messaging tables only."""
    return await open_database("messaging")
