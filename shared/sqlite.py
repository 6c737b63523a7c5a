"""SQLite under SQLAlchemy's asyncio dialect, without a thread hop for every step of every statement.

aiosqlite hands each step (open a cursor, execute, fetch, close) to a thread and back: four switches a
statement, most of what a small one costs. A statement on an indexed local table takes microseconds, so it
runs where it is; what waits for a lock or a disk, or looks at a whole table, still goes to a thread. This
is the connection that `create_async_engine(..., connect_args={"async_creator_fn": connect})` asks for.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

from shared.errors import Retryable

AT_ONCE = ("SELECT", "INSERT", "UPDATE", "WITH", "BEGIN DEFERRED")
TO_WRITE = "BEGIN IMMEDIATE"
SCRUB_SECONDS = 30.0
PATIENT, IMPATIENT = "PRAGMA busy_timeout=5000", "PRAGMA busy_timeout=0"


class Cursor:
    """One statement and its rows."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, value: int) -> None:
        self._cursor.arraysize = value

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        if operation == TO_WRITE and self._writes_at_once():
            return self
        if operation.lstrip().startswith(AT_ONCE):
            self._cursor.execute(operation, parameters)
        else:
            await asyncio.to_thread(self._cursor.execute, operation, parameters)
        return self

    def _writes_at_once(self) -> bool:
        """Whether nobody else is writing; then the transaction has begun, as it nearly always does."""
        self._cursor.execute(IMPATIENT)
        try:
            self._cursor.execute(TO_WRITE)
        except sqlite3.OperationalError:
            return False
        finally:
            self._cursor.execute(PATIENT)
        return True

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> Self:
        self._cursor.executemany(operation, parameters)
        return self

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size if size is not None else self._cursor.arraysize)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection:
    """One connection, used by one task at a time, as SQLAlchemy's pool sees to."""

    def __init__(self, opening: partial[sqlite3.Connection]) -> None:
        self._opening = opening
        self._connection: sqlite3.Connection | None = None

    def __await__(self) -> Any:
        return self._open().__await__()

    async def _open(self) -> Self:
        self._connection = await asyncio.to_thread(self._opening)
        return self

    @property
    def _raw(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("no active connection")
        return self._connection

    def cursor(self) -> Cursor:
        return Cursor(self._raw.cursor())

    async def commit(self) -> None:
        await asyncio.to_thread(self._raw.commit)

    async def rollback(self) -> None:
        self._raw.rollback()  # forgets pages in memory; the log on the disk never had them as committed

    async def create_function(self, name: str, arguments: int, function: Any, **how: Any) -> None:
        self._raw.create_function(name, arguments, function, **how)

    async def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await asyncio.to_thread(connection.close)

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.interrupt()


def scrub(file: str) -> None:
    """Rewrites the database without what was deleted, and empties the log that still had it.

    Others read and write meanwhile, or wait for a moment. Raises Retryable when one reads for too long.
    """
    try:
        with closing(sqlite3.connect(file, timeout=SCRUB_SECONDS, isolation_level=None)) as connection:
            for statement in ("PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY", "VACUUM"):
                connection.execute(statement)
            (is_in_use, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        raise Retryable("the database is in use: what was deleted is still in its log") from error
    if is_in_use:
        raise Retryable("the database is being read: what was deleted is still in its log")


def connect(database: str, **how: Any) -> Connection:
    """A connection to be awaited; `how` is what `sqlite3.connect` takes."""
    return Connection(partial(sqlite3.connect, database, **(how | {"check_same_thread": False})))
