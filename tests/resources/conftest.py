"""The Los Angeles sample with its books; the practices and readings after them are plain ones."""

from pathlib import Path

import pytest

from services.resources.domain.journey import Course
from shared.practice import Catalogue, Clocks, Practice, load_catalogue, load_practice
from tests.conftest import Opener
from tests.resources.builders import with_series
from tests.resources.house import Resources

SAMPLE = Path("deploy/practice/los_angeles")


@pytest.fixture(scope="session")
def practice() -> Practice:
    return load_practice(SAMPLE)


@pytest.fixture(scope="session")
def catalogue(practice: Practice) -> Catalogue:
    return with_series(load_catalogue(SAMPLE, practice))


@pytest.fixture
def course(catalogue: Catalogue) -> Course:
    """The practice's catalogue by the clocks as they come."""
    return Course(catalogue, Clocks(), "America/Los_Angeles")


@pytest.fixture
async def resources(open_database: Opener, practice: Practice, catalogue: Catalogue) -> Resources:
    return Resources(await open_database("resources"), practice, catalogue)
