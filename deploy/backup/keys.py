"""The secrets of an installation as an archive of their own: kept apart from the data that they open."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from deploy.backup import archive, folder, manifest
from deploy.backup.manifest import KeysManifest, Secret
from deploy.backup.problems import NotBackedUp
from deploy.backup.settings import BackupSettings
from deploy.backup.verifying import opened
from deploy.local.places import Places
from shared.clock import Clock
from shared.errors import Misconfigured
from shared.runtime import VERSION

WHAT = "practice-keys"
NEVER = ("data", "backup/identity")  # what has backups of its own, and what opens them all


async def back_up_keys(root: Path, settings: BackupSettings, to: Path, clock: Clock) -> Path:
    """Afterwards the folder `to` has a sealed archive of everything under `root` but its data.

    Raises NotBackedUp, or Misconfigured when there are no secrets, or `to` is among what is backed up.
    """
    recipients = archive.recipients_in(settings.backup_recipient)
    _refuse_beside(settings.backup_to, to)
    files = sorted(_secrets_in(root))
    at = clock()
    held = KeysManifest(product=VERSION, taken_at=at, files=tuple(_described(root, file) for file in files))
    members = [archive.Member(manifest.FILE, held.model_dump_json(indent=1).encode())]
    members += [archive.Member(name, root / name) for name in files]
    with folder.held(to):
        target = to / folder.name_of(at, WHAT)
        await asyncio.to_thread(archive.seal, target, recipients, members)
    return target


async def restore_keys(file: Path, identities: Sequence[Any], root: Path) -> Sequence[str]:
    """Afterwards the files of the archive are under `root`, as they were; gives their names.

    Raises Misconfigured, before anything is changed, when one of them is there already.
    """
    async with opened(file, identities) as found:
        if not isinstance(found.manifest, KeysManifest):
            raise Misconfigured(f"{file} holds data and no secrets: restore it without --to")
        secrets = found.manifest.files
        there = [secret.file for secret in secrets if (root / secret.file).exists()]
        if there:
            raise Misconfigured(f"{root / there[0]} is there already: name an empty folder with --to")
        await asyncio.to_thread(_put, found.folder, root, secrets)
        return [secret.file for secret in secrets]


def _refuse_beside(data: Path, to: Path) -> None:
    if to.resolve() == data.resolve():
        raise Misconfigured(f"--to {to}: keep the secrets apart from the data that they open")


def _secrets_in(root: Path) -> Iterator[str]:
    """The files of an operator's folder; of the data folder of a `practice up`, what it cannot make anew."""
    places = Places(root)
    if places.keys.exists():
        names = (places.keys, places.site_key, places.event_secret)
        yield from (file.name for file in names if file.exists())
        return
    if not (root / "secrets").is_dir():
        raise Misconfigured(
            f"{root} holds no secrets of a practice: name the folder that `practice init` made with --folder"
        )
    for where, folders, files in os.walk(root):
        inside = Path(where).relative_to(root)
        folders[:] = [name for name in folders if str(inside / name) not in NEVER]
        yield from (name for file in files if (name := str(inside / file)) not in NEVER)


def _described(root: Path, name: str) -> Secret:
    try:
        found = (root / name).stat()
        digest = archive.sha256_of(root / name)
    except OSError as error:
        raise NotBackedUp(
            f"{root / name} cannot be read ({error.strerror}): run this as whom the folder belongs to"
        ) from None
    return Secret(
        file=name,
        mode=found.st_mode & 0o777,
        uid=found.st_uid,
        gid=found.st_gid,
        bytes=found.st_size,
        sha256=digest,
    )


def _put(work: Path, root: Path, secrets: Sequence[Secret]) -> None:
    for secret in secrets:
        target = root / secret.file
        missing = [each for each in (*reversed(target.parents),) if not each.exists()]
        for each in missing:
            each.mkdir(mode=0o700)
        handle = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write((work / secret.file).read_bytes())
            file.flush()
            os.fsync(file.fileno())
        target.chmod(secret.mode)
        if os.geteuid() == 0:  # nobody else may give a file away
            for each in (*missing, target):
                os.chown(each, secret.uid, secret.gid)
