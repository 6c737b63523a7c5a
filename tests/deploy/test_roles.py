"""Every role tries what it may not do on a real PostgreSQL server, as deployed; and does what it may."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
import sqlalchemy as sa

from deploy.house import is_migrated, migrate, opened, owner_url_variable
from deploy.setup.roles import SERVICES, roles_sql
from services.resources.app import create_app
from services.resources.settings import ResourcesSettings
from shared import migrations
from shared.database import NO_TLS, NOT_LET_IN, UNTRUSTED, Database
from shared.errors import Retryable
from tests.guarded import Authority
from tests.guarded_postgres import GuardedPostgres, door, guarded_postgres

OTHERS = {service: SERVICES[place - 1] for place, service in enumerate(SERVICES)}
MAKES = [
    "CREATE TABLE mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "ALTER TABLE outbox ADD COLUMN mine int",
    "ALTER TABLE outbox DISABLE TRIGGER ALL",
    "DROP TABLE outbox",
    "TRUNCATE outbox",
    "CREATE INDEX mine ON outbox (seq)",
    "SELECT lo_from_bytea(0, 'mine')",
    "SELECT lo_create(0)",
    "UPDATE alembic_version SET version_num = '0000'",
    "DELETE FROM alembic_version",
    "UPDATE audit SET act = 'mine'",
    "DELETE FROM audit",
    "TRUNCATE audit",
]
MIGHTY = [
    "COPY outbox TO PROGRAM 'cat'",
    "COPY outbox TO '/tmp/mine'",
    "COPY outbox FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_reload_conf()",
    "ALTER SYSTEM SET log_statement = 'all'",
    "SELECT lo_import('/etc/passwd')",
    "SET ROLE postgres",
    "SET session_replication_role = replica",
    "SELECT pg_switch_wal()",
]


@pytest.fixture(scope="module")
def server() -> Iterator[GuardedPostgres]:
    with guarded_postgres() as made:
        yield made


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
async def migrated(server: GuardedPostgres, service: str) -> str:
    """A service whose owner has made its tables, by `practice migrate`'s own way."""
    await migrate(service, environ(server, service))
    return service


def environ(server: GuardedPostgres, service: str) -> dict[str, str]:
    return {
        f"{service.upper()}_DATABASE_URL": server.url(service),
        owner_url_variable(service): server.url(f"{service}_owner"),
    }


@asynccontextmanager
async def connected(
    server: GuardedPostgres, role: str, database: str | None = None
) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server.url(role, database, driver=""), ssl=False)
    try:
        yield connection
    finally:
        await connection.close()


async def refused(connection: asyncpg.Connection, statement: str) -> bool:
    """Whether this role may not; a statement that is wrong in itself is no refusal."""
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    except asyncpg.PostgresError as error:
        raise AssertionError(f"{statement}: {error}") from error
    return False


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_and_writes_its_own_rows_and_makes_nothing(
    server: GuardedPostgres, migrated: str
) -> None:
    async with connected(server, migrated) as connection:
        await connection.execute("INSERT INTO inbox VALUES ('c', 'e', now())")
        await connection.execute("UPDATE inbox SET consumer = 'd'")
        assert await connection.fetchval("SELECT count(*) FROM inbox") == 1
        await connection.execute("DELETE FROM inbox")

        assert not [each for each in MAKES if not await refused(connection, each)]
        assert not [each for each in MIGHTY if not await refused(connection, each)]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["", "_owner"])
async def test_nobody_enters_another_database(server: GuardedPostgres, service: str, kind: str) -> None:
    for database in (OTHERS[service], "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connected(server, f"{service}{kind}", database):
                raise AssertionError("it was let in")


@pytest.mark.parametrize("service", SERVICES[:1])
async def test_an_owner_changes_its_own_tables_and_is_not_mighty(
    server: GuardedPostgres, migrated: str
) -> None:
    mighty = [each for each in MIGHTY if "session_replication" not in each]
    async with connected(server, f"{migrated}_owner") as connection:
        await connection.execute("CREATE TABLE theirs (a int)")
        async with connected(server, migrated) as runtime:
            await runtime.execute("INSERT INTO theirs VALUES (1)")
        await connection.execute("DROP TABLE theirs")

        assert not [each for each in mighty if not await refused(connection, each)]
        assert await refused(connection, "CREATE DATABASE mine")
        assert await refused(connection, "CREATE ROLE mine")


async def test_a_service_and_whoever_migrates_it_speak_tls_and_believe_their_authority_alone(
    server: GuardedPostgres, authority: Authority
) -> None:
    async with door(server, authority.sign("postgres")) as (port, spoken):
        told = {
            "PRACTICE_CA": str(authority.file),
            "RESOURCES_DATABASE_URL": server.url("resources", port=port),
            "RESOURCES_OWNER_DATABASE_URL": server.url("resources_owner", port=port),
            "RESOURCES_LINK_KEYS": "k" * 40,
        }
        await migrate("resources", told)

        assert await is_migrated("resources", told)
        async with opened("resources", told) as database, database.reading() as tx:
            await tx.execute(sa.text("SELECT nextval(pg_get_serial_sequence('outbox', 'seq'))"))
        assert len(spoken) == 3
        assert set(spoken) <= {"TLSv1.2", "TLSv1.3"}


@pytest.mark.parametrize("service", SERVICES[-1:])
async def test_a_run_time_role_cannot_migrate(server: GuardedPostgres, migrated: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"must be owner|permission denied"):
        await migrations.downgrade(migrated, server.url(migrated), "base")


async def test_a_password_that_is_wrong_is_told_by_name_and_may_be_mended(server: GuardedPostgres) -> None:
    assert await said_by(Database.open(server.url("intake").replace("s3cret", "wrong"))) == NOT_LET_IN
    assert await said_by(Database.open(server.url("intake"))) == ""


async def test_a_service_that_is_not_let_in_says_why_it_is_not_ready(server: GuardedPostgres) -> None:
    url = server.url("resources").replace("s3cret", "wrong")
    app = create_app(ResourcesSettings(database_url=url, link_keys="k" * 40))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://resources") as client:
        told = await client.get("/readyz")

    assert (told.status_code, told.json()["problems"]) == (503, [NOT_LET_IN])
    await app.state.database.close()


async def test_a_server_that_another_authority_vouches_for_is_not_believed(
    server: GuardedPostgres, authority: Authority, tmp_path: Path
) -> None:
    async with door(server, authority.sign("postgres")) as (port, spoken):
        other = Authority(tmp_path / "other").file

        assert await said_by(Database.open(server.url("intake", port=port), ca=other)) == UNTRUSTED
        assert spoken == []


async def test_a_server_under_another_name_is_not_believed(
    server: GuardedPostgres, authority: Authority
) -> None:
    async with door(server, authority.sign("postgres"), host="127.0.0.2") as (port, _):
        url = server.url("intake", port=port).replace("localhost", "127.0.0.2")

        assert await said_by(Database.open(url, ca=authority.file)) == UNTRUSTED


async def test_a_server_without_tls_gets_no_password(server: GuardedPostgres, authority: Authority) -> None:
    async with door(server, None) as (port, _):
        url = server.url("intake", port=port)

        assert await said_by(Database.open(url, ca=authority.file)) == NO_TLS


def test_a_password_with_a_quote_stays_one_password() -> None:
    passwords = {f"{service}{kind}": "it's" for service in SERVICES for kind in ("", "_owner")}

    assert roles_sql(passwords).count("PASSWORD 'it''s'") == 8


async def said_by(database: Database) -> str:
    """What a transaction on this database is told."""
    try:
        async with database.reading() as tx:
            await tx.execute(sa.text("SELECT 1"))
    except Retryable as refusal:
        return str(refusal)
    finally:
        await database.close()
    return ""
