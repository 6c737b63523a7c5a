"""What the parts say: to the terminal under the part's name, and whole to `logs/<part>.log`."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

CHUNK = 65536
LOG_BYTES = 5_000_000  # a log is moved to `.1` beyond it, so that two of them are kept at most

Say = Callable[[str, str], None]  # the part, one line


class LogFile:
    """A log that cannot fill the disk: at most two files of `LOG_BYTES`. A disk that is full costs lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] = path.open("ab")

    def write(self, data: bytes) -> None:
        with suppress(OSError):  # a part whose output nobody takes would stand still
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._file.tell() > LOG_BYTES:
            self._file.close()
            self._path.replace(self._path.with_suffix(".log.1"))
            self._file = self._path.open("ab")
        self._file.write(data)
        self._file.flush()

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()


async def follow(stream: asyncio.StreamReader, part: str, log: LogFile, say: Say) -> None:
    """Passes a part's output on until it ends; a line of any length and a broken character do no harm."""
    rest = b""
    while chunk := await stream.read(CHUNK):
        log.write(chunk)
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            say(part, line.decode("utf-8", "replace"))
        if len(rest) > CHUNK:
            say(part, rest.decode("utf-8", "replace"))
            rest = b""
    if rest:
        say(part, rest.decode("utf-8", "replace"))
