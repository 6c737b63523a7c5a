"""What the doctor says of databases: SQLite files, and PostgreSQL under the house's own roles."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from deploy.checks import databases
from deploy.setup.roles import ROLES, roles_sql
from shared import migrations
from shared.messaging.topology import SERVICES
from tests.deploy.round import environ, given, problems, warnings


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def urls(database_url: Callable[[str], Awaitable[str]]) -> dict[str, str]:
    return {f"{service.upper()}_DATABASE_URL": await database_url(service) for service in SERVICES}


async def test_databases_that_answer_and_are_migrated_are_well(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    said = given(environ(**await urls(database_url)))

    found = [*await databases.databases(said), *await databases.roles(said), *await databases.room(said)]

    assert (problems(found), warnings(found)) == ([], [])
    assert [each.check for each in found] == ["databases", "migrations", "database roles", "room"]


async def test_a_database_that_is_not_at_the_newest_revision_is_named(
    database_url: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    said = environ(**await urls(database_url))
    with sqlite3.connect(tmp_path / "matching.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    assert problems(await databases.databases(given(said))) == [
        "migrations: matching: the database is not at the newest revision"
    ]


async def test_a_database_that_is_away_is_named_and_the_others_are_looked_at(
    database_url: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    said = environ(
        **await urls(database_url),
    )
    away = {**said, "INTAKE_DATABASE_URL": "postgresql+asyncpg://intake:x@127.0.0.1:1/intake"}

    found = await databases.databases(given(away))

    [problem] = problems(found)
    assert problem.startswith("databases: intake: the database is not available")
    assert "INTAKE_DATABASE_URL" in found[0].do
    assert [each.split(":")[0] for each in warnings(found)] == ["migrations"]


@pytest.mark.parametrize(("free", "level"), [(4 << 30, "ok"), (1 << 30, "warning"), (100 << 20, "problem")])
async def test_a_disk_that_fills_is_told_of_before_it_is_full(tmp_path: Path, free: int, level: str) -> None:
    found = databases.room_in(tmp_path, free)

    assert (found[0].level if found else "ok") == level


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(postgres_url: str) -> AsyncIterator[str]:
    """The tests' PostgreSQL with the house's roles and databases, matching's tables made by its owner."""
    await run_as_psql(postgres_url, roles_sql(dict.fromkeys(ROLES, "a password")))
    await migrations.upgrade("matching", as_role(postgres_url, "matching_owner", "matching"))
    yield postgres_url
    connection = await asyncpg.connect(postgres_url)
    for service in SERVICES:
        await connection.execute(f"DROP DATABASE {service} WITH (FORCE)")
    for role in ROLES:
        await connection.execute(f"DROP ROLE {role}")
    await connection.close()


async def run_as_psql(url: str, script: str) -> None:
    """Each statement by itself, in the database that the script has connected to."""
    first, *others = script.replace("\\set ON_ERROR_STOP on\n", "").split("\\connect ")
    for part in (f"postgres\n{first}", *others):
        database, _, statements = part.partition("\n")
        connection = await asyncpg.connect(url, database=database)
        for statement in filter(str.strip, statements.split(";\n")):
            await connection.execute(statement)
        await connection.close()


def as_role(url: str, role: str, database: str) -> str:
    """The way in of this role to this database; the server of tests asks nobody for a password."""
    host = url.partition("?")[2]
    return f"postgresql+asyncpg://{role}:x@/{database}?{host}"


def of_the_house(server: str, **others: str) -> dict[str, str]:
    """Each service as its run-time role, but for these."""
    return {
        f"{each.upper()}_DATABASE_URL": as_role(server, others.get(each, each), each) for each in SERVICES
    }


@pytest.mark.asyncio(loop_scope="module")
async def test_the_houses_own_roles_may_do_no_more_than_they_need(server: str) -> None:
    found = await databases.roles(given(environ(**of_the_house(server))))

    assert [each for each in problems(found) if "works as" in each] == []


@pytest.mark.asyncio(loop_scope="module")
async def test_only_a_server_that_waits_for_its_disk_is_well(server: str) -> None:
    hasty = await databases.roles(given(environ(**of_the_house(server))))
    async with syncing(server):
        [patient] = await databases.roles(given(environ(**of_the_house(server))))

    assert "database roles: intake: fsync or full_page_writes is off" in problems(hasty)
    assert (patient.level, "may read and write, and no more" in patient.what) == ("ok", True)


@asynccontextmanager
async def syncing(server: str) -> AsyncIterator[None]:
    """The tests' server waits for its disk, as one of a practice does."""
    connection = await asyncpg.connect(server)

    async def turn(way: str) -> None:
        for setting in ("fsync", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = {way}")
        await connection.execute("SELECT pg_reload_conf()")
        while await connection.fetchval("SHOW full_page_writes") != way:
            await asyncio.sleep(0.01)

    await turn("on")
    try:
        yield
    finally:
        await turn("off")
        await connection.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("role", "said"), [("matching_owner", "owns the tables"), ("postgres", "is a superuser")]
)
async def test_a_service_that_works_as_somebody_mightier_is_named(server: str, role: str, said: str) -> None:
    found = await databases.roles(given(environ(**of_the_house(server, matching=role))))

    [problem] = [each for each in problems(found) if "matching works as" in each]
    assert f"matching works as {role}, who" in problem
    assert said in problem


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ("GRANT CREATE ON SCHEMA public TO resources", "may make tables"),
        ("GRANT TEMP ON DATABASE resources TO resources", "may make temporary tables"),
        ("GRANT CONNECT ON DATABASE intake TO resources", "may enter intake"),
        ("ALTER ROLE resources CREATEROLE", "may make roles"),
    ],
)
async def test_a_right_too_many_is_named(server: str, grant: str, said: str) -> None:
    back = grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM ").replace(" CREATEROLE", " NOCREATEROLE")
    connection = await asyncpg.connect(server, database="resources")
    await connection.execute(grant)
    try:
        found = await databases.roles(given(environ(**of_the_house(server))))
    finally:
        await connection.execute(back)
        await connection.close()

    [problem] = [each for each in problems(found) if "resources works as" in each]
    assert said in problem


WELL = {
    **dict.fromkeys(("super", "mighty", "makes", "owns", "temp", "others"), False),
    "ssl": True,
    "durable": True,
    "name": "intake",
    "version": "17.2",
    "number": 170002,
}


@pytest.mark.parametrize(
    ("host", "row", "level"),
    [
        ("postgres", {}, "ok"),
        ("postgres", {"ssl": False}, "problem"),
        ("127.0.0.1", {"ssl": False}, "ok"),
        ("postgres", {"version": "13.9", "number": 130009}, "warning"),
    ],
)
def test_the_way_to_a_database_elsewhere_is_protected_and_its_server_looked_after(
    host: str, row: dict[str, object], level: str
) -> None:
    said = given(environ(INTAKE_DATABASE_URL=f"postgresql+asyncpg://intake:x@{host}/intake"))

    found = list(databases.judged("intake", {**WELL, **row}, said))

    assert [each.level for each in found] == ([] if level == "ok" else [level])
