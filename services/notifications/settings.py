"""What notifications is told from outside."""

from pathlib import Path

from shared.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """`NOTIFICATIONS_…`; there is no mail server that would be right for everybody."""

    service: str = "notifications"
    database_url: str = "sqlite+aiosqlite:///var/notifications.db"
    port: int = 8003
    smtp_url: str
    smtp_ca: Path | None = None  # a file of certificates to trust instead of the system's
