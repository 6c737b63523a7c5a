"""A service's own database: SQLite by default, PostgreSQL when it grows. SQLAlchemy Core, no ORM.

On SQLite one connection writes (`BEGIN IMMEDIATE`, WAL, every commit synced) and a few read; deferred
transactions fail under load and many writers only queue. On PostgreSQL a pool does both.
Foreign errors become `Retryable` at this border when waiting can help.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

import shared.sqlite
from shared.alone import ReplicaLock
from shared.errors import Defect, Retryable
from shared.trust import trusting

Transaction = AsyncConnection
Row = Mapping[str, Any]

# None is no value, as in every other column, and not the value null.
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

WRITE_AHEAD = "PRAGMA journal_mode=WAL"  # kept in the file; fails at once when somebody else has it open
SQLITE_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    shared.sqlite.PATIENT,
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)
SQLITE_READERS = 4
POSTGRES_CONNECTIONS = 8
# By SQLSTATE: connection lost, deadlock, no room or connection left, a lock held, stopping or starting.
PASSING = ("08", "40", "53", "55P03", "57")
REFUSED = ("28", "3D")  # who asks, or for what database, is not known
AWAY = "the database is not available at the moment"
UNTRUSTED = "the database's certificate is not to be believed: check PRACTICE_CA, its name and its dates"
NO_TLS = "the database does not speak TLS, which PRACTICE_CA asks for: check its configuration"
NOT_LET_IN = "the database does not let this user in: check the user, password and database of its URL"
_NO_TLS_SAID = "rejected SSL upgrade"
_WAKE = "wake after commit"
_LAST = "just before the commit"
_USER = "who uses the database"


class UtcInstant(sa.types.TypeDecorator[datetime]):
    """An aware datetime in, an aware datetime in UTC out, on both engines."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """The writer, the readers and the signals of one service's database."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        lock: ReplicaLock | None = None,
        operator: str | None = None,
    ) -> None:
        self._writer, self._reader, self._lock, self._operator = writer, reader, lock, operator
        self._signals: dict[str, asyncio.Event] = {}

    @classmethod
    def open(
        cls, url: str, *, exclusive: str | None = None, ca: Path | None = None, operator: str | None = None
    ) -> Self:
        """Connects lazily. `exclusive` names the replica that must be alone on a SQLite file.

        `operator` is by what name whoever works on it by command goes on record; a service has none.
        With a `ca`, PostgreSQL is spoken to by TLS alone, and believed by this authority alone.
        Raises Misconfigured when another replica holds the file, or the CA is none.
        """
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            lock = ReplicaLock(parsed.database, exclusive) if exclusive and parsed.database else None
            reader = _sqlite(parsed, SQLITE_READERS, writes=False)
            return cls(_sqlite(parsed, 1, writes=True), reader, lock, operator)
        engine = create_async_engine(
            parsed,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=4,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=over_tls(ca),
        )
        return cls(engine, engine, None, operator)

    @property
    def alone(self) -> bool:
        """Whether no other replica can be at work: on a SQLite file that this process holds."""
        return self._lock is not None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One write transaction: everything in it is kept, or nothing is.

        Raises Retryable when the database is away or busy for longer than it waits.
        """
        with _translated():
            async with self._writer.connect() as tx:
                tx.info.pop(_WAKE, None)
                last: dict[type[Last], Last] = {}
                tx.info[_LAST], tx.info[_USER] = last, self._operator
                try:
                    yield tx
                    for work in last.values():
                        await work(tx)
                    await _finished(tx.commit())
                except BaseException:
                    await _finished(tx.rollback())
                    raise
                finally:
                    tx.info.pop(_LAST, None)
                woken = tx.info.pop(_WAKE, ())
        for name in woken:
            self.signal(name).set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A snapshot to read from; nothing written in it stays."""
        with _translated():
            async with self._reader.connect() as tx:
                try:
                    yield tx
                finally:
                    await _finished(tx.rollback())

    def signal(self, name: str) -> asyncio.Event:
        """The event that is set when a commit said `wake_after_commit(tx, name)`."""
        return self._signals.setdefault(name, asyncio.Event())

    async def scrub(self) -> None:
        """Nothing that was deleted is left in the files of the database; they are as small as can be.

        On SQLite no old page or log keeps it. On PostgreSQL its space may be written over, as far as this
        user may ask for that; the server's own log, and archives of that, are not reached. Raises Retryable
        when somebody reads for so long that it could not be done.
        """
        if self._writer.dialect.name == "sqlite":
            await asyncio.to_thread(shared.sqlite.scrub, str(self._writer.url.database))
            return
        with _translated():
            async with self._writer.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql("VACUUM")

    async def close(self) -> None:
        """Closes every connection and lets another replica in."""
        await self._writer.dispose()
        await self._reader.dispose()
        if self._lock:
            self._lock.release()


def over_tls(ca: Path | None) -> dict[str, Any]:
    """The driver's arguments for PostgreSQL: `verify-full`, with this authority alone."""
    return {} if ca is None else {"ssl": trusting(ca)}


def wake_after_commit(tx: Transaction, name: str) -> None:
    """Sets the database's signal `name` once this transaction is committed, and only then."""
    tx.info.setdefault(_WAKE, set()).add(name)


def operator_of(tx: Transaction) -> str | None:
    """The name of who works on this database by command; None in a service."""
    return tx.info.get(_USER)


class Last(Protocol):
    """What a transaction does just before its commit."""

    async def __call__(self, tx: Transaction) -> None:
        """Done once; the commit follows."""


L = TypeVar("L", bound=Last)


def last_of(tx: Transaction, kind: type[L]) -> L:
    """What of this kind the transaction does last; made when it is first asked for.

    Raises Defect where nothing is committed.
    """
    if _LAST not in tx.info:
        raise Defect("only a transaction that writes has something to do last")
    found: L = tx.info[_LAST].setdefault(kind, kind())
    return found


async def insert_new(
    tx: Transaction, table: sa.Table, rows: Sequence[Row], *, returning: sa.Column[Any]
) -> set[Any]:
    """Inserts the rows that break no unique constraint; gives `returning` of those that are new."""
    if not rows:
        return set()
    found = await tx.execute(_insert_new(tx.dialect.name, table, returning), list(rows))
    return set(found.scalars())


@cache
def _insert_new(dialect: str, table: sa.Table, returning: sa.Column[Any]) -> sa.Executable:
    """Built once; rows come as parameters, because in `values` they would be compiled every time."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing().returning(returning)


def _sqlite(url: sa.URL, connections: int, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"isolation_level": None, "async_creator_fn": shared.sqlite.connect},
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (WRITE_AHEAD, *SQLITE_PRAGMAS) if writes else SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(shared.sqlite.TO_WRITE if writes else "BEGIN DEFERRED")

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the drivers' "not now" errors into Retryable."""
    try:
        yield
    except ssl.SSLError as error:
        raise Retryable(UNTRUSTED) from error
    except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
        raise Retryable(NO_TLS if str(error).endswith(_NO_TLS_SAID) else AWAY) from error
    except DBAPIError as error:
        if (_state(error) or "-").startswith(REFUSED):
            raise Retryable(NOT_LET_IN) from error
        if error.connection_invalidated or (_state(error) or "-").startswith(PASSING):
            raise Retryable("the database could not do it at the moment") from error
        raise


def _state(error: DBAPIError) -> str | None:
    """PostgreSQL's code of an error, SQLSTATE; None from any other."""
    return getattr(error.orig, "sqlstate", None)


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Sees a commit or rollback through even when cancelled: a half-ended one wedges the writer."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
