"""Making an operator's folder, and adding to it what is missing: nothing is ever put over what is there."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from deploy.setup.contents import FOLDERS, PIECES, Piece
from deploy.setup.folder import (
    NOBODY_ELSES,
    Folder,
    Mark,
    Wishes,
    held,
    mark_of,
    refuse_foreign,
    usable,
    write_mark,
)
from deploy.setup.writing import Owner, make_folder, place, sweep
from shared.errors import Misconfigured

Tell = Callable[[str], None]


def whoever_runs_this() -> Owner:
    """For whom a folder is made: for whoever runs this, or, run by the superuser, for nobody else."""
    return NOBODY_ELSES if os.geteuid() == 0 else Owner(os.geteuid(), os.getegid())


def init(root: Path, wishes: Wishes, owner: Owner, *, now: datetime, tell: Tell) -> Folder:
    """The folder, whole; `tell` hears of each file and folder once it is there.

    Raises Misconfigured, having made nothing, when the folder is foreign, damaged, another user's, or was
    made for something else.
    """
    root = usable(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with held(root):
            folder = _begun(root, wishes, owner)
            for name in FOLDERS:
                if folder.path(name).is_dir():
                    sweep(folder.path(name))
            pieces = _missing(folder)
            _make(folder, pieces, now, tell)
            return folder.remember(tuple(sorted({*folder.mark.made, *(piece.name for piece in PIECES)})))
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
    if os.geteuid() not in (0, mark.uid):
        raise Misconfigured(f"{root} belongs to user {mark.uid}: run it as that user, or as root")
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


def _was_there(folder: Folder, piece: Piece) -> bool:
    """Whether it was made before: the mark says so, or what is made from it is there."""
    if folder.mark.was_whole:
        return piece.name in folder.mark.made
    return any(piece.name in other.of and folder.path(other.name).exists() for other in PIECES)


def _make(folder: Folder, pieces: Sequence[Piece], now: datetime, tell: Tell) -> None:
    for name, mode in FOLDERS.items():
        if make_folder(folder.path(name), mode=mode, owner=folder.owner):
            tell(f"{name}/")
    for piece in pieces:
        place(folder.path(piece.name), piece.make(folder, now), mode=piece.mode, owner=folder.owner)
        tell(piece.name)
