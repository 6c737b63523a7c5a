"""Whose folder it is: its mark says what was asked for and what was made, and keeps foreign folders out."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from deploy.local.places import REPOSITORY
from deploy.setup.writing import PUBLIC, Owner, is_left_over, renew, sweep
from shared.errors import Misconfigured

MARK = ".init"
NOBODY_ELSES = Owner(10001, 10001)  # whom the superuser makes a folder for: no container runs as root
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
PATH = re.compile(r"[\w/.@+~-]+", re.ASCII)

Sample = Literal["los_angeles", "new_york"]


class Asked(BaseModel):
    """What a folder was made for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "localhost"
    https_port: int = 443
    http_port: int = 80
    sample: Sample = "los_angeles"
    dev: bool = False
    cluster: bool = False

    @property
    def url(self) -> str:
        """Where people reach the practice."""
        return f"https://{self.host}" + ("" if self.https_port == 443 else f":{self.https_port}")


class Wishes(BaseModel):
    """What is asked for this time; None where the folder's own answer, or the usual one, is right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str | None = None
    https_port: int | None = None
    http_port: int | None = None
    sample: Sample | None = None
    dev: bool | None = None
    cluster: bool | None = None

    def asked(self) -> Asked:
        """What a new folder is made for. Raises Misconfigured when it cannot be."""
        asked = Asked(**self.model_dump(exclude_none=True))
        if not HOST.fullmatch(asked.host):
            raise Misconfigured(f"--host {asked.host}: give a name alone, such as care.example.org")
        if asked.https_port == asked.http_port:
            raise Misconfigured("--https-port and --http-port must differ")
        return asked

    def refuse_others(self, root: Path, kept: Asked) -> None:
        """Raises Misconfigured when something else is asked for than the folder was made with."""
        for name, wanted in self.model_dump(exclude_none=True).items():
            have = getattr(kept, name)
            if name == "cluster" and wanted != have:
                overlay = REPOSITORY / "deploy" / "compose.cluster.yaml"
                raise Misconfigured(
                    f"{root} was made for one NATS server, and is ready for three: "
                    f"add :{overlay} to COMPOSE_FILE in {root}/.env"
                )
            if wanted != have:
                raise Misconfigured(
                    f"{root} was made with --{name.replace('_', '-')} {have}: leave the option out; "
                    f"to change it, edit {root}/.env and {root}/practice/practice.yaml"
                )


class Mark(BaseModel):
    """What `.init` remembers: nothing secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: Asked
    uid: int
    gid: int
    made: tuple[str, ...] = ()  # empty until the folder was whole once

    @property
    def owner(self) -> Owner:
        return Owner(self.uid, self.gid)

    @property
    def was_whole(self) -> bool:
        """Whether everything was made once: what is missing now was lost, or a new version asks for it."""
        return bool(self.made)


@dataclass(frozen=True, slots=True)
class Folder:
    """An operator's folder that is ours, held for this process alone."""

    root: Path
    mark: Mark

    @property
    def owner(self) -> Owner:
        return self.mark.owner

    def path(self, name: str) -> Path:
        return self.root / name

    def read(self, name: str) -> str:
        """A file of the folder, without the line's end. Raises Misconfigured when it cannot be read."""
        try:
            return self.path(name).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else "it is no text"
            raise Misconfigured(
                f"{self.path(name)} cannot be read ({said}): put it back from your backup"
            ) from None

    def remember(self, made: tuple[str, ...]) -> Self:
        """The same folder, its mark on disk naming what was made."""
        mark = self.mark.model_copy(update={"made": made})
        write_mark(self.root, mark)
        return type(self)(self.root, mark)


def usable(root: Path) -> Path:
    """The absolute path of a folder. Raises Misconfigured when compose could not work with it."""
    whole = root.expanduser().resolve()
    for path in (whole, REPOSITORY):
        if not PATH.fullmatch(str(path)):
            raise Misconfigured(f"{path}: compose reads only letters, digits and / . _ - @ + ~ in a path")
    if whole.exists() and not whole.is_dir():
        raise Misconfigured(f"{whole} is a file: give a folder")
    if whole == REPOSITORY or REPOSITORY in whole.parents:
        raise Misconfigured(
            f"{whole} lies in the checkout, whose files go into images: give a folder of its own, "
            "such as /srv/practice"
        )
    return whole


def mark_of(root: Path) -> Mark | None:
    """The mark of a folder, or None where there is none yet. Raises Misconfigured when it is damaged."""
    try:
        return Mark.model_validate_json((root / MARK).read_bytes())
    except FileNotFoundError:
        return None
    except PermissionError:
        raise Misconfigured(f"{root} is somebody else's: run it as its owner") from None
    except ValidationError:
        raise Misconfigured(f"{root / MARK} is damaged: put the folder back from your backup") from None


def refuse_foreign(root: Path) -> None:
    """Raises Misconfigured when something is there already that no `practice init` made."""
    there = sorted(each.name for each in root.iterdir() if not is_left_over(each))
    if there:
        raise Misconfigured(
            f"{root} is not empty and no folder of `practice init` ({there[0]} is there, {MARK} is not): "
            "give another, or empty it"
        )


def write_mark(root: Path, mark: Mark) -> None:
    """Puts the mark on disk."""
    renew(root / MARK, mark.model_dump_json(indent=1) + "\n", mode=PUBLIC, owner=mark.owner)


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Holds the folder for this process, and sweeps what a crash left there."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(handle, root)
        sweep(root)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Misconfigured(f"another `practice init` works on {root}: wait for it") from None


def looked_at(root: Path) -> Folder:
    """A folder that was made before. Raises Misconfigured when it is none, or another user's."""
    root = usable(root)
    mark = mark_of(root)
    if mark is None:
        raise Misconfigured(f"{root} is no folder of `practice init`: make one, or give the one you made")
    refuse_another_user(root, mark)
    return Folder(root, mark)


@contextmanager
def opened(root: Path) -> Iterator[Folder]:
    """The same, held to change something in it."""
    folder = looked_at(root)
    with held(folder.root):
        yield folder


def refuse_another_user(root: Path, mark: Mark) -> None:
    """Raises Misconfigured unless whoever runs this is the folder's owner, or root."""
    if os.geteuid() not in (0, mark.uid):
        raise Misconfigured(f"{root} belongs to user {mark.uid}: run it as that user, or as root")
