"""Whatever is changed in the audit's file is found, and where; and a tail that was cut, by a noted head."""

import random
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from shared import audit
from shared.database import Database
from tests.audit.conftest import SERVICE, an_entry, head, recorded

TRIALS = 1000
ENTRIES = 12
COLUMNS = ("at", "actor", "act", "subject", "purpose", "detail", "previous", "hash")
PROTECTED = ("audit_is_not_changed", "audit_is_not_replaced", "audit_keeps_its_entries")
TAMPERED = [
    ("UPDATE audit SET actor = 'coordinator:lee' WHERE seq = 5", audit.Broken(5, "changed")),
    ("DELETE FROM audit WHERE seq = 5", audit.Broken(5, "missing")),
    ("DELETE FROM audit WHERE seq <= 5", audit.Broken(6, "beginning")),
    ("UPDATE audit SET seq = seq + 1 WHERE seq = 12", audit.Broken(13, "changed")),
    (
        "UPDATE audit SET actor = CAST(x'ff41' AS TEXT) WHERE seq = 7",
        audit.Broken(7, "unreadable"),
    ),
    ("UPDATE audit SET actor = CAST(actor AS BLOB) WHERE seq = 7", audit.Broken(7, "changed")),
    (
        "INSERT INTO audit SELECT 13, at, actor, act, subject, purpose, detail, hash, hash FROM audit"
        " WHERE seq = 12",
        audit.Broken(13, "changed"),
    ),
]


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """The file of SQLite: whoever changes it asks no database."""
    return str(request.param)


@pytest.fixture
async def file(database_url: Callable[[str], Awaitable[str]]) -> Path:
    """A file with a chain, whose protection somebody has taken away."""
    url = await database_url(SERVICE)
    database = Database.open(url)
    await recorded(database, *(an_entry(number) for number in range(1, ENTRIES + 1)))
    await database.close()
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        for name in PROTECTED:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def tampered(file: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


async def verified(file: Path, noted: audit.Head | None = None) -> audit.Verified | audit.Broken:
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    try:
        return await audit.verify(database, noted)
    finally:
        await database.close()


async def test_a_flipped_byte_is_found_every_time_and_where_it_is(file: Path) -> None:
    chance = random.Random(64)
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    found = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.text_factory = bytes
        for _ in range(TRIALS):
            seq, column = chance.randint(1, ENTRIES), chance.choice(COLUMNS)
            read = f"SELECT {column} FROM audit WHERE seq = ?"
            (before,) = connection.execute(read, (seq,)).fetchone()
            place = chance.randrange(len(before))
            flipped = bytes([before[place] ^ chance.randint(1, 255)])
            after = before[:place] + flipped + before[place + 1 :]
            write = f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE seq = ?"
            connection.execute(write, (after, seq))
            broken = await audit.verify(database)
            found.append(isinstance(broken, audit.Broken) and broken.seq == seq)
            connection.execute(write, (before, seq))
    whole = await audit.verify(database)
    await database.close()

    assert (len(found), sum(found)) == (TRIALS, TRIALS)
    assert isinstance(whole, audit.Verified)


@pytest.mark.parametrize(("statement", "broken"), TAMPERED)
async def test_whatever_else_is_done_to_it_is_found(file: Path, statement: str, broken: audit.Broken) -> None:
    assert isinstance(await verified(file), audit.Verified)

    tampered(file, statement)

    assert await verified(file) == broken


async def test_two_entries_that_changed_places_are_found(file: Path) -> None:
    for statement in (
        "UPDATE audit SET seq = 99 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = 99",
    ):
        tampered(file, statement)

    assert await verified(file) == audit.Broken(4, "changed")


async def test_a_tail_that_was_cut_is_found_where_its_head_was_noted(file: Path) -> None:
    whole = await verified(file)
    assert isinstance(whole, audit.Verified)
    tampered(file, "DELETE FROM audit WHERE seq > 9")

    assert isinstance(await verified(file), audit.Verified)
    assert await verified(file, whole.head) == audit.Broken(10, "cut")


async def test_a_chain_that_was_written_anew_is_found_where_its_head_was_noted(
    file: Path, tmp_path: Path
) -> None:
    noted = await verified(file)
    assert isinstance(noted, audit.Verified)
    tampered(file, "DELETE FROM audit")
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    await recorded(database, *(an_entry(number, actor="coordinator:lee") for number in range(1, 20)))
    assert (await head(database)).seq > noted.head.seq
    await database.close()
    shutil.copy(file, tmp_path / "kept.db")

    assert isinstance(await verified(file), audit.Verified)
    assert await verified(file, noted.head) == audit.Broken(noted.head.seq, "another")
