"""What is left of whoever was erased, in a file beside the backups; and whether everybody has forgotten them.

The file holds ids and keyed prints alone, a line each. A backup that is older than an erasure would bring its
person back: whoever restores one erases again by this file.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path

from deploy.house import opened
from services.intake.domain.erasure import Tombstones, stone_document, stone_of, tombstones_of
from services.matching import operations as matching
from services.notifications import operations as notifications
from services.resources import operations as resources
from shared.database import Database
from shared.errors import Misconfigured, Retryable

TOMBSTONES = "erased.jsonl"
LOOK_EVERY_SECONDS = 0.2
Forgot = Callable[[Database, Collection[str]], Awaitable[bool]]
HAS_FORGOTTEN: Mapping[str, Forgot] = {
    "matching": matching.has_forgotten,
    "notifications": notifications.has_forgotten,
    "resources": resources.has_forgotten,
}


def tombstones_in(folder: Path) -> Tombstones:
    """Whoever the file of this folder names. Raises Misconfigured when a line of it is none of ours."""
    path = folder / TOMBSTONES
    if not path.exists():
        return Tombstones()
    stones = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            stones.append(stone_of(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            raise Misconfigured(
                f"line {number} of {path} is no tombstone: take it from the copy of the backups, or out"
            ) from None
    return tombstones_of(stones)


def tombstones_kept(*folders: Path) -> Tombstones | None:
    """Whoever the files of these folders name; None where there is no such file. Raises Misconfigured."""
    if not any((folder / TOMBSTONES).exists() for folder in folders):
        return None
    found = Tombstones()
    for folder in folders:
        found = found.joined(tombstones_in(folder))
    return found


def keep_tombstones(folder: Path, stones: Tombstones) -> None:
    """The file names them too, on the disk and not in a cache alone. Raises Misconfigured where it cannot."""
    known = tombstones_in(folder)
    new = [stone_document(each) for each in stones.people if each not in known.people]
    new += [stone_document(each) for each in stones.parties if each not in known.parties]
    if not new:
        return
    lines = "".join(json.dumps(each) + "\n" for each in new)
    path = folder / TOMBSTONES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be written ({error.strerror}): a restore would bring back whoever is erased; "
            "set PRACTICE_BACKUP_TO to a folder of yours and run it again"
        ) from None


async def not_yet(
    environ: Mapping[str, str], request_ids: Collection[str], seconds: float
) -> tuple[str, ...]:
    """The services that have not forgotten all of these requests after so long; none, as soon as all have."""
    looks = round(seconds / LOOK_EVERY_SECONDS)
    waiting = tuple(HAS_FORGOTTEN)
    for look in range(looks + 1):
        waiting = tuple([each for each in waiting if not await _forgot(each, environ, request_ids)])
        if not waiting:
            return ()
        if look < looks:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    return waiting


async def scrub(services: Collection[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """No deleted byte is left in these services' databases; gives those where it could not be done now."""
    left = []
    for service in services:
        try:
            async with opened(service, environ) as database:
                await database.scrub()
        except Retryable:
            left.append(service)
    return tuple(left)


async def _forgot(service: str, environ: Mapping[str, str], request_ids: Collection[str]) -> bool:
    """A database that is away has not forgotten."""
    try:
        async with opened(service, environ) as database:
            return await HAS_FORGOTTEN[service](database, request_ids)
    except Retryable:
        return False
