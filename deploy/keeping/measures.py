"""What is watched beside the services: room on the disks, days of certificates, age of backups."""

import asyncio
import shutil
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from deploy.backup.engines import database_file
from deploy.backup.folder import newest
from deploy.backup.settings import BackupSettings
from deploy.checks import places
from deploy.checks.certificates import NoTls, shown_by
from deploy.checks.places import Place, is_this_machine
from deploy.house import SETTINGS, ca_of
from shared.clock import Clock
from shared.trust import trusting

Environ = Mapping[str, str]
DAY = timedelta(days=1)


@dataclass(slots=True)
class Last:
    """What came of the last attempt; nothing yet when `tried` is None."""

    tried: datetime | None = None
    ok: bool = True
    copied: bool = True
    seconds: float = 0.0
    bytes: int = 0


@dataclass(eq=False)
class Measures(Collector):
    """Every number, as it is when somebody asks."""

    settings: BackupSettings
    folders: Mapping[str, Path]
    clock: Clock
    last: Last = field(default_factory=Last)
    until: Mapping[str, datetime] = field(default_factory=dict)  # of each certificate

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """For Prometheus; a copy that nobody asked for has no age, one that is not there is of ever ago."""
        now = self.clock()
        yield _labelled("practice_disk_free_ratio", "Part of a disk that is free", dict(self._free()))
        left = {of: (until - now) / DAY for of, until in self.until.items()}
        yield _labelled("practice_certificate_days_left", "Until a certificate is over", left)
        made = newest(self.settings.backup_to)
        yield _one("practice_backup_age_seconds", "Since the instant of the newest backup", _age(made, now))
        if self.settings.backup_copy_to is not None:
            copied = newest(self.settings.backup_copy_to)
            yield _one(
                "practice_backup_copy_age_seconds", "The same of its copy elsewhere", _age(copied, now)
            )
            yield _one("practice_backup_copy_ok", "Whether the last copy worked", float(self.last.copied))
        yield _one("practice_backup_ok", "Whether the last backup worked", float(self.last.ok))
        yield _one("practice_backup_seconds", "How long the last backup took", self.last.seconds)
        yield _one("practice_backup_bytes", "Size of the last backup", self.last.bytes)

    def _free(self) -> Iterator[tuple[str, float]]:
        for of, folder in self.folders.items():
            try:
                usage = shutil.disk_usage(_there(folder))
            except OSError:
                continue
            yield of, usage.free / usage.total


def folders_of(settings: BackupSettings, environ: Environ) -> Mapping[str, Path]:
    """The folders whose disks are seen from here: the data's where it is files, the backups', the copies'."""
    found = {"backups": settings.backup_to}
    if settings.backup_copy_to is not None:
        found["copy"] = settings.backup_copy_to
    files = (database_file(service, environ) for service in SETTINGS)
    data = next((file.parent for file in files if file is not None), None)
    return found if data is None else found | {"data": data}


async def certificates_until(environ: Environ) -> Mapping[str, datetime]:
    """When the first certificate of each kind is over: the authority's, those inside, and the public door's.

    A server that shows none at the moment is left out.
    """
    shown = _shown(environ)
    found = await asyncio.gather(*(_until(place, context) for place, context in shown))
    first = dict(_authority(environ))
    for (place, _), until in zip(shown, found, strict=True):
        if until is not None:
            first[place.scheme] = min(until, first.get(place.scheme, until))
    return first


def _authority(environ: Environ) -> Iterator[tuple[str, datetime]]:
    ca = ca_of(environ)
    if ca is not None:
        with suppress(OSError, ValueError):
            yield "ca", x509.load_pem_x509_certificate(ca.read_bytes()).not_valid_after_utc


def _shown(environ: Environ) -> Sequence[tuple[Place, ssl.SSLContext]]:
    """Each server once, however many settings name it."""
    ca = ca_of(environ)
    inside = () if ca is None else (*places.brokers(environ), *places.databases(environ))
    doors = [
        each for each in places.doors(environ) if each.scheme == "https" and not is_this_machine(each.host)
    ]
    believed = {(each.scheme, each.host, each.port): (each, ssl.create_default_context()) for each in doors}
    for each in inside:
        if ca is not None:
            believed[each.scheme, each.host, each.port] = (each, trusting(ca))
    return list(believed.values())


async def _until(place: Place, context: ssl.SSLContext) -> datetime | None:
    try:
        return (await shown_by(place, context)).until
    except (NoTls, OSError, TimeoutError, EOFError):
        return None


def _there(folder: Path) -> Path:
    """The folder, or the nearest above that exists: before the first backup there is none."""
    return next(each for each in (folder, *folder.resolve().parents) if each.exists())


def _age(made: datetime | None, now: datetime) -> float:
    return float("inf") if made is None else (now - made).total_seconds()


def _one(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def _labelled(name: str, says: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=["of"])
    for of, value in values.items():
        family.add_metric([of], value)
    return family
