"""The mail server that takes what we send, from one URL.

smtp://localhost:1025                       plain; only to this machine
smtps://user:password@mail.example.org:465  TLS from the first byte
smtp+starttls://user:password@mail.example.org:587   TLS before anything is said, or nothing is said
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.notifications.servers import Schemes, Server, split
from shared.errors import Misconfigured

SETTING = "NOTIFICATIONS_SMTP"
SCHEMES: Schemes = {"smtp": ("none", 25), "smtps": ("tls", 465), "smtp+starttls": ("starttls", 587)}


@dataclass(frozen=True, slots=True)
class MailServer(Server):
    """A mail server that may be used; made by `read`."""

    @classmethod
    def read(cls, url: str, authorities: Path | None = None) -> Self:
        """The server that a URL names. Raises Misconfigured, without quoting what may hold a password."""
        server = cls.at(split(url, SETTING), SCHEMES, SETTING, authorities)
        if (server.username is None) != (server.password is None):
            raise Misconfigured(f"{SETTING}_URL needs a user and a password, or neither")
        return server
