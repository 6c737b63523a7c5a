"""PostgreSQL: pg_dump reads an exported snapshot, while others write."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from deploy.backup.manifest import Engine, Part, Rows
from deploy.backup.problems import Damaged, NotBackedUp
from deploy.backup.sources import Dumped
from deploy.backup.tools import ToolFailed, Tools
from shared.database import Database, Transaction
from shared.errors import Misconfigured, Retryable

HOLD = ("SET LOCAL lock_timeout = '10s'", "LOCK TABLE inbox IN SHARE MODE")
STILL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
    "ORDER BY relname"
)
COUNT = 'SELECT count(*) FROM "TABLE"'
REVISION = "SELECT version_num FROM alembic_version"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
EMPTY = """
DO $$
DECLARE each record;
BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
    FOR each IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
END $$
"""
COPIED = re.compile(rb'COPY public\."?(\w+)"? .*FROM stdin;')
REVISION_TABLE = "alembic_version"


class PostgresSource:
    """A database of a server, in use."""

    engine: Engine = "postgresql"

    def __init__(self, service: str, url: str, tools: Tools) -> None:
        self.service, self._url, self._tools = service, url, tools

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Who wants to handle a fact waits; everybody else goes on."""
        async with _opened(self._url, self._tools) as database:
            with _told(self.service):
                async with database.transaction() as tx:
                    for statement in HOLD:
                        await tx.exec_driver_sql(statement)
                    yield

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["PostgresSnapshot"]:
        """What has been committed so far; a later commit is not in it."""
        async with _opened(self._url, self._tools) as database:
            with _told(self.service):
                async with database.reading() as tx:
                    await tx.exec_driver_sql(STILL)
                    name = (await tx.exec_driver_sql("SELECT pg_export_snapshot()")).scalar_one()
                    yield PostgresSnapshot(self.service, self._url, self._tools, tx, str(name))


class PostgresSnapshot:
    """A transaction's view of one instant, and its name for pg_dump."""

    def __init__(self, service: str, url: str, tools: Tools, tx: Transaction, name: str) -> None:
        self._service, self._url, self._tools, self._tx, self._name = service, url, tools, tx, name

    async def write(self, to: Path) -> Dumped:
        """Dumps it in pg_dump's own format; who owns what and who may what is the other server's business."""
        arguments = ("--format=custom", "--no-owner", "--no-privileges")
        try:
            await self._tools.run(
                self._url, "pg_dump", *arguments, f"--snapshot={self._name}", f"--file={to}"
            )
        except ToolFailed as error:
            raise NotBackedUp(f"{self._service} could not be dumped: {error}") from None
        return Dumped(await _revision(self._tx), await _rows(self._tx))


class PostgresTarget:
    """A database that nobody uses, as its owner."""

    def __init__(self, service: str, url: str, tools: Tools) -> None:
        self.service, self._url, self._tools = service, url, tools

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with _opened(self._url, self._tools) as database, database.reading() as tx:
            others = (await tx.exec_driver_sql(OTHERS)).scalar_one()
        if others:
            raise Misconfigured(
                f"{others} still use the database of {self.service}: stop every service, then restore"
            )
        yield

    async def rows(self) -> Rows | None:
        async with _opened(self._url, self._tools) as database, database.reading() as tx:
            return await _rows(tx) or None

    async def put(self, file: Path) -> None:
        """In one transaction of pg_restore's; the tables there were are dropped before."""
        async with _opened(self._url, self._tools) as database, database.transaction() as tx:
            await tx.exec_driver_sql(EMPTY)
        arguments = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        try:
            await self._tools.run(self._url, "pg_restore", *arguments, "--dbname=", str(file))
        except ToolFailed as error:
            raise Retryable(f"{self.service} could not be restored: {error}") from None


class CheckPostgres:
    """Reads a dump with pg_restore from its beginning to its end, and counts; no server is asked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def __call__(self, file: Path, part: Part) -> None:
        try:
            found, revision = await self._counted(file)
        except ToolFailed as error:
            raise Damaged(f"{part.file} is damaged: {error}") from None
        if (found, revision) != (part.rows, part.revision):
            raise Damaged(f"{part.file} does not hold what the manifest says")

    async def _counted(self, file: Path) -> tuple[Mapping[str, int], str]:
        rows: dict[str, int] = {}
        table, revision = "", ""
        async for line in self._tools.lines(None, "pg_restore", "--data-only", "--file=-", str(file)):
            if table and line == b"\\.\n":
                table = ""
            elif table:
                rows[table] += 1
                revision = line.decode().strip() if table == REVISION_TABLE else revision
            elif begun := COPIED.match(line):
                table = begun[1].decode()
                rows[table] = 0
        rows.pop(REVISION_TABLE, None)
        return rows, revision


@asynccontextmanager
async def _opened(url: str, tools: Tools) -> AsyncIterator[Database]:
    database = Database.open(url, ca=tools.ca)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _told(service: str) -> Iterator[None]:
    """Whose database is away; what is already told goes through as it is."""
    try:
        yield
    except NotBackedUp:
        raise
    except Retryable as error:
        raise NotBackedUp(f"{service}: {error}") from None


async def _rows(tx: Transaction) -> Rows:
    names = (await tx.exec_driver_sql(TABLES)).scalars().all()
    counted = {name: (await tx.exec_driver_sql(COUNT.replace("TABLE", name))).scalar_one() for name in names}
    return {name: count for name, count in counted.items() if name != REVISION_TABLE}


async def _revision(tx: Transaction) -> str:
    return str((await tx.exec_driver_sql(REVISION)).scalar_one())
