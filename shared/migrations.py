"""Migrations: each service has its own Alembic history, run before its code starts.

`services/<name>/migrations/env.py` is one call to `run`; the history lies beside it.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.database import WRITE_AHEAD, over_tls
from shared.sqlite import TO_WRITE

SERVICES = Path(__file__).parent.parent / "services"

# What no run-time role may do, whatever else it may change: what revision a database is at is for migrations
# alone to say, and who did what only grows. Said after every migration, because what a restored database lets
# whom do is what its roles have by default.
REVOKED = {"alembic_version": "INSERT, UPDATE, DELETE", "audit": "UPDATE, DELETE, TRUNCATE"}
REVOKE = """
DO $$
DECLARE other text;
BEGIN
    FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND table_name = '{table}' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE {rights} ON {table} FROM %I', other);
    END LOOP;
END $$
"""


def run(metadata: sa.MetaData) -> None:
    """Runs the history on the connection that `upgrade` opened; what an `env.py` calls."""
    connection: sa.Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def upgrade(service: str, database_url: str, revision: str = "head", *, ca: Path | None = None) -> None:
    """Brings the service's database to this revision: wholly, or it stays as it was, whatever cuts it off."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        await asyncio.to_thread(Path(url.database).parent.mkdir, parents=True, exist_ok=True)
    await _move(service, _opened(url, ca), command.upgrade, revision)


async def downgrade(service: str, database_url: str, revision: str) -> None:
    """Takes the database back to this revision, all or nothing; what only later ones knew is gone."""
    await _move(service, _opened(sa.make_url(database_url)), command.downgrade, revision)


async def _move(
    service: str, engine: AsyncEngine, move: Callable[[Config, str], object], revision: str
) -> None:
    config = _config(service)

    def work(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        move(config, revision)
        if connection.dialect.name == "postgresql":
            for table, rights in REVOKED.items():
                connection.exec_driver_sql(REVOKE.format(table=table, rights=rights))

    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    finally:
        await engine.dispose()


def _opened(url: sa.URL, ca: Path | None = None) -> AsyncEngine:
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _engine(url, connect_args=over_tls(ca))


def _engine(url: sa.URL, **arguments: Any) -> AsyncEngine:
    return create_async_engine(url, poolclass=NullPool, hide_parameters=True, **arguments)


def _sqlite(url: sa.URL) -> AsyncEngine:
    """SQLite can take back changes of tables too, but its driver begins no transaction for them by itself.

    Foreign keys stay off, as they are unless asked for: a table that is made anew is gone for a moment.
    """
    engine = _engine(url, connect_args={"isolation_level": None})

    @sa.event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(WRITE_AHEAD)  # before anybody else has the file open
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(TO_WRITE)

    return engine


async def is_current(service: str, database_url: str, *, ca: Path | None = None) -> bool:
    """Whether the database is at the newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config(service)).get_current_head()
    url = sa.make_url(database_url)
    sqlite = url.get_backend_name() == "sqlite"
    engine = _engine(url) if sqlite else _engine(url, connect_args=over_tls(ca))
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
            return found == head
    finally:
        await engine.dispose()


def knows(service: str, revision: str) -> bool:
    """Whether this code knows a revision of the service's history: else newer code made it."""
    history = ScriptDirectory.from_config(_config(service)).walk_revisions()
    return revision in {each.revision for each in history}


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
