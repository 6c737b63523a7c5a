"""One running process of a part: started tethered to the stack, followed, stopped."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.console import LogFile, Say, follow
from deploy.local.places import REPOSITORY
from shared.errors import Defect

TETHER = Path(__file__).with_name("tether.py")


class Child:
    """A process that dies with this one; what it says goes to `say` and to `<logs>/<name>.log`."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, follower: asyncio.Task[None]) -> None:
        self.name, self._process, self._follower = name, process, follower

    @classmethod
    async def start(
        cls, name: str, command: tuple[str, ...], environ: Mapping[str, str], logs: Path, say: Say
    ) -> "Child":
        """Starts the command with this environment alone, in a session of its own: Ctrl-C is the stack's."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(TETHER), str(os.getpid())),
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=REPOSITORY,
            env=dict(environ),
            start_new_session=True,
        )
        if process.stdout is None:
            raise Defect("a child's output is always a pipe")
        log = LogFile(logs / f"{name}.log")
        return cls(name, process, asyncio.create_task(_followed(process.stdout, name, log, say)))

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """The exit code once it ended and all it said was passed on; a signal is its negative number."""
        code = await self._process.wait()
        await self._follower
        return code

    def ask_to_stop(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            self._process.send_signal(number)


async def _followed(stream: asyncio.StreamReader, name: str, log: LogFile, say: Say) -> None:
    try:
        await follow(stream, name, log, say)
    finally:
        log.close()
