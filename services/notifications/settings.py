"""What notifications is told from outside."""

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """`NOTIFICATIONS_…`; there is no mail server that would be right for everybody.

    The links in mails lead to others' pages: where those are, and the keys with which they read the links.
    """

    service: str = "notifications"
    database_url: str = "sqlite+aiosqlite:///var/notifications.db"
    port: int = 8003
    smtp_url: str
    smtp_ca: Path | None = None  # a file of certificates to trust instead of the system's
    smtp_plain_host: str = ""  # a sink for trying out: mails go to it unprotected (ADR 47)
    return_address: str = ""  # `own`, or addresses: where mails come back to, with a token (ADR 41)
    link_keys: str = Field(default="", repr=False)  # under which those are sealed
    imap_url: str = ""  # the mailbox where they arrive; empty: none is read by itself (ADR 42)
    imap_password: str = Field(default="", repr=False)
    imap_ca: Path | None = None
    matching_public_url: str = Field(default="http://127.0.0.1:8002", alias="MATCHING_PUBLIC_URL")
    matching_link_keys: str = Field(min_length=1, repr=False, alias="MATCHING_LINK_KEYS")
    intake_public_url: str = Field(default="http://127.0.0.1:8001", alias="INTAKE_PUBLIC_URL")
    intake_link_keys: str = Field(min_length=1, repr=False, alias="INTAKE_LINK_KEYS")
    resources_public_url: str = Field(default="http://127.0.0.1:8004", alias="RESOURCES_PUBLIC_URL")
    resources_link_keys: str = Field(min_length=1, repr=False, alias="RESOURCES_LINK_KEYS")

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of return addresses, current first."""
        return _ring(self.link_keys)

    @property
    def matching_link_ring(self) -> tuple[str, ...]:
        """The keys of the links to matching, current first."""
        return _ring(self.matching_link_keys)

    @property
    def intake_link_ring(self) -> tuple[str, ...]:
        """The keys of the links to intake, current first."""
        return _ring(self.intake_link_keys)

    @property
    def resources_link_ring(self) -> tuple[str, ...]:
        """The keys of the links to resources, current first."""
        return _ring(self.resources_link_keys)


def _ring(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())
