"""Migrations: each service has its own Alembic history, run before its code starts.

`services/<name>/migrations/env.py` is one call to `run`; the history lies beside it.
"""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.database import WRITE_AHEAD

SERVICES = Path(__file__).parent.parent / "services"


def run(metadata: sa.MetaData) -> None:
    """Runs the history on the connection that `upgrade` opened; what an `env.py` calls."""
    connection: sa.Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def upgrade(service: str, database_url: str) -> None:
    """Brings the service's database to the newest revision."""
    config = _config(service)

    def to_head(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        await asyncio.to_thread(Path(url.database).parent.mkdir, parents=True, exist_ok=True)
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql(WRITE_AHEAD)  # before anybody else has the file open
        async with engine.begin() as connection:
            await connection.run_sync(to_head)
    finally:
        await engine.dispose()


async def is_current(service: str, database_url: str) -> bool:
    """Whether the database is at the newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config(service)).get_current_head()
    engine = create_async_engine(database_url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
            return found == head
    finally:
        await engine.dispose()


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
