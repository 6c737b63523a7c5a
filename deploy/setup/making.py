"""Making an operator's folder, and adding to it what is missing: nothing is ever put over what is there."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.setup.contents import FOLDERS, PIECES, Piece
from deploy.setup.env import completed, needed_variables
from deploy.setup.files import damaged
from deploy.setup.folder import (
    NOBODY_ELSES,
    Folder,
    Mark,
    Wishes,
    held,
    mark_of,
    refuse_another_user,
    refuse_foreign,
    usable,
    write_mark,
)
from deploy.setup.writing import PUBLIC, Owner, make_folder, place, renew, sweep
from shared.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did."""

    folder: Folder  # as it is now
    made: Sequence[str]
    was_whole: bool  # before: then what was made was added


def whoever_runs_this() -> Owner:
    """For whom a folder is made: for whoever runs this, or, run by the superuser, for nobody else."""
    return NOBODY_ELSES if os.geteuid() == 0 else Owner(os.geteuid(), os.getegid())


def init(root: Path, wishes: Wishes, owner: Owner, *, now: datetime) -> Outcome:
    """Makes the folder, or what it lacks.

    Raises Misconfigured, having made nothing, when the folder is foreign, damaged, another user's, or was
    made for something else.
    """
    root = usable(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with held(root):
            before = _begun(root, wishes, owner)
            made = list(_made(before, now))
            known = {*before.mark.made, *(piece.name for piece in PIECES)}
            return Outcome(before.remember(tuple(sorted(known))), made, before.mark.was_whole)
    except OSError as error:
        raise Misconfigured(f"{error.filename or root} cannot be made ({error.strerror})") from None


def _begun(root: Path, wishes: Wishes, owner: Owner) -> Folder:
    mark = mark_of(root)
    if mark is None:
        refuse_foreign(root)
        mark = Mark(asked=wishes.asked(), uid=owner.uid, gid=owner.gid)
        write_mark(root, mark)
        return Folder(root, mark)
    wishes.refuse_others(root, mark.asked)
    refuse_another_user(root, mark)
    return Folder(root, mark)


def _missing(folder: Folder) -> Sequence[Piece]:
    """What is to be made. Raises Misconfigured when something is gone that nobody can make again."""
    absent = [piece for piece in PIECES if not folder.path(piece.name).exists()]
    lost = [piece.name for piece in absent if piece.gone == "lost" and _was_there(folder, piece)]
    if lost:
        raise Misconfigured(
            f"{folder.root} has lost {', '.join(lost)}: put it back from your backup; nobody can make it "
            "again, and nothing was changed"
        )
    return [piece for piece in absent if piece.gone != "taken" or not _was_there(folder, piece)]


def _refuse_damaged(folder: Folder) -> None:
    """Raises Misconfigured when a secret is empty, short or cut off: others would be made from it."""
    for finding in damaged(folder):
        raise Misconfigured(
            f"{folder.path(finding.file)}: {finding.what}; {finding.do}, and nothing was changed"
        )


def _was_there(folder: Folder, piece: Piece) -> bool:
    """Whether it was made before: the mark says so, or what is made from it is there."""
    if folder.mark.was_whole:
        return piece.name in folder.mark.made
    return any(piece.name in other.of and folder.path(other.name).exists() for other in PIECES)


def _made(folder: Folder, now: datetime) -> Iterator[str]:
    """Makes what is missing, in order, and names it once it is there."""
    for name in FOLDERS:
        if folder.path(name).is_dir():
            sweep(folder.path(name))
    pieces = _missing(folder)
    _refuse_damaged(folder)
    for name, mode in FOLDERS.items():
        if make_folder(folder.path(name), mode=mode, owner=folder.owner):
            yield f"{name}/"
    for piece in pieces:
        place(folder.path(piece.name), piece.make(folder, now), mode=piece.mode, owner=folder.owner)
        yield piece.name
    yield from _completed_env(folder)


def _completed_env(folder: Folder) -> Iterator[str]:
    """Adds to `.env` what this version of the product is the first to need; the operator's lines stay."""
    path = folder.path(".env")
    text, added = completed(path.read_text(encoding="utf-8"), needed_variables(folder))
    if added:
        renew(path, text, mode=PUBLIC, owner=folder.owner)
        yield f".env: {', '.join(added)}"
