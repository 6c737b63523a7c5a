"""Puts a backup in place of empty databases, so that nothing is lost that it holds and nothing goes twice.

Every fact it holds is told again, and handled only where it was not: the inboxes know. What the system before
may have sent is kept back, and whoever was erased is erased again. What else it did after the backup nobody
can know here.
"""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.backup.engines import check, target_of, tools_of
from deploy.backup.manifest import Manifest, Part, Rows
from deploy.backup.settings import BackupSettings
from deploy.backup.sources import Environ, Target
from deploy.backup.sqlite import SqliteTarget
from deploy.backup.verifying import opened
from deploy.erased import tombstones_kept
from deploy.house import SETTINGS, ca_of, migrate, owner_database_url, vault_of
from services.intake import operations as intake
from services.intake.domain.erasure import Tombstones
from services.notifications import operations as notifications
from shared import migrations
from shared.clock import Clock
from shared.database import Database
from shared.errors import Misconfigured
from shared.messaging import outbox
from shared.messaging.entrance import BusSettings
from shared.messaging.stored import messages_stored
from shared.messaging.visit import BrokerAway

TOLD_AGAIN = "restored"  # no stream was ever made at this time, so every relay tells all anew
MAIL_LAST = "notifications"
PATH_OF_SECRETS = "it holds secrets and no data: put it in place with --to FOLDER"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `broker_seen`: whether the broker was asked what it keeps.

    `erased`: how many of those who had been erased before are erased again; None where no file names them.
    """

    manifest: Manifest
    until: datetime
    kept_back: int
    told_again: Mapping[str, int]
    broker_seen: bool
    erased: int | None


async def restore(
    file: Path,
    identities: Sequence[Any],
    environ: Environ,
    settings: BackupSettings,
    bus: BusSettings | None,
    clock: Clock,
    until: datetime | None = None,
) -> Restored:
    """Afterwards the databases hold what the backup holds, at the revision of this code.

    `until`: when the system before was last alive; of the backup's instant where nobody knows. `bus`: None
    where there is no broker yet. Raises Misconfigured, before anything is changed, when it must not be done;
    Damaged when the file is not whole.
    """
    tools = tools_of(environ, settings)
    async with opened(file, identities) as found, AsyncExitStack() as alone:
        if not isinstance(found.manifest, Manifest):
            raise Misconfigured(f"{file} cannot be restored into databases: {PATH_OF_SECRETS}")
        parts = _mail_last(found.manifest)
        gone = _gone(settings.backup_to, file.parent, environ)
        lived_until = _lived_until(found.manifest, until, clock())
        for part in parts:
            await check(part, found.folder, tools)
        targets = {part.service: target_of(part, environ, tools) for part in parts}
        for target in targets.values():
            await alone.enter_async_context(target.alone())
        for target in targets.values():
            await _refuse_full(target)
        broker_seen = await _refuse_old_facts(bus)
        told_again = {}
        for part in parts:
            await targets[part.service].put(found.folder / part.file)
            await migrate(part.service, environ)
            told_again[part.service] = await _tell_again(part.service, environ)
        kept_back = await _keep_back(environ, found.manifest.taken_at, lived_until, clock())
        erased = await _erase_again(environ, gone, clock())
        return Restored(found.manifest, lived_until, kept_back, told_again, broker_seen, erased)


def _mail_last(manifest: Manifest) -> list[Part]:
    """The parts, notifications' last. Raises Misconfigured when one is missing or newer code made it."""
    parts = {part.service: part for part in manifest.parts}
    if set(parts) != set(SETTINGS):
        raise Misconfigured(f"the backup is of {', '.join(parts)}: this code wants {', '.join(SETTINGS)}")
    newer = [f"{part.service} {part.revision}" for part in manifest.parts if not _known(part)]
    if newer:
        raise Misconfigured(
            f"the backup was made by newer code ({', '.join(newer)}): install version {manifest.product} or "
            "later, then restore"
        )
    return sorted(parts.values(), key=lambda part: part.service == MAIL_LAST)


def _gone(kept: Path, beside: Path, environ: Environ) -> Tombstones | None:
    """Whoever was erased, by the files beside the backups and beside this one.

    Raises Misconfigured where they could not be erased again, for want of intake's keys.
    """
    stones = tombstones_kept(kept, beside)
    if stones is not None:
        vault_of(environ)
    return stones


def _known(part: Part) -> bool:
    return migrations.knows(part.service, part.revision)


def _lived_until(manifest: Manifest, until: datetime | None, now: datetime) -> datetime:
    if until is None:
        return manifest.taken_at
    if until < manifest.taken_at:
        raise Misconfigured("--until is before the backup was made: the system was alive then")
    if until > now:
        raise Misconfigured("--until has not come yet: mails of the future would be kept back")
    return until


async def _refuse_full(target: Target) -> None:
    """Raises Misconfigured unless the database is as new: without tables, or as a migration leaves them."""
    rows = await target.rows()
    filled = {table: count for table, count in (rows or {}).items() if count}
    if filled and filled != await _as_new(target.service):
        told = ", ".join(f"{table} {count}" for table, count in sorted(filled.items())[:4])
        raise Misconfigured(
            f"the database of {target.service} is not empty ({told}): a backup is restored into empty ones "
            "alone; move it away first, or name another"
        )


async def _as_new(service: str) -> Rows:
    """The rows that migrations alone put into a database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        await migrations.upgrade(service, f"sqlite+aiosqlite:///{file}")
        rows = await SqliteTarget(service, file).rows()
        return {table: count for table, count in (rows or {}).items() if count}


async def _refuse_old_facts(bus: BusSettings | None) -> bool:
    """Raises Misconfigured when the broker keeps facts; they are of a time that the backup does not know."""
    if bus is None:
        return False
    try:
        stored = await messages_stored(bus)
    except BrokerAway:
        return False
    full = {stream: count for stream, count in stored.items() if count}
    if full:
        told = ", ".join(f"{stream} {count}" for stream, count in full.items())
        raise Misconfigured(
            f"NATS still keeps messages ({told}), of a time that the backup does not know: stop it, move its "
            "store away (data/nats), and restore again; the databases tell every fact anew"
        )
    return True


async def _tell_again(service: str, environ: Environ) -> int:
    """Every fact that was ever published waits to be published again; gives how many."""
    database = Database.open(owner_database_url(service, environ), ca=ca_of(environ))
    try:
        async with database.transaction() as tx:
            return await outbox.reopen_lost(tx, TOLD_AGAIN)
    finally:
        await database.close()


async def _keep_back(environ: Environ, taken_at: datetime, until: datetime, now: datetime) -> int:
    database = Database.open(owner_database_url(MAIL_LAST, environ), ca=ca_of(environ))
    try:
        return await notifications.keep_back(database, taken_at, until, now)
    finally:
        await database.close()


async def _erase_again(environ: Environ, gone: Tombstones | None, now: datetime) -> int | None:
    """Whoever had been erased is gone again, and the fact that tells everybody waits; gives how many."""
    if gone is None:
        return None
    database = Database.open(owner_database_url("intake", environ), ca=ca_of(environ))
    try:
        back = await intake.erase_again(database, vault_of(environ), gone, now)
        await database.scrub()
    finally:
        await database.close()
    return len(back.people) + len(back.parties)
