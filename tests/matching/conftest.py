"""A matching database with a roster, on both engines."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.matching import operations
from shared.database import Database
from shared.practice import Practice, load_practice
from tests.matching.builders import NOW

LOS_ANGELES = Path("deploy/practice/los_angeles")

WriteRoster = Callable[..., Path]


@pytest.fixture(scope="session")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


@pytest.fixture
async def database(open_database: Callable[[str], Awaitable[Database]]) -> Database:
    return await open_database("matching")


@pytest.fixture
def write_roster(tmp_path: Path) -> WriteRoster:
    """Writes a clinicians.yaml with these clinicians; says only what differs from an ordinary one."""

    def write(*clinicians: dict[str, Any]) -> Path:
        file = tmp_path / "clinicians.yaml"
        entries = [{**ordinary(str(each["id"])), **each} for each in clinicians]
        file.write_text(yaml.safe_dump({"clinicians": entries}, allow_unicode=True), encoding="utf-8")
        return file

    return write


@pytest.fixture
async def with_three(database: Database, practice: Practice, write_roster: WriteRoster) -> Database:
    """A database whose roster is c-a, c-b and c-c, equals in everything."""
    await operations.import_roster(
        database, write_roster({"id": "c-a"}, {"id": "c-b"}, {"id": "c-c"}), practice, NOW
    )
    return database


def ordinary(clinician_id: str) -> dict[str, Any]:
    return {
        "id": clinician_id,
        "name": f"Clinician {clinician_id}",
        "email": f"{clinician_id}@example.org",
        "credential": "LMFT",
        "introduction": {"en": "I listen.", "es": "Escucho."},
        "licences": [{"state": "CA", "number": "LMFT000001", "expires": "2028-05-31"}],
        "specialties": {"grief_loss": 2},
        "formats": ["online"],
        "units": ["individual", "couple"],
        "ages": {"from": 18, "to": 99},
        "languages": ["en", "es"],
        "times": ["weekday_evening"],
        "fee": {"min": 100, "max": 200},
        "capacity": 10,
        "caseload": 5,
    }
