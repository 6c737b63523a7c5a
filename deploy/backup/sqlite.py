"""SQLite: a reader's snapshot is copied page by page while others write."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from deploy.backup.manifest import Engine, Part, Rows
from deploy.backup.problems import Damaged, NotBackedUp
from deploy.backup.sources import Dumped
from shared.database import Database
from shared.errors import Misconfigured

PATIENCE_SECONDS = 10
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
REVISION = "SELECT version_num FROM alembic_version"
COUNT = 'SELECT count(*) FROM "TABLE"'
BESIDE = ("-wal", "-shm", "-journal")


class SqliteSource:
    """A database file, in use."""

    engine: Engine = "sqlite"

    def __init__(self, service: str, file: Path) -> None:
        self.service, self._file = service, file

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nobody writes meanwhile."""
        connection = await asyncio.to_thread(self._began, "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            await asyncio.to_thread(connection.close)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["SqliteSnapshot"]:
        """What has been written so far; a later write is not in it."""
        connection = await asyncio.to_thread(self._began, "BEGIN DEFERRED")
        try:
            yield SqliteSnapshot(self.service, connection)
        finally:
            await asyncio.to_thread(connection.close)

    def _began(self, how: str) -> sqlite3.Connection:
        if not self._file.exists():
            raise Misconfigured(f"{self.service.upper()}_DATABASE_URL names {self._file}, which is not there")
        try:
            connection = _connected(self._file, "rw")
            connection.execute(how)
            connection.execute(TABLES).fetchall()  # a deferred transaction begins with its first reading
        except sqlite3.Error as error:
            raise NotBackedUp(f"{self._file} cannot be read at the moment ({_said(error)})") from None
        return connection


class SqliteSnapshot:
    """A reader's view of one instant."""

    def __init__(self, service: str, connection: sqlite3.Connection) -> None:
        self._service, self._connection = service, connection

    async def write(self, to: Path) -> Dumped:
        """Copies it into a file that stands alone."""
        return await asyncio.to_thread(self._copy, to)

    def _copy(self, to: Path) -> Dumped:
        try:
            with closing(sqlite3.connect(to)) as copy:
                self._connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            return Dumped(_revision(self._connection), _rows(self._connection))
        except sqlite3.Error as error:
            raise NotBackedUp(f"{self._service} could not be copied ({_said(error)})") from None


class SqliteTarget:
    """A database file that nobody uses; another one takes its place in one step."""

    def __init__(self, service: str, file: Path) -> None:
        self.service, self._file = service, file

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """No service runs on the file meanwhile. Raises Misconfigured when one does."""
        try:
            database = Database.open(f"sqlite+aiosqlite:///{self._file}", exclusive=self.service)
        except Misconfigured:
            raise Misconfigured(
                f"{self.service} still runs on {self._file}: stop every service, then restore"
            ) from None
        try:
            yield
        finally:
            await database.close()

    async def rows(self) -> Rows | None:
        if not self._file.exists():
            return None
        return await asyncio.to_thread(_look_into, self._file)

    async def put(self, file: Path) -> None:
        await asyncio.to_thread(self._replace, file)

    def _replace(self, file: Path) -> None:
        staged = self._file.with_name(f".{self._file.name}.restoring")
        try:
            with closing(_connected(file, "ro")) as part, closing(sqlite3.connect(staged)) as copy:
                part.backup(copy)
            staged.chmod(0o600)
            for suffix in BESIDE:
                Path(f"{self._file}{suffix}").unlink(missing_ok=True)
            with staged.open("rb") as written:
                os.fsync(written.fileno())
            staged.replace(self._file)
        finally:
            staged.unlink(missing_ok=True)


async def check_sqlite(file: Path, part: Part) -> None:
    """Raises Damaged unless the file is a whole database that holds what the manifest says."""
    await asyncio.to_thread(_check, file, part)


def _check(file: Path, part: Part) -> None:
    try:
        with closing(_connected(file, "ro")) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            found, revision = _rows(connection), _revision(connection)
    except sqlite3.Error as error:
        raise Damaged(f"{part.file} is no database that can be read ({_said(error)})") from None
    if said != ["ok"]:
        raise Damaged(f"{part.file} is damaged: SQLite's own check finds {len(said)} faults")
    if (found, revision) != (part.rows, part.revision):
        raise Damaged(f"{part.file} does not hold what the manifest says")


def _look_into(file: Path) -> Rows | None:
    try:
        with closing(_connected(file, "ro")) as connection:
            return _rows(connection) or None
    except sqlite3.Error as error:
        raise Misconfigured(f"{file} is no database that can be read ({_said(error)})") from None


def _connected(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _rows(connection: sqlite3.Connection) -> Rows:
    names = [row[0] for row in connection.execute(TABLES)]
    counted = ((name, connection.execute(COUNT.replace("TABLE", name)).fetchone()) for name in names)
    return {name: count for name, (count,) in counted if name != "alembic_version"}


def _revision(connection: sqlite3.Connection) -> str:
    return str(connection.execute(REVISION).fetchone()[0])


def _said(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)
