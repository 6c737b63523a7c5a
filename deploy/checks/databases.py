"""The four databases: reached, migrated, used by a role that may do no more than it needs, with room left."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.checks.clocks import POSTGRESQL
from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.checks.places import is_this_machine, parts_of
from deploy.house import SETTINGS, database_url, is_migrated, opened, owner_url_variable
from shared.errors import PracticeError

MB = 1024 * 1024
LITTLE, NONE_LEFT = 2048 * MB, 256 * MB
OLDEST_POSTGRESQL = 140000
PATIENCE_SECONDS = 4.0

ROLE = """
SELECT rolsuper AS super, rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty,
    has_schema_privilege('public', 'CREATE') AS makes,
    coalesce((SELECT bool_or(pg_has_role(relowner, 'MEMBER')) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'), false) AS owns,
    has_database_privilege(current_database(), 'TEMP') AS temp,
    (SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database
        WHERE datname = ANY(%s) AND datname <> current_database()
            AND has_database_privilege(datname, 'CONNECT')) AS others,
    (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS ssl,
    current_user AS name, current_setting('server_version') AS version,
    current_setting('server_version_num')::int AS number,
    current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS durable
FROM pg_roles WHERE rolname = current_user
"""


async def databases(given: Round) -> Sequence[Finding]:
    """Every database answers and is at the newest revision."""
    told = await asyncio.gather(*(_reached(service, given) for service in SETTINGS))
    refused = {service: why for service, why in zip(SETTINGS, told, strict=True) if isinstance(why, str)}
    behind = [service for service, current in zip(SETTINGS, told, strict=True) if current is False]
    engines = sorted({_engine(service, given) for service in SETTINGS})
    answering = well("databases", f"all {len(SETTINGS)} answer ({', '.join(engines)})")
    away = [
        _away([each for each in refused if refused[each] == why], why)
        for why in sorted(set(refused.values()))
    ]
    return [*(away or [answering]), *_migrations(behind, away)]


async def roles(given: Round) -> Sequence[Finding]:
    """On PostgreSQL each service works as a role that cannot change tables and enters one database alone."""
    used = [service for service in SETTINGS if _engine(service, given) == "PostgreSQL"]
    if not used:
        return [well("database roles", "SQLite has none: the files belong to whoever runs the services")]
    told = await asyncio.gather(*(_role(service, given) for service in used))
    rows = dict(zip(used, told, strict=True))
    found = [finding for service, row in rows.items() for finding in judged(service, row, given)]
    names = ", ".join(str(row["name"]) for row in rows.values())
    shown = f"PostgreSQL {next(iter(rows.values()))['version']}: {names} may read and write, and no more"
    return found or [well("database roles", shown)]


async def room(given: Round) -> Sequence[Finding]:
    """There is room on the disks of the databases that are files here."""
    folders = sorted({Path(file).parent.resolve() for file in _files(given)})
    if not folders:
        return [well("room", "the databases are servers: watch their disks where they are")]
    there = [folder for folder in folders if folder.is_dir()]
    found = [finding for folder in there for finding in room_in(folder, shutil.disk_usage(folder).free)]
    return found or [well("room", f"enough on the disk of {', '.join(map(str, folders))}")]


def room_in(folder: Path, free: int) -> Sequence[Finding]:
    """What to think of so many bytes free on the disk of a folder."""
    if free >= LITTLE:
        return []
    what = f"{free // MB} MB are free on the disk of {folder}"
    why = "on a full disk nothing can be written down: requests are refused, and mails wait"
    do = "delete what is not needed there, or give it a larger disk"
    return [(wrong if free < NONE_LEFT else doubtful)("room", what, why, do)]


def _engine(service: str, given: Round) -> str:
    return "PostgreSQL" if database_url(service, given.environ).startswith(POSTGRESQL) else "SQLite"


def _files(given: Round) -> Iterator[str]:
    for service in SETTINGS:
        if _engine(service, given) == "SQLite":
            _, _, file = database_url(service, given.environ).partition(":///")
            if file:
                yield file


async def _reached(service: str, given: Round) -> bool | str:
    """Whether it is at the newest revision; or, as a sentence, what keeps us from it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async with opened(service, given.environ) as database, database.reading() as tx:
                await tx.exec_driver_sql("SELECT 1")
            return await is_migrated(service, given.environ)
    except PracticeError as error:
        return str(error)
    except TimeoutError:
        return f"the database does not answer within {PATIENCE_SECONDS:.0f} seconds"


def _away(services: Sequence[str], refused: str) -> Finding:
    """Several that are away for one reason are one problem."""
    variables = ", ".join(SETTINGS[service].variable("database_url") for service in services)
    what = f"{', '.join(services)}: {refused}"
    why = "nothing can be kept or sent there meanwhile; what is in it is not lost"
    return wrong("databases", what, why, f"look whether the database runs, and at {variables}")


def _migrations(behind: Sequence[str], away: Sequence[Finding]) -> Iterator[Finding]:
    if behind:
        what = f"{', '.join(behind)}: the database is not at the newest revision"
        why = "newer code was put in place, and looks for tables that are not there yet"
        yield wrong("migrations", what, why, "run `practice migrate`")
    elif away:
        why = "newer code may look for tables that are not there yet"
        yield doubtful("migrations", "not known of every database", why, "put databases right first")
    else:
        yield well("migrations", "every database is at the newest revision")


async def _role(service: str, given: Round) -> Mapping[str, Any]:
    names = sorted({urlsplit(database_url(each, given.environ)).path.strip("/") for each in SETTINGS})
    async with opened(service, given.environ) as database, database.reading() as tx:
        row = (await tx.exec_driver_sql(ROLE.replace("%s", "$1"), (names,))).mappings().one()
    return dict(row)


def judged(service: str, row: Mapping[str, Any], given: Round) -> Iterator[Finding]:
    """What to think of the role, the way and the server of a service's database."""
    name, variable = row["name"], SETTINGS[service].variable("database_url")
    too_much = {
        "is a superuser": row["super"],
        "may make roles or databases, or replicate": row["mighty"] and not row["super"],
        "owns the tables": row["owns"] and not row["super"],
        "may make tables": row["makes"] and not (row["super"] or row["owns"]),
        "may make temporary tables": row["temp"] and not (row["super"] or row["owns"]),
        f"may enter {row['others']}": row["others"] and not row["super"],
    }
    said = [what for what, true in too_much.items() if true]
    if said:
        yield wrong(
            "database roles",
            f"{service} works as {name}, who {' and '.join(said)}",
            "whoever breaks into one service could take its tables apart, or read those of others",
            f"name the run-time role in {variable}, and the owner in {owner_url_variable(service)} alone",
        )
    parts = parts_of(database_url(service, given.environ))
    if not row["ssl"] and parts is not None and parts.hostname and not is_this_machine(parts.hostname):
        why = "passwords and people's requests go over the network for everybody there to see"
        yield wrong(
            "database roles",
            f"{service} is not reached by TLS",
            why,
            "set PRACTICE_CA; see docs/operating.md",
        )
    if not row["durable"]:
        why = "a power cut loses what people were told is kept, or the whole database"
        yield wrong("database roles", f"{service}: fsync or full_page_writes is off", why, "turn both on")
    if row["number"] < OLDEST_POSTGRESQL:
        why = "its makers mend nothing in it any more"
        do = "move to PostgreSQL 17 (pg_upgrade, or a backup and a restore)"
        yield doubtful("database roles", f"{service}: PostgreSQL {row['version']} is past its time", why, do)
