"""PostgreSQL's own programs: pg_dump, pg_restore and those that make and drop a database."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from shared.errors import Misconfigured

LINE = 1 << 26  # the longest line of a dump that is looked at, in bytes
NOT_TOLD = ("PGSERVICE", "PGOPTIONS", "PGDATABASE", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE")


class ToolFailed(Exception):
    """A program ended otherwise than well; `why` is what it said last, which quotes no row."""

    def __init__(self, program: str, why: str) -> None:
        super().__init__(f"{program}: {why}")
        self.program, self.why = program, why


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the programs are, and whom they believe."""

    bin: Path | None
    ca: Path | None
    environ: Mapping[str, str] = field(repr=False, default_factory=dict)

    def path(self, program: str) -> str:
        """Where a program is. Raises Misconfigured when it is nowhere."""
        folders = str(self.bin) if self.bin else self.environ.get("PATH", os.defpath)
        found = shutil.which(program, path=folders)
        if found is None:
            where = f"in PRACTICE_PG_BIN ({self.bin})" if self.bin else "on the PATH"
            raise Misconfigured(
                f"{program} is not {where}: install PostgreSQL's client programs, or name their folder in "
                "PRACTICE_PG_BIN"
            )
        return found

    async def run(self, url: str | None, program: str, *arguments: str) -> None:
        """Runs it to its end. Raises ToolFailed."""
        async for _ in self.lines(url, program, *arguments):
            pass

    async def lines(self, url: str | None, program: str, *arguments: str) -> AsyncIterator[bytes]:
        """What it prints, a line at a time. Raises ToolFailed."""
        async with self._started(url, program, arguments) as process:
            said = asyncio.create_task(_last_line(process))
            if process.stdout is not None:
                async for line in process.stdout:
                    yield line
            why, code = await said, await process.wait()
            if code:
                raise ToolFailed(program, why)

    @asynccontextmanager
    async def _started(
        self, url: str | None, program: str, arguments: tuple[str, ...]
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            self.path(program),
            *arguments,
            env=self._told(url),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _told(self, url: str | None) -> dict[str, str]:
        """The environment: how to come in, never on a command line, where others on the machine read it."""
        told = {name: value for name, value in self.environ.items() if name not in NOT_TOLD}
        if url is None:
            return told
        parsed = sa.make_url(url)
        place = {
            "PGHOST": parsed.host or _only(parsed.query.get("host")),
            "PGPORT": str(parsed.port) if parsed.port else _only(parsed.query.get("port")),
            "PGUSER": parsed.username,
            "PGPASSWORD": str(parsed.password) if parsed.password else None,
            "PGDATABASE": parsed.database,
            "PGSSLMODE": "verify-full" if self.ca else None,
            "PGSSLROOTCERT": str(self.ca) if self.ca else None,
            "PGCONNECT_TIMEOUT": "10",
        }
        return told | {name: value for name, value in place.items() if value}


def _only(said: str | tuple[str, ...] | None) -> str | None:
    return said[0] if isinstance(said, tuple) else said


async def _last_line(process: asyncio.subprocess.Process) -> str:
    """What a program complains of in the end; it is read while it goes on, so that it never waits for us."""
    last = ""
    if process.stderr is not None:
        async for line in process.stderr:
            last = line.decode("utf-8", "replace").strip() or last
    return last
