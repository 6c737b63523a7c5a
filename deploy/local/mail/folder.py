"""A folder of mails, one `.eml` each, kept durably before the sender is told so.

A name is the instant of arrival and a random end, `20261122T170311.482913Z-4be1c09a.eml`: by name is by time.
"""

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from shared.clock import Clock
from shared.ids import Ids

ARRIVAL = "%Y%m%dT%H%M%S.%fZ"
NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}\.eml")
UNFINISHED = ".part"


class MailFolder:
    """Every mail that was ever accepted here."""

    def __init__(self, folder: Path, clock: Clock, ids: Ids, sync: Callable[[int], None] = os.fsync) -> None:
        self._folder, self._clock, self._ids, self._sync = folder, clock, ids, sync

    def clear_unfinished(self) -> None:
        """Removes what a crash left half written: no sender was told that it is kept."""
        for file in self._folder.glob(f"*{UNFINISHED}"):
            file.unlink()

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> str:
        """Writes one mail under its envelope and gives its name; it survives a power failure from here on.

        Raises OSError when it cannot be written; then nothing of it stays.
        """
        name = f"{self._clock().strftime(ARRIVAL)}-{self._ids.new()[:8]}.eml"
        beside = self._folder / f"{name}{UNFINISHED}"
        envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
        try:
            with beside.open("xb") as file:
                file.write("".join(f"{line}\r\n" for line in envelope).encode("utf-8"))
                file.write(content)
                file.flush()
                self._sync(file.fileno())
            beside.rename(self._folder / name)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        self._sync_folder()
        return name

    def names(self) -> list[str]:
        """The newest first."""
        return sorted((file.name for file in self._folder.glob("*.eml")), reverse=True)

    def read(self, name: str) -> bytes | None:
        """The mail as it came, its envelope on top; None when there is none of that name."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._sync(handle)
        finally:
            os.close(handle)


def arrived_at(name: str) -> datetime:
    """The instant in a mail's name, aware, in UTC."""
    return datetime.strptime(name.partition("-")[0] + "+0000", f"{ARRIVAL}%z")
