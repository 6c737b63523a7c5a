"""A practice in containers: its clone, its operator's folder, and the engine's commands on it."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from deploy.local.environment import surroundings
from deploy.local.ports import free_ports

PROJECT = "practice-verify"
SERVICES = ("intake", "matching", "notifications", "resources")
STAYING = ("postgres", "nats", *SERVICES, "ops", "caddy", "mailpit")
THIS, BEFORE = "verify", "verify-before"  # the images' versions
UP = ("up", "--wait", "--wait-timeout", "180")
LOOK_SECONDS = 0.3


class Failed(Exception):
    """A check saw something else than it should; says what."""


@dataclass
class Machine:
    """Where everything is."""

    clone: Path
    folder: Path
    https_port: int
    http_port: int
    inside_port: int
    version: str = THIS

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def authority(self) -> Path:
        """What Caddy's own certificate is believed by."""
        return self.folder / "data" / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def compose(self, *arguments: str, seconds: float = 300, ok: bool = True) -> str:
        """`docker compose …` in the operator's folder."""
        return ran(["docker", "compose", *arguments], self.folder, self._environment(), seconds, ok=ok)

    @contextmanager
    def taken_down(self) -> Iterator[None]:
        """Whatever happens, nothing of it runs afterwards."""
        try:
            yield
        finally:
            self.compose("down", "--volumes", "--remove-orphans", "--timeout", "20", ok=False)

    def practice(self, *arguments: str) -> str:
        """The command `practice` in the container for operators."""
        return self.compose("exec", "-T", "ops", "practice", *arguments, seconds=120)

    def shell(self, name: str, script: str, *, ok: bool = True) -> str:
        """A line of shell in one container."""
        return ran(["docker", "exec", name, "sh", "-c", script], self.folder, None, 60, ok=ok)

    def python(self, name: str, program: str) -> str:
        """A program inside one of our containers, as whoever runs there."""
        command = ["docker", "exec", "-i", name, "python", "-"]
        return ran(command, self.folder, None, 90, typed=program)

    def containers(self, *services: str) -> list[str]:
        """The names of the containers that run, of these services or of all."""
        rows = self.compose("ps", "--format", "{{.Name}}", *services).split()
        return sorted(rows)

    def inspected(self, name: str) -> dict[str, Any]:
        """What the engine tells of a container to whoever may ask."""
        found: list[dict[str, Any]] = json.loads(ran(["docker", "inspect", name], self.folder))
        return found[0]

    def is_well(self, name: str) -> bool:
        state = self.inspected(name)["State"]
        return bool(state["Running"]) and state.get("Health", {}).get("Status") == "healthy"

    def sql(self, database: str, statement: str) -> str:
        """One value, asked by the superuser over the socket inside PostgreSQL's container."""
        [name] = self.containers("postgres")
        asked = f'psql -U postgres -d {database} -Atc "{statement}"'
        return self.shell(name, f"PGPASSWORD=$(cat /run/secrets/postgres_password) {asked}").strip()

    def _environment(self) -> Mapping[str, str]:
        told = {
            "COMPOSE_PROJECT_NAME": PROJECT,
            "PRACTICE_VERSION": self.version,
            "PRACTICE_INSIDE_PORT": str(self.inside_port),
        }
        return {**surroundings(), **told}


def ran(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    seconds: float = 300,
    *,
    ok: bool = True,
    typed: str | None = None,
) -> str:
    """What a command printed. Raises Failed when it ends badly or takes too long."""
    told = None if environment is None else dict(environment)
    try:
        code, said = asyncio.run(asyncio.wait_for(_ended(command, folder, told, typed), seconds))
    except TimeoutError:
        raise Failed(f"{' '.join(command[:4])} took longer than {seconds:.0f} s") from None
    if ok and code != 0:
        raise Failed(f"{' '.join(command[:5])}: {said[-1200:]}")
    return said


async def _ended(
    command: Sequence[str], folder: Path, environment: dict[str, str] | None, typed: str | None
) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    try:
        said, _ = await process.communicate((typed or "").encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")


def cloned(source: Path, revision: str, to: Path) -> Path:
    """A fresh clone at one revision."""
    ran(["git", "clone", "--quiet", "--no-hardlinks", str(source), str(to)], source)
    ran(["git", "checkout", "--quiet", "--detach", revision], to)
    return to


def made(clone: Path, folder: Path) -> Machine:
    """A machine whose operator's folder `practice init --dev` of that clone has made."""
    https_port, http_port, inside_port = _ports(3)
    init(clone, folder, "--dev", "--https-port", str(https_port), "--http-port", str(http_port))
    return Machine(clone, folder, https_port, http_port, inside_port)


def init(clone: Path, folder: Path, *options: str) -> str:
    """`practice init` of this clone, told nothing by the surroundings."""
    command = [sys.executable, "-m", "deploy.cli", "init", *options, str(folder)]
    ours = ("PRACTICE_", "INTAKE_", "MATCHING_", "NOTIFICATIONS_", "RESOURCES_", "COMPOSE_")
    kept = {name: value for name, value in surroundings().items() if not name.startswith(ours)}
    return ran(command, clone, {**kept, "PYTHONPATH": str(clone)})


def until(what: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Returns when it is so. Raises Failed when it takes longer."""
    ticks = Event()
    for _ in range(int(seconds / LOOK_SECONDS)):
        if what():
            return
        ticks.wait(LOOK_SECONDS)
    raise Failed(f"{otherwise} within {seconds:.0f} s")


def _ports(count: int) -> list[int]:
    found = free_ports()
    return [found.nats, found.mail, found.inbox][:count]
