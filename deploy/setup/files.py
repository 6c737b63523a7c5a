"""Looks at each file by itself: is it there, whole, its owner's alone, and can the containers read it?"""

from collections.abc import Iterator
from pathlib import Path

from deploy.setup.contents import FOLDERS, PIECES, Piece
from deploy.setup.finding import Finding
from deploy.setup.folder import Folder
from deploy.setup.shapes import damage
from deploy.setup.writing import PRIVATE

OTHERS = 0o077
FREE = ("practice", "languages")  # the operator's own files, as many as they like


def missing(folder: Folder) -> Iterator[Finding]:
    """Every file that should be there."""
    for piece in PIECES:
        if folder.path(piece.name).exists() or (piece.gone == "taken" and piece.name in folder.mark.made):
            continue
        if piece.gone == "lost" and piece.name in folder.mark.made:
            yield Finding(
                piece.name, "it is missing", "nobody can make it again", "put it back from your backup"
            )
        else:
            why = "it was removed, or this version of the product is the first to need it"
            yield Finding(piece.name, "it is missing", why, f"run `practice init {folder.root}`")


def damaged(folder: Folder) -> Iterator[Finding]:
    """Every file that is empty, short or cut off."""
    for piece in _there(folder):
        try:
            said = damage(piece.name, folder.path(piece.name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            said = "cannot be read"
        if said:
            why = "what needs it does not start, or is not safe"
            yield Finding(piece.name, f"it {said}", why, "put it back from your backup")


def open_to_others(folder: Folder) -> Iterator[Finding]:
    """Every secret, and every folder of secrets, that others on this machine may use."""
    private = {piece.name: piece.mode for piece in _there(folder) if piece.mode == PRIVATE}
    private |= {name: mode for name, mode in FOLDERS.items() if mode & OTHERS == 0}
    for name, mode in private.items():
        path = folder.path(name)
        if path.exists() and path.stat().st_mode & OTHERS:
            why = "a secret that others can read is none, and the services refuse to start with it"
            yield Finding(name, "others on this machine may use it", why, f"chmod {mode:o} {path}")


def closed_to_containers(folder: Folder) -> Iterator[Finding]:
    """Everything that the containers are given and cannot read: what root edited, more often than not."""
    named = [folder.path(piece.name) for piece in _there(folder)]
    named += [folder.path(name) for name in FOLDERS if folder.path(name).is_dir()]
    own = [each for name in FREE for each in folder.path(name).rglob("*")]
    for path in dict.fromkeys([*named, *own]):
        if not _can_be_read(path, folder):
            owner = folder.owner
            why = f"every container runs as user {owner.uid}"
            do = f"chown {owner.uid}:{owner.gid} {path}"
            yield Finding(str(path.relative_to(folder.root)), "the containers cannot read it", why, do)


def _there(folder: Folder) -> Iterator[Piece]:
    return (piece for piece in PIECES if folder.path(piece.name).is_file())


def _can_be_read(path: Path, folder: Folder) -> bool:
    try:
        seen = path.stat()
    except OSError:
        return False
    shift = 6 if seen.st_uid == folder.owner.uid else 3 if seen.st_gid == folder.owner.gid else 0
    needed = 0o5 if path.is_dir() else 0o4
    return (seen.st_mode >> shift) & needed == needed
