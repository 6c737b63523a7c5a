"""The mail server that takes what we send, from one URL.

smtp://localhost:1025                       plain; only to this machine, or to a sink for trying out (ADR 47)
smtps://user:password@mail.example.org:465  TLS from the first byte
smtp+starttls://user:password@mail.example.org:587   TLS before anything is said, or nothing is said
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.notifications.settings import NotificationsSettings
from shared.servers import MAIL_SCHEMES, Server, split, with_login

SETTING = "NOTIFICATIONS_SMTP"
SCHEMES = MAIL_SCHEMES


@dataclass(frozen=True, slots=True)
class MailServer(Server):
    """A mail server that may be used; made by `of` or `read`."""

    @classmethod
    def of(cls, settings: NotificationsSettings) -> Self:
        """The server that the settings name. Raises Misconfigured."""
        return cls.read(settings.smtp_url, settings.smtp_ca, settings.smtp_plain_host)

    @classmethod
    def read(cls, url: str, authorities: Path | None = None, plain_host: str = "") -> Self:
        """The server that a URL names; `plain_host` is the sink that may be spoken to without TLS.

        Raises Misconfigured, without quoting what may hold a password.
        """
        return with_login(cls.at(split(url, SETTING), SCHEMES, SETTING, authorities, plain_host), SETTING)
