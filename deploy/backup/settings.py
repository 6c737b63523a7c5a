"""What backups are told: where they go, for whom they are sealed, when they are made, how long they stay."""

from collections.abc import Mapping
from datetime import time
from ipaddress import IPv4Address
from pathlib import Path
from typing import Self

from pydantic import Field

from deploy.backup.thinning import Keep
from deploy.house import Surroundings
from shared.settings import Folder

HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"
EVERYWHERE = str(IPv4Address(0))  # inside a network that nobody else is in
OWN = "backups"  # in the data folder of `practice up`


class BackupSettings(Surroundings):
    """`PRACTICE_BACKUP_…`, and where `practice keep` answers."""

    backup_to: Path = Path("var/backups")
    backup_recipient: Folder = None  # a file of age public keys
    backup_copy_to: Folder = None  # a folder on another disk or machine
    backup_at: str = Field(default="02:30", pattern=HOUR)  # by the practice's clock
    backup_keep_daily: int = Field(default=14, ge=1)
    backup_keep_weekly: int = Field(default=8, ge=0)
    backup_keep_monthly: int = Field(default=12, ge=0)
    pg_bin: Folder = None  # where pg_dump and pg_restore are, if not on the PATH
    keep_host: str = EVERYWHERE
    keep_port: int = Field(default=9400, ge=0, le=65535)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """As ever; beside `practice up`, backups go into its data folder unless another is named."""
        settings = super().read(environ)
        data_dir = (environ or {}).get("PRACTICE_DATA_DIR")
        if data_dir and "PRACTICE_BACKUP_TO" not in (environ or {}):
            return settings.model_copy(update={"backup_to": Path(data_dir) / OWN})
        return settings

    @property
    def at(self) -> time:
        """When a backup is made, every day."""
        return time.fromisoformat(self.backup_at)

    @property
    def keep(self) -> Keep:
        """Which backups are kept."""
        return Keep(self.backup_keep_daily, self.backup_keep_weekly, self.backup_keep_monthly)
