"""The data folder: where everything of one embedded stack lives, and the lock that keeps a second one out."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.errors import Misconfigured

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_CONFIG_DIR = REPOSITORY / "deploy" / "practice" / "los_angeles"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files under one data folder."""

    data_dir: Path

    @property
    def mail(self) -> Path:
        return self.data_dir / "mail"

    @property
    def nats_store(self) -> Path:
        return self.data_dir / "nats"

    @property
    def nats_config(self) -> Path:
        return self.data_dir / "run" / "nats.conf"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def keys(self) -> Path:
        return self.data_dir / "keys.json"

    @property
    def site_key(self) -> Path:
        return self.data_dir / "site-key"

    @property
    def event_secret(self) -> Path:
        return self.data_dir / "event-secret"

    @property
    def env(self) -> Path:
        """What the command `practice` loads to work on this stack's databases and broker."""
        return self.data_dir / "env"

    def pid(self, part: str) -> Path:
        return self.data_dir / "run" / f"{part}.pid"

    def database(self, service: str) -> Path:
        return self.data_dir / f"{service}.db"

    def make(self) -> None:
        """Makes the folders, readable by their owner alone. Raises Misconfigured when it may not."""
        try:
            for folder in (self.data_dir, self.mail, self.nats_store, self.logs, self.data_dir / "run"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Misconfigured(
                f"the data folder {self.data_dir} cannot be made ({error.strerror}): give another"
                " with --data-dir"
            ) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for this process alone. Raises Misconfigured when another holds it."""
        handle = os.open(self.data_dir / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise Misconfigured(
                f"another stack already runs on {self.data_dir}: stop it, or give another folder"
                " with --data-dir"
            ) from None
        try:
            yield
        finally:
            os.close(handle)


def write_durably(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replaces a file in one step: a reader sees the old text or the new, whatever crashes in between."""
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
