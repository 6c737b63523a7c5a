"""The servers that the settings name: host, port, and which setting says so."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from deploy.checks.finding import Environ
from deploy.house import SETTINGS, Surroundings
from services.notifications.imap.server import SCHEMES as IMAP_SCHEMES
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp.server import SCHEMES as SMTP_SCHEMES

POSTGRESQL = "postgresql"
SMTP_URL, IMAP_URL = "NOTIFICATIONS_SMTP_URL", "NOTIFICATIONS_IMAP_URL"
PLAIN_HOST = "NOTIFICATIONS_SMTP_PLAIN_HOST"
PORTS = {"nats": 4222, "tls": 4222, POSTGRESQL: 5432, "https": 443, "http": 80}
PORTS |= {scheme: port for schemes in (SMTP_SCHEMES, IMAP_SCHEMES) for scheme, (_, port) in schemes.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A server by the variable that names it."""

    variable: str
    scheme: str
    host: str
    port: int

    @property
    def shown(self) -> str:
        """As an operator reads it."""
        return f"{self.host}:{self.port}"


def is_this_machine(host: str) -> bool:
    """Whether it is the loopback interface."""
    if host == "localhost":
        return True
    address = as_address(host)
    return address is not None and address.is_loopback


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The host where it is an address; None where it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def parts_of(url: str) -> SplitResult | None:
    """The parts of a URL, if it is one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme and parts.hostname else None


def brokers(environ: Environ) -> Iterator[Place]:
    """Every server of NATS."""
    for url in Surroundings.read(environ).nats_url.split(","):
        yield from _place("PRACTICE_NATS_URL", url.strip())


def databases(environ: Environ) -> Iterator[Place]:
    """The databases that are servers; SQLite is a file."""
    for settings in SETTINGS.values():
        yield from _place(settings.variable("database_url"), settings.read(environ).database_url)


def mail_servers(environ: Environ) -> Iterator[Place]:
    """Where mail goes out and, if anywhere, comes back to."""
    settings = NotificationsSettings.read(environ)
    yield from _place(SMTP_URL, settings.smtp_url)
    yield from _place(IMAP_URL, settings.imap_url)


def doors(environ: Environ) -> Iterator[Place]:
    """What the links in mails lead to."""
    for settings in SETTINGS.values():
        for field, info in settings.model_fields.items():
            name = settings.variable(field)
            if field == "public_url":
                yield from _place(name, environ.get(name, str(info.default)))


def _place(variable: str, url: str) -> Iterator[Place]:
    parts = parts_of(url)
    if parts is None:
        return
    scheme = POSTGRESQL if parts.scheme.startswith(POSTGRESQL) else parts.scheme
    host = parts.hostname or ""
    if scheme in PORTS:
        yield Place(variable, scheme, host, parts.port or PORTS[scheme])
