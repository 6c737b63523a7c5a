"""What is made anew when it must be, from the secrets that stay: certificates, rights, the alarms' way."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from deploy.setup.certificates import NAMES, SERVER_LASTS, read_certificate
from deploy.setup.contents import BROKERS, piece_of
from deploy.setup.folder import Folder, opened
from deploy.setup.writing import renew

Renewal = Callable[[Folder, datetime], Sequence[str]]


def certificates(folder: Folder, now: datetime) -> Sequence[str]:
    """The servers' certificates, for their kept keys; the authority's too, where it would end first."""
    authority = read_certificate(folder.read("tls/ca.pem"))
    ends_before = authority.not_valid_after_utc - now < SERVER_LASTS + timedelta(days=1)
    return (*(("tls/ca.pem",) if ends_before else ()), *(f"tls/{server}.pem" for server in NAMES))


def observe(folder: Folder, now: datetime) -> Sequence[str]:
    """The way of the alarms, after `secrets/smtp_url` or the practice's owner changed."""
    return ("observe/alertmanager.yml",)


def rights(folder: Folder, now: datetime) -> Sequence[str]:
    """The broker's users and their rights, as this version of the product needs them."""
    return tuple(f"secrets/{server}.conf" for server in BROKERS)


def renew_all(root: Path, renewals: Sequence[Renewal], *, now: datetime) -> Sequence[str]:
    """Makes these anew and returns their names. Raises Misconfigured when one cannot be made."""
    with opened(root) as folder:
        names = [name for renewal in renewals for name in renewal(folder, now)]
        for name in names:
            piece = piece_of(name)
            renew(folder.path(name), piece.make(folder, now), mode=piece.mode, owner=folder.owner)
        return names
