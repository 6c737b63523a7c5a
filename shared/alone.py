"""One replica alone on a SQLite file: a second one is told to use PostgreSQL."""

import fcntl
import os
from pathlib import Path

from shared.errors import Misconfigured


class ReplicaLock:
    """A lock file beside a SQLite database, held until it is released or the process ends."""

    def __init__(self, database: str, replica: str) -> None:
        path = Path(f"{database}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            raise Misconfigured(
                f"another {replica} already runs on {path.name[:-5]}: SQLite serves one; use PostgreSQL"
            ) from None

    def release(self) -> None:
        os.close(self._handle)
