"""Backups: there is one of the last day, and a copy of it elsewhere."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from deploy.backup.folder import newest
from deploy.backup.settings import BackupSettings
from deploy.checks.finding import Finding, Round, doubtful, well, wrong

TOO_OLD = timedelta(hours=26)  # a day, and two hours for the making of it
LOST = "if this machine's disk is lost now, what people wrote since then is lost with it"
AT_ONCE = "run `practice backup` now, and look at the end of the log of `practice keep`"


async def backups(given: Round) -> Sequence[Finding]:
    """Where backups are made, one is not older than 26 hours, and so is its copy."""
    settings = BackupSettings.read(given.environ)
    return await asyncio.to_thread(lambda: list(judged(settings, given.clock())))


def judged(settings: BackupSettings, now: datetime) -> Iterator[Finding]:
    """What to think of the folder of backups and of its copy at this moment."""
    made = newest(settings.backup_to)
    if settings.backup_recipient is None and made is None:
        what = "none is made: PRACTICE_BACKUP_RECIPIENT names nobody who could open one"
        why = "if this machine's disk is lost, everything that people wrote is lost with it"
        do = "make a pair of keys (`practice init` does), name the public one there, and run `practice keep`"
        yield doubtful("backups", what, why, do)
        return
    if made is None:
        yield wrong("backups", f"there is none in {settings.backup_to}", LOST, AT_ONCE)
    elif now - made > TOO_OLD:
        yield wrong("backups", f"the newest in {settings.backup_to} is {_age(now - made)} old", LOST, AT_ONCE)
    else:
        yield well("backups", f"the newest is of {made:%Y-%m-%d %H:%M} UTC, {_age(now - made)} ago")
    yield _copy(settings.backup_copy_to, now)


def _copy(folder: Path | None, now: datetime) -> Finding:
    """The copy on another disk or machine."""
    if folder is None:
        what = "no copy is kept elsewhere: PRACTICE_BACKUP_COPY_TO names no folder"
        why = "a fire, a thief or one broken disk takes the practice and its backups together"
        return doubtful(
            "backup copy", what, why, "mount another machine's disk and name a folder on it there"
        )
    made = newest(folder)
    why = "a broken disk takes the practice and its backups together"
    if made is None:
        do = f"look whether the disk of {folder} is mounted, then run `practice backup`"
        return wrong("backup copy", f"there is none in {folder}", why, do)
    if now - made > TOO_OLD:
        do = f"look whether the disk of {folder} is mounted and has room, then run `practice backup`"
        return wrong("backup copy", f"the newest in {folder} is {_age(now - made)} old", why, do)
    return well("backup copy", f"the newest in {folder} is {_age(now - made)} old")


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 72 * 60 else f"{minutes // 1440} days"
