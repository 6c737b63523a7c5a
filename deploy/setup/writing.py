"""How a file or a folder comes into an operator's folder: whole, on disk, its owner's, and over nothing."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644
SUFFIX = ".new"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose the files are: as whom every container runs."""

    uid: int
    gid: int

    def take(self, handle: int) -> None:
        """Gives what is open to this owner; only the superuser can give anything away."""
        if os.geteuid() == 0:
            os.fchown(handle, self.uid, self.gid)


def place(path: Path, text: str, *, mode: int, owner: Owner) -> None:
    """Makes a file in one step, whatever the umask is. Raises FileExistsError where there is one."""
    beside = _written(path, text, mode, owner)
    os.link(beside, path)
    beside.unlink()
    _sync(path.parent)


def renew(path: Path, text: str, *, mode: int, owner: Owner) -> None:
    """Replaces a file in one step: a reader sees the old text or the new, whatever crashes in between."""
    _written(path, text, mode, owner).replace(path)
    _sync(path.parent)


def make_folder(path: Path, *, mode: int, owner: Owner) -> bool:
    """Whether a folder was made, with its mode from the first moment on; one that is there stays as it is."""
    if path.is_dir():
        return False
    beside = _beside(path)
    with suppress(FileExistsError):
        beside.mkdir(mode=0o700)
    handle = os.open(beside, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        owner.take(handle)
        os.fchmod(handle, mode)
    finally:
        os.close(handle)
    beside.rename(path)
    _sync(path.parent)
    return True


def sweep(folder: Path) -> None:
    """Removes what a crash left half-written in one folder."""
    for left in folder.glob(f".*{SUFFIX}"):
        if left.is_dir():
            left.rmdir()
        else:
            left.unlink()


def is_left_over(path: Path) -> bool:
    """Whether this is what a crash in between leaves."""
    return path.name.startswith(".") and path.name.endswith(SUFFIX)


def _written(path: Path, text: str, mode: int, owner: Owner) -> Path:
    beside = _beside(path)
    beside.unlink(missing_ok=True)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(beside, flags, PRIVATE), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        owner.take(file.fileno())
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    return beside


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{SUFFIX}")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
