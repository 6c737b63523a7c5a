"""Where the mail server is and how safe the way to it is, from one URL.

smtp://localhost:1025                       plain; only to this machine
smtps://user:password@mail.example.org:465  TLS from the first byte
smtp+starttls://user:password@mail.example.org:587   TLS before anything is said, or nothing is said
"""

import ipaddress
import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from shared.errors import Misconfigured

Security = Literal["none", "tls", "starttls"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server that may be used; made by `read`."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None  # certificates to trust instead of the system's

    @classmethod
    def read(cls, url: str, authorities: Path | None = None) -> "MailServer":
        """The server that a URL names. Raises Misconfigured, without quoting what may hold a password."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            raise Misconfigured("NOTIFICATIONS_SMTP_URL has a port that is not a number") from None
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise Misconfigured(
                "NOTIFICATIONS_SMTP_URL must be smtp://, smtps:// or smtp+starttls://host:port"
            )
        security, usual_port = SCHEMES[parts.scheme]
        if security == "none" and not _is_this_machine(parts.hostname):
            raise Misconfigured(
                "NOTIFICATIONS_SMTP_URL: smtp:// is plain text and only for this machine; "
                "use smtps:// or smtp+starttls://"
            )
        if (parts.username is None) != (parts.password is None):
            raise Misconfigured("NOTIFICATIONS_SMTP_URL needs a user and a password, or neither")
        if authorities is not None and not authorities.is_file():
            raise Misconfigured("NOTIFICATIONS_SMTP_CA names no file")
        return cls(
            host=parts.hostname,
            port=port or usual_port,
            security=security,
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            authorities=authorities,
        )

    @property
    def shown(self) -> str:
        """The server in words for an operator, without the password."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext | None:
        """How TLS is checked: certificates and names always are."""
        return None if self.security == "none" else _context(self.authorities)


@cache
def _context(authorities: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if authorities is None else str(authorities))


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
