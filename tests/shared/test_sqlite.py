"""SQLite in place of its thread: the same promises as before."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared import migrations
from shared.database import Database
from shared.errors import Retryable


async def test_a_writer_elsewhere_is_waited_for_without_stopping_the_loop(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    async with database.transaction() as tx:
        await tx.execute(sa.text("CREATE TABLE t (a)"))
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    turns = 0
    writing = asyncio.create_task(_write(database))
    while turns < 20:
        await asyncio.sleep(0.005)
        turns += 1
    assert not writing.done()
    other.execute("COMMIT")
    await writing

    assert other.execute("SELECT a FROM t").fetchall() == [(1,)]
    other.close()
    await database.close()


async def test_a_database_that_is_gone_is_something_to_try_again(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'folder' / 'a.db'}")

    with pytest.raises(Retryable):
        async with database.reading() as tx:
            await tx.execute(sa.text("SELECT 1"))
    await database.close()


async def test_a_broken_rule_of_a_table_is_no_reason_to_try_again(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")

    with pytest.raises(sa.exc.IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.text("CREATE TABLE t (a UNIQUE)"))
            await tx.execute(sa.text("INSERT INTO t VALUES (1), (1)"))
    async with database.reading() as tx:
        assert (await tx.execute(sa.text("SELECT name FROM sqlite_master"))).all() == []
    await database.close()


async def test_a_migrated_database_needs_no_change_of_mode_when_it_is_opened(tmp_path: Path) -> None:
    await migrations.upgrade("resources", f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")

    with sqlite3.connect(tmp_path / "a.db") as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def _write(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO t VALUES (1)"))
