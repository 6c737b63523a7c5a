"""Looks every minute what is due: a backup, a copy that is missing, the certificates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.backup.folder import backups_in, newest, on_one_disk
from deploy.backup.making import back_up, copy_away
from deploy.backup.settings import BackupSettings
from deploy.keeping.measures import Measures, certificates_until
from deploy.keeping.schedule import AGAIN, is_due
from shared.clock import Clock
from shared.errors import PracticeError
from shared.logs import described, get_logger

log = get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)
CERTIFICATES_EVERY = timedelta(hours=1)


@dataclass
class Keeper:
    """Makes what is due. What fails is said, counted, and tried again after an hour; nothing ends it."""

    environ: Mapping[str, str]
    settings: BackupSettings
    zone: ZoneInfo
    clock: Clock
    measures: Measures
    _copy_tried: datetime | None = None
    _looked_at_certificates: datetime | None = field(default=None)

    async def look(self) -> None:
        """Once; what is due is decided from what is there, so that a missed night is made up for."""
        await self._certificates()
        last = self.measures.last
        made = newest(self.settings.backup_to)
        if is_due(made, last.tried, self.settings.at, self.zone, self.clock()):
            await self._back_up()
        await self._copy_what_is_missing()

    async def _back_up(self) -> None:
        last, begun = self.measures.last, self.clock()
        last.tried = begun
        try:
            made = await back_up(self.environ, self.settings, self.settings.backup_to, self.clock)
        except PracticeError as error:
            last.ok = False
            log.error("backup.failed", why=str(error), **described(error))
            return
        last.ok, last.bytes = True, made.bytes
        last.seconds = (self.clock() - begun).total_seconds()
        self._copy_tried = None
        log.info("backup.made", name=made.file.name, seconds=round(last.seconds, 1))

    async def _copy_what_is_missing(self) -> None:
        """The newest backup, if it is not yet where copies belong: also one of a night without that disk."""
        elsewhere, now = self.settings.backup_copy_to, self.clock()
        backups = backups_in(self.settings.backup_to)
        if elsewhere is None or not backups or newest(elsewhere) == backups[0].at:
            return
        if self._copy_tried is not None and now - self._copy_tried < AGAIN:
            return
        self._copy_tried, self.measures.last.copied = now, False
        try:
            copy = await copy_away(backups[0].file, self.settings, self.zone)
        except PracticeError as error:
            log.error("backup.not_copied", why=str(error), **described(error))
            return
        self.measures.last.copied = True
        log.info("backup.copied", state=_where(backups[0].file, copy))

    async def _certificates(self) -> None:
        now = self.clock()
        if self._looked_at_certificates is None or now - self._looked_at_certificates >= CERTIFICATES_EVERY:
            self._looked_at_certificates = now
            self.measures.until = await certificates_until(self.environ)


def _where(backup: Path, copy: Path | None) -> str:
    """Whether a fire would take both."""
    return "on the same disk" if copy and on_one_disk(backup, copy) else "on another disk"
