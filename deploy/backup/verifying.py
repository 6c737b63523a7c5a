"""Looks into a backup: whether it is whole and, with the identity, whether it could be restored."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy.backup import archive, manifest
from deploy.backup.engines import check
from deploy.backup.manifest import KeysManifest, Manifest, Part, Secret
from deploy.backup.postgres import PostgresTarget
from deploy.backup.problems import Damaged
from deploy.backup.tools import ToolFailed, Tools
from shared.errors import Misconfigured
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was opened, whole, into a folder that is gone afterwards."""

    manifest: Manifest | KeysManifest
    folder: Path


@asynccontextmanager
async def opened(file: Path, identities: Sequence[Any]) -> AsyncIterator[Opened]:
    """Every file of the archive, each as the manifest describes it. Raises Damaged, Misconfigured."""
    await asyncio.to_thread(archive.check_whole, file)
    work = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="practice-backup-"))
    try:
        try:
            await asyncio.to_thread(archive.unpack, file, identities, work)
        except OSError as error:
            raise Misconfigured(
                f"{work.parent}: the backup cannot be opened there ({error.strerror}): name a folder with "
                "room in TMPDIR"
            ) from None
        found = manifest.read(work)
        for part in found.parts if isinstance(found, Manifest) else found.files:
            await asyncio.to_thread(_check_bytes, part, work)
        yield Opened(found, work)
    finally:
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)


async def verify(
    file: Path, identities: Sequence[Any], tools: Tools, scratch: str | None
) -> Manifest | KeysManifest:
    """The archive is whole, and every database in it holds what it held. Raises Damaged.

    With `scratch`, the URL of a PostgreSQL database whose user may make others, each dump is restored there.
    """
    async with opened(file, identities) as found:
        if isinstance(found.manifest, Manifest):
            for part in found.manifest.parts:
                await check(part, found.folder, tools)
                if scratch is not None and part.engine == "postgresql":
                    await _restored_for_once(part, found.folder, tools, scratch)
        return found.manifest


def _check_bytes(part: Part | Secret, folder: Path) -> None:
    file = folder / part.file
    if not file.is_file() or file.stat().st_size != part.bytes or archive.sha256_of(file) != part.sha256:
        raise Damaged(f"{part.file} in the archive is not what the manifest says")


async def _restored_for_once(part: Part, folder: Path, tools: Tools, scratch: str) -> None:
    """Into a database that is there for this alone."""
    name = f"practice_verify_{new_id().replace('-', '')}"
    url = sa.make_url(scratch).set(database=name).render_as_string(hide_password=False)
    try:
        await tools.run(scratch, "createdb", name)
        try:
            target = PostgresTarget(part.service, url, tools)
            await target.put(folder / part.file)
            found = await target.rows()
        finally:
            await tools.run(scratch, "dropdb", "--if-exists", name)
    except ToolFailed as error:
        raise Misconfigured(f"--scratch: {error}") from None
    if found != part.rows:
        raise Damaged(f"{part.file}, restored for once, does not hold what the manifest says")
