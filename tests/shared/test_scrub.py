"""What was deleted is in no file any more once the database is scrubbed."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.database import Database
from shared.errors import Retryable
from shared.messaging.tables import seen_versions
from shared.sqlite import scrub
from tests.conftest import Opener

CANARY = "qx-canary-of-scrubbing-{}-zw"


async def filled(database: Database) -> None:
    rows = [{"about": "x", "entity_id": CANARY.format(number), "version": 1} for number in range(400)]
    async with database.transaction() as tx:
        await tx.execute(sa.insert(seen_versions), rows)


def files_with(folder: Path) -> list[str]:
    return sorted(
        file.name for file in folder.rglob("*") if file.is_file() and b"qx-canary" in file.read_bytes()
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_was_deleted_is_in_no_page_and_in_no_log(open_database: Opener, tmp_path: Path) -> None:
    database = await open_database("messaging")
    await filled(database)
    async with database.transaction() as tx:
        await tx.execute(sa.delete(seen_versions))
    assert files_with(tmp_path), "the log keeps it, or this test sees nothing"

    await database.scrub()

    assert files_with(tmp_path) == []


async def test_a_database_is_whole_and_in_use_afterwards(open_database: Opener) -> None:
    database = await open_database("messaging")
    await filled(database)

    await database.scrub()

    async with database.transaction() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(seen_versions)) == 400
        await tx.execute(sa.delete(seen_versions))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_cannot_be_scrubbed_is_said(tmp_path: Path, engine: str) -> None:
    with pytest.raises(Retryable, match="in use"):
        scrub(str(tmp_path / "nowhere" / "no.db"))
