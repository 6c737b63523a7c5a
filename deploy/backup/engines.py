"""Which engine a service's database is of, and what that means for backing it up and putting it back."""

from pathlib import Path

import sqlalchemy as sa

from deploy.backup.manifest import Part
from deploy.backup.postgres import CheckPostgres, PostgresSource, PostgresTarget
from deploy.backup.settings import BackupSettings
from deploy.backup.sources import Environ, Source, Target
from deploy.backup.sqlite import SqliteSource, SqliteTarget, check_sqlite
from deploy.backup.tools import Tools
from deploy.house import SETTINGS, ca_of, owner_database_url
from shared.errors import Misconfigured
from shared.settings import value_of

ENDING = {"sqlite": "db", "postgresql": "dump"}


def tools_of(environ: Environ, settings: BackupSettings) -> Tools:
    """PostgreSQL's programs, as this installation finds them."""
    return Tools(settings.pg_bin, ca_of(environ), environ)


def source_of(service: str, environ: Environ, tools: Tools) -> Source:
    """The service's database as it is read: as the service itself, which may change nothing of its shape."""
    url = _url(service, environ)
    file = _sqlite_file(url)
    return SqliteSource(service, file) if file else PostgresSource(service, url, tools)


def database_file(service: str, environ: Environ) -> Path | None:
    """Where a service's database is on a disk of this machine; None where a server has it."""
    return _sqlite_file(_url(service, environ))


def target_of(part: Part, environ: Environ, tools: Tools) -> Target:
    """Where a part goes, as its owner. Raises Misconfigured when that is of another engine."""
    url = owner_database_url(part.service, environ)
    file = _sqlite_file(url)
    if (part.engine == "sqlite") != (file is not None):
        raise Misconfigured(
            f"the backup of {part.service} is of {part.engine}, and its database URL names another: "
            "restore into the same engine"
        )
    return SqliteTarget(part.service, file) if file else PostgresTarget(part.service, url, tools)


async def check(part: Part, folder: Path, tools: Tools) -> None:
    """Raises Damaged unless the file of a part holds what the manifest says."""
    looked = check_sqlite if part.engine == "sqlite" else CheckPostgres(tools)
    await looked(folder / part.file, part)


def _url(service: str, environ: Environ) -> str:
    """Where a service's database is; nothing else need be set for it."""
    variable = SETTINGS[service].variable("database_url")
    default: str = SETTINGS[service].model_fields["database_url"].default
    return value_of(environ, variable) or default


def _sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL, None of any other. Raises Misconfigured when it is no URL."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise Misconfigured(
            "a database URL is none: write postgresql+asyncpg://… or sqlite+aiosqlite:///…"
        ) from None
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
