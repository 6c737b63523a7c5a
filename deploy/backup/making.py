"""Makes a backup: dumped, looked into, sealed, read back, copied, and old ones thinned."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deploy.backup import archive, folder, manifest
from deploy.backup.cut import cut
from deploy.backup.engines import ENDING, check, source_of, tools_of
from deploy.backup.manifest import Manifest, Part
from deploy.backup.problems import Damaged, NotBackedUp, NotCopied
from deploy.backup.settings import BackupSettings
from deploy.backup.sources import Environ, Snapshot, Source
from deploy.erased import TOMBSTONES, keep_tombstones, tombstones_in
from deploy.house import SETTINGS, practice_of
from shared.clock import Clock
from shared.errors import Misconfigured
from shared.runtime import VERSION


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is there, sealed, and was read back."""

    file: Path
    manifest: Manifest
    bytes: int


async def back_up(environ: Environ, settings: BackupSettings, to: Path, clock: Clock) -> Made:
    """Afterwards a new backup is in the folder, and old ones are thinned.

    Raises NotBackedUp, or Misconfigured; then what was there before is as it was.
    """
    recipients = archive.recipients_in(settings.backup_recipient)
    practice, tools = practice_of(environ), tools_of(environ, settings)
    sources = [source_of(service, environ, tools) for service in SETTINGS]
    with folder.held(to), _work_in(to) as work:
        at, parts = await _dumped(sources, work, clock)
        for part in parts:
            try:
                await check(part, work, tools)
            except Damaged as error:
                raise NotBackedUp(f"what was dumped is not whole: {error}") from None
        held = Manifest(product=VERSION, practice=practice.name, taken_at=at, parts=tuple(parts))
        made = await asyncio.to_thread(_sealed, held, work, to, recipients)
        await asyncio.to_thread(folder.thinned, to, settings.keep, practice.zone)
        return made


async def copy_away(made: Path, settings: BackupSettings, zone: ZoneInfo) -> Path | None:
    """The backup is also where copies belong, with whoever was erased, and old copies are thinned.

    None when nowhere is named.

    Raises NotCopied.
    """
    elsewhere = settings.backup_copy_to
    if elsewhere is None:
        return None
    copy = await asyncio.to_thread(folder.copied, made, elsewhere)
    await asyncio.to_thread(_copy_erased, settings.backup_to, elsewhere)
    await asyncio.to_thread(folder.thinned, elsewhere, settings.keep, zone)
    return copy


def _copy_erased(kept: Path, elsewhere: Path) -> None:
    """The copy names everybody whom the file beside the backups names; nobody is taken out of it."""
    try:
        keep_tombstones(elsewhere, tombstones_in(kept))
    except Misconfigured as error:
        raise NotCopied(f"{elsewhere}: the backup is there, but not all of {TOMBSTONES}: {error}") from None


async def _dumped(sources: Sequence[Source], work: Path, clock: Clock) -> tuple[datetime, list[Part]]:
    async with cut(sources, clock) as seen:
        parts = [
            await _part(source, snapshot, work)
            for source, snapshot in zip(sources, seen.snapshots, strict=True)
        ]
        return seen.at, parts


async def _part(source: Source, snapshot: Snapshot, work: Path) -> Part:
    file = work / f"{source.service}.{ENDING[source.engine]}"
    try:
        dumped = await snapshot.write(file)
        size, digest = file.stat().st_size, await asyncio.to_thread(archive.sha256_of, file)
    except OSError as error:
        raise NotBackedUp(f"{work.parent}: the backup cannot be written there ({error.strerror})") from None
    return Part(
        service=source.service,
        engine=source.engine,
        file=file.name,
        revision=dumped.revision,
        bytes=size,
        sha256=digest,
        rows=dumped.rows,
    )


def _sealed(held: Manifest, work: Path, to: Path, recipients: Sequence[Any]) -> Made:
    target = to / folder.name_of(held.taken_at)
    members = [
        archive.Member(manifest.FILE, held.model_dump_json(indent=1).encode()),
        *(archive.Member(part.file, work / part.file) for part in held.parts),
    ]
    archive.seal(target, recipients, members)
    try:
        archive.check_whole(target)
    except Damaged as error:
        target.unlink(missing_ok=True)
        raise NotBackedUp(f"what is read back is not what was written: {error}") from None
    return Made(target, held, target.stat().st_size)


@contextmanager
def _work_in(to: Path) -> Iterator[Path]:
    """A folder of our own for what is not sealed yet: gone afterwards, or at the next backup."""
    try:
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=to))
    except OSError as error:
        raise NotBackedUp(f"{to}: backups cannot be kept there ({error.strerror})") from None
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
