"""The practice's mail server as `secrets/smtp_url` names it, for the alarms."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from shared.errors import Misconfigured

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TLS_AT_ONCE = 465  # where alone Alertmanager begins with TLS

SAID = "secrets/smtp_url must be smtps://user:password@mail.example.org or smtp+starttls://…"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where alarms are handed over."""

    scheme: str
    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)

    @classmethod
    def read(cls, url: str) -> Self:
        """The server that a URL names. Raises Misconfigured, without quoting what may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            raise Misconfigured(SAID) from None
        if not parts.hostname or not port or (parts.username is None) != (parts.password is None):
            raise Misconfigured(SAID)
        if parts.scheme == "smtps" and port != TLS_AT_ONCE:
            raise Misconfigured(
                f"secrets/smtp_url: alarms can be sent by smtps:// on port {TLS_AT_ONCE} alone, "
                f"not on {port}; use that port, or smtp+starttls://"
            )
        return cls(parts.scheme, parts.hostname, port, *_login(parts))


def _login(parts: SplitResult) -> tuple[str | None, str | None]:
    if parts.username is None or parts.password is None:
        return None, None
    return unquote(parts.username), unquote(parts.password)
