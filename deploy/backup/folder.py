"""A folder of backups: what is in it by its name, what is left over, what goes, and the copy elsewhere."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from deploy.backup.archive import check_whole, hash_file, put_in_place, sha256_of
from deploy.backup.problems import NotBackedUp, NotCopied
from deploy.backup.thinning import Keep, kept

STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"practice-(\d{8}T\d{6}Z)\.tar\.gz\.age")
LEFT_OVER = (".practice-*.partial", ".work-*")


@dataclass(frozen=True, slots=True)
class Backup:
    """A file under a good name, and the instant it is of."""

    file: Path
    at: datetime


def name_of(at: datetime, what: str = "practice") -> str:
    """The good name of a backup of this instant."""
    return f"{what}-{at.astimezone(UTC).strftime(STAMP)}.tar.gz.age"


def backups_in(folder: Path) -> list[Backup]:
    """The backups of a folder, newest first; none when there is no such folder."""
    try:
        names = sorted((each.name for each in folder.iterdir()), reverse=True)
    except OSError:
        return []
    found = ((name, NAME.fullmatch(name)) for name in names)
    return [
        Backup(folder / name, datetime.strptime(match[1], STAMP).replace(tzinfo=UTC))
        for name, match in found
        if match
    ]


def newest(folder: Path) -> datetime | None:
    """Of when the newest backup of a folder is; None when it has none."""
    return next((backup.at for backup in backups_in(folder)), None)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder is there, this process's alone, and free of what a killed one left half done.

    Raises NotBackedUp when another backup is under way or the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NotBackedUp(f"{folder}: backups cannot be kept there ({error.strerror})") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise NotBackedUp(f"{folder}: another backup is being made there; wait for it to end") from None
    try:
        _sweep(folder)
        yield
    finally:
        os.close(handle)


def copied(backup: Path, to: Path) -> Path:
    """Afterwards the same file is in the other folder, read back from there; gives its place.

    The folder must be there: one that is missing is a disk that is not mounted, and making it would fill
    this one. Raises NotCopied.
    """
    if not to.is_dir():
        raise NotCopied(f"PRACTICE_BACKUP_COPY_TO names {to}, which is not there: is its disk mounted?")
    partial, target = to / f".{backup.name}.partial", to / backup.name
    try:
        digest = check_whole(backup)
        with backup.open("rb") as source, _made(partial) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        if sha256_of(partial) != digest:
            raise NotCopied(f"{to}: what is read back there is not what was written: do not trust that disk")
        put_in_place(partial, target, digest)
    except OSError as error:
        raise NotCopied(f"{to}: the copy cannot be written there ({error.strerror})") from None
    finally:
        partial.unlink(missing_ok=True)
    return target


def on_one_disk(backup: Path, copy: Path) -> bool:
    """Whether both would be lost together: the other disk is not mounted, or there is none."""
    return backup.stat().st_dev == copy.stat().st_dev


def thinned(folder: Path, keep: Keep, zone: ZoneInfo) -> list[Path]:
    """Deletes what is not kept, and gives it. To be called after the newest was found whole."""
    backups = backups_in(folder)
    stay = kept([backup.at for backup in backups], keep, zone)
    gone = [backup.file for backup in backups if backup.at not in stay]
    for file in gone:
        file.unlink(missing_ok=True)
        hash_file(file).unlink(missing_ok=True)
    return gone


def _made(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def _sweep(folder: Path) -> None:
    for pattern in LEFT_OVER:
        for left in folder.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
