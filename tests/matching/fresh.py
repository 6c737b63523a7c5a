"""Databases of matching that are empty and migrated, one after the other, each from one template."""

import asyncio
import shutil
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

import asyncpg

from shared import migrations


def copies_of_a_file(folder: Path) -> Callable[[], str]:
    """Gives the address of a new SQLite database each time."""
    template = folder / "template.db"
    asyncio.run(migrations.upgrade("matching", f"sqlite+aiosqlite:///{template}"))
    with sqlite3.connect(template) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh() -> str:
        copy = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(template, copy)
        return f"sqlite+aiosqlite:///{copy}"

    return fresh


def copies_of_a_schema(postgres_url: str) -> Callable[[], str]:
    """Gives the address of a new PostgreSQL database each time."""
    template = f"loop_{uuid.uuid4().hex}"

    def made(name: str, of: str) -> str:
        async def create() -> None:
            connection = await asyncpg.connect(postgres_url)
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
            await connection.close()

        asyncio.run(create())
        base, _, query = postgres_url.replace("postgresql://", "postgresql+asyncpg://").partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    asyncio.run(migrations.upgrade("matching", made(template, "template0")))
    return lambda: made(f"loop_{uuid.uuid4().hex}", template)
