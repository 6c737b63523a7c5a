"""What is backed up and put back: a database of each service, whatever its engine."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.backup.manifest import Engine, Rows

Environ = Mapping[str, str]


class Snapshot(Protocol):
    """One database as it was at one instant."""

    async def write(self, to: Path) -> "Dumped":
        """Writes it into a file and gives what is in it, as read from the database."""


@dataclass(frozen=True, slots=True)
class Dumped:
    """What a snapshot holds."""

    revision: str
    rows: Rows


class Source(Protocol):
    """The database of one service, while it is in use."""

    service: str
    engine: Engine

    def held(self) -> AbstractAsyncContextManager[None]:
        """No fact is handled meanwhile: whoever wants to waits. Raises NotBackedUp when it cannot be had."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """This instant, for as long as it is wanted; others go on working."""


class Target(Protocol):
    """The database of one service, which a part is to go into."""

    service: str

    def alone(self) -> AbstractAsyncContextManager[None]:
        """No service uses it meanwhile. Raises Misconfigured when one does."""

    async def rows(self) -> Rows | None:
        """What is in it; None when it has no table."""

    async def put(self, file: Path) -> None:
        """Puts a part in place of what is in it: wholly, or not at all."""
