"""The mailbox that mails come back to, from one URL and a password.

imaps://care%40example.org@imap.example.org/Returned   TLS from the first byte; without a folder, INBOX
imap+starttls://care@imap.example.org:143              TLS before anything is said, or nothing is said
imap://care@localhost                                  plain; only to this machine
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from shared.errors import Misconfigured
from shared.servers import Schemes, Server, split

SETTING = "NOTIFICATIONS_IMAP"
SCHEMES: Schemes = {"imap": ("none", 143), "imaps": ("tls", 993), "imap+starttls": ("starttls", 143)}
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class MailboxServer(Server):
    """A mailbox that may be read; made by `read`."""

    folder: str = INBOX

    @classmethod
    def read(cls, url: str, password: str, authorities: Path | None = None) -> Self:
        """The mailbox that a URL names. Raises Misconfigured, without quoting what may hold a password."""
        parts = split(url, SETTING)
        if parts.password is not None:
            raise Misconfigured(f"{SETTING}_URL holds a password: give it as {SETTING}_PASSWORD")
        if parts.query or parts.fragment:
            raise Misconfigured(f"{SETTING}_URL ends with its folder, such as imaps://user@host/INBOX")
        server = cls.at(parts, SCHEMES, SETTING, authorities)
        if not server.username or not password:
            raise Misconfigured(f"{SETTING}_URL needs a user, and {SETTING}_PASSWORD a password")
        folder = unquote(parts.path).strip("/") or INBOX
        if not (server.username + password + folder).isprintable():
            raise Misconfigured(f"{SETTING}: user, password and folder are of characters that can be seen")
        return replace(server, password=password, folder=folder)

    @property
    def key(self) -> str:
        """What it is remembered by: says neither host nor user."""
        said = f"{self.username}@{self.host}/{self.folder}".encode()
        return hashlib.sha256(said).hexdigest()[:32]
