"""Where a server of the practice's mail is and how safe the way to it is, from one URL.

Plain text goes to this machine alone, or to the one sink that is named for trying out (ADR 47). TLS begins
with the first byte, or before anything is said; certificates and names are always checked.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from shared.errors import Misconfigured

Security = Literal["none", "tls", "starttls"]
Schemes = Mapping[str, tuple[Security, int]]  # with the port that is usual
MAIL_SCHEMES: Schemes = {"smtp": ("none", 25), "smtps": ("tls", 465), "smtp+starttls": ("starttls", 587)}
S = TypeVar("S", bound="Server")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that may be used."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None  # certificates to trust instead of the system's

    @property
    def shown(self) -> str:
        """The server in words for an operator, without the password."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext | None:
        """How TLS is checked: certificates and names always are."""
        return None if self.security == "none" else _context(self.authorities)

    @classmethod
    def at(
        cls,
        parts: SplitResult,
        schemes: Schemes,
        setting: str,
        authorities: Path | None,
        plain_host: str = "",
    ) -> Self:
        """The server that a URL names; `plain_host` may be spoken to without TLS, as this machine may.

        Raises Misconfigured, without quoting what may hold a password.
        """
        host, (security, usual_port) = parts.hostname, schemes.get(parts.scheme, ("none", 0))
        port = _port(parts, setting)
        if parts.scheme not in schemes or not host:
            *some, last = (f"{scheme}://" for scheme in schemes)
            raise Misconfigured(f"{setting}_URL must be {', '.join(some)} or {last}host:port")
        if security == "none" and host != plain_host.lower() and not _is_this_machine(host):
            plain, *safe = schemes
            raise Misconfigured(
                f"{setting}_URL: {plain}:// is plain text and only for this machine; "
                f"use {' or '.join(f'{scheme}://' for scheme in safe)}"
            )
        if authorities is not None and not authorities.is_file():
            raise Misconfigured(f"{setting}_CA names no file")
        return cls(
            host=host,
            port=port or usual_port,
            security=security,
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            authorities=authorities,
        )


def mail_server(url: str, setting: str, authorities: Path | None = None, plain_host: str = "") -> Server:
    """The mail server that a URL names. Raises Misconfigured, without quoting what may hold a password."""
    return with_login(Server.at(split(url, setting), MAIL_SCHEMES, setting, authorities, plain_host), setting)


def with_login(server: S, setting: str) -> S:
    """The server, if it is told a user and a password, or neither. Raises Misconfigured."""
    if (server.username is None) != (server.password is None):
        raise Misconfigured(f"{setting}_URL needs a user and a password, or neither")
    return server


def split(url: str, setting: str) -> SplitResult:
    """The parts of a URL. Raises Misconfigured when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        raise Misconfigured(f"{setting}_URL is no address of a server") from None


def _port(parts: SplitResult, setting: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise Misconfigured(f"{setting}_URL has a port that is not a number") from None


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
