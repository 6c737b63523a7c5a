"""One file on the disk: a compressed tar, sealed by age to public keys, under its good name only when whole.

Everything streams through a pipe: memory stays small, whatever the size.
"""

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyrage

from deploy.backup.problems import Damaged, NotBackedUp
from deploy.local.places import write_durably
from shared.errors import Misconfigured

BLOCK = 1 << 20
HEADER = b"age-encryption.org/v1\n"
FOR_ANOTHER = "No matching keys found"
QUICKLY = 1  # of gzip's levels


@dataclass(frozen=True, slots=True)
class Member:
    """What goes into an archive under a name."""

    name: str
    content: Path | bytes


class _Hashed(io.RawIOBase):
    """A file that knows the hash of what was written to it, and what kept it from writing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            self.error = error
            raise
        self._hash.update(data)
        return len(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def recipients_in(file: Path | None) -> list[Any]:
    """The public keys that an archive is sealed to. Raises Misconfigured when there is none."""
    if file is None:
        raise Misconfigured("PRACTICE_BACKUP_RECIPIENT is not set: name the file backup/recipient")
    return _keys_in(
        file, pyrage.x25519.Recipient, pyrage.RecipientError, "PRACTICE_BACKUP_RECIPIENT", "age1…"
    )


def identities_in(file: Path) -> list[Any]:
    """The secret keys that open an archive. Raises Misconfigured when there is none."""
    return _keys_in(file, pyrage.x25519.Identity, pyrage.IdentityError, "--identity", "AGE-SECRET-KEY-1…")


def seal(target: Path, recipients: Sequence[Any], members: Sequence[Member]) -> str:
    """Afterwards `target` is there, whole and on the disk, with its hash beside it; gives the hash.

    Raises NotBackedUp when it cannot be written: then nothing new is there under a good name.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            hashed = _Hashed(file)
            _seal(hashed, recipients, members)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(partial, target, hashed.hexdigest())
    except OSError as error:
        raise NotBackedUp(f"{target.parent}: the backup cannot be written there ({error.strerror})") from None
    finally:
        partial.unlink(missing_ok=True)
    return hashed.hexdigest()


def put_in_place(partial: Path, target: Path, digest: str) -> None:
    """A file that is whole gets its good name, after the hash beside it."""
    write_durably(hash_file(target), f"{digest}  {target.name}\n")
    try:
        partial.replace(target)
    except OSError:
        hash_file(target).unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def hash_file(archive: Path) -> Path:
    """Where the hash of an archive stands, as `sha256sum --check` reads it."""
    return archive.with_name(f"{archive.name}.sha256")


def sha256_of(file: Path) -> str:
    """The hash of a file as it is on the disk, not of what this machine remembers of it."""
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := opened.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def check_whole(archive: Path) -> str:
    """Gives the hash. Raises Damaged unless the file is what was written; what is in it nobody can see."""
    try:
        said = hash_file(archive).read_text(encoding="utf-8").split()
        with archive.open("rb") as file:
            header = file.read(len(HEADER))
        found = sha256_of(archive)
    except OSError as error:
        raise Damaged(f"{error.filename} cannot be read ({error.strerror})") from None
    if header != HEADER:
        raise Damaged(f"{archive} is no archive of ours: it is not sealed by age")
    if said[:1] != [found]:
        raise Damaged(f"{archive} is damaged: its hash is not the one that stands beside it")
    return found


def unpack(archive: Path, identities: Sequence[Any], into: Path) -> None:
    """Opens an archive into an empty folder. Raises Damaged when it is not whole, or not for these keys."""
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as thread:
        opening = thread.submit(_open, archive, identities, writing)
        try:
            _extract(reading, into)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            opening.result()  # what it says comes first
            raise Damaged(f"{archive} is damaged: it cannot be unpacked ({type(error).__name__})") from None
        opening.result()


def _seal(out: _Hashed, recipients: Sequence[Any], members: Sequence[Member]) -> None:
    reading, writing = os.pipe()

    def sealing() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, out, recipients)
            except pyrage.EncryptError:
                raise out.error or OSError(None, "it could not be sealed") from None

    with ThreadPoolExecutor(1) as thread:
        work = thread.submit(sealing)
        with suppress(BrokenPipeError):  # whoever seals has ended before us, and says why
            _pack(writing, members)
        work.result()


def _pack(writing: int, members: Sequence[Member]) -> None:
    with (
        os.fdopen(writing, "wb") as pipe,
        gzip.GzipFile(fileobj=pipe, mode="wb", compresslevel=QUICKLY, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for member in members:
            header = tarfile.TarInfo(member.name)
            header.mode = 0o600
            if isinstance(member.content, bytes):
                header.size = len(member.content)
                tar.addfile(header, io.BytesIO(member.content))
            else:
                with member.content.open("rb") as file:
                    header.size = os.fstat(file.fileno()).st_size
                    tar.addfile(header, file)


def _open(archive: Path, identities: Sequence[Any], writing: int) -> None:
    with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe, archive.open("rb") as source:
        try:
            pyrage.decrypt_io(source, pipe, identities)
        except pyrage.DecryptError as error:
            if str(error) == FOR_ANOTHER:
                raise Misconfigured(f"{archive} is sealed for another identity than the one given") from None
            raise Damaged(f"{archive} is damaged: it cannot be opened") from None
        except OSError as error:
            if isinstance(error, BrokenPipeError) or error.errno is not None:
                raise
            raise Damaged(f"{archive} is damaged: what is in it was changed") from None


def _extract(reading: int, into: Path) -> None:
    with (
        os.fdopen(reading, "rb") as pipe,
        gzip.GzipFile(fileobj=pipe, mode="rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as tar,
    ):
        for header in tar:
            content = tar.extractfile(header)
            if content is None or not _is_inside(header.name):
                raise tarfile.ExtractError(header.name)
            place = into / header.name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
                while block := content.read(BLOCK):
                    file.write(block)


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _keys_in(file: Path, kind: Any, wrong: type[Exception], setting: str, shape: str) -> list[Any]:
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        keys = [kind.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise Misconfigured(f"{setting} names {file}, which cannot be read ({error.strerror})") from None
    except (wrong, UnicodeDecodeError):
        raise Misconfigured(f"{setting} names {file}, which has a line that is no {shape}") from None
    if not keys:
        raise Misconfigured(f"{setting} names {file}, which holds no key: a line {shape} is wanted")
    return keys
