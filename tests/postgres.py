"""PostgreSQL for tests: a server that need not survive a power cut, and databases that are used again."""

import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import asyncpg
import psutil

# Whatever a test has filled is new and empty again, as in a copy of the template: also what was rolled back.
EMPTY = """
DO $$
DECLARE filled text;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);  -- what only grows is emptied too
    SELECT string_agg(format('%I', relname), ', ') INTO filled FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0;
    IF filled IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || filled || ' CASCADE';
    END IF;
    PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END $$
"""

ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

# Everything that a migration can make, as one value.
SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws(' ', relname, relkind, attnum, attname, atttypid, attnotnull, atthasdef, attidentity)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped AND attnum > 0
    UNION ALL SELECT concat_ws(' ', conname, conrelid::regclass) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgname, tgrelid::regclass, tgenabled) FROM pg_trigger
    WHERE NOT tgisinternal
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts (part)
"""

FILLED = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""


def without_safety(folder: Path, postmaster: psutil.Process) -> None:
    """The server waits for no disk from now on: what it holds ends with the tests."""
    with (folder / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    postmaster.send_signal(signal.SIGHUP)


@dataclass(frozen=True)
class Used:
    """The databases of a service that tests have left and that are as new: without their rows, unused."""

    shape: str
    rows: Mapping[str, str]
    urls: list[str]

    @classmethod
    async def of(cls, template: str) -> Self:
        """None yet. A database is as new when it has the shape and the rows of this template."""
        async with _connected(template) as connection:
            tables = [each["relname"] for each in await connection.fetch(FILLED)]
            told = "SELECT coalesce(json_agg(each), '[]')::text FROM {} AS each"
            rows = {table: await connection.fetchval(told.format(table)) for table in tables}
            return cls(await connection.fetchval(SHAPE), rows, [])

    def take(self) -> str | None:
        return self.urls.pop() if self.urls else None

    async def give_back(self, url: str) -> None:
        """Ends what still uses a database, and empties it; one whose schema was changed is left."""
        async with _connected(url) as connection:
            await connection.execute(ALONE)
            if await connection.fetchval(SHAPE) != self.shape:
                return
            await connection.execute(EMPTY)
            for table, rows in self.rows.items():
                told = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1)"
                await connection.execute(told, rows)
        self.urls.append(url)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()
