"""MIME: `compose` makes the bytes of one mail to one recipient."""

from collections.abc import Mapping
from datetime import datetime

from services.notifications.rendering import Rendered


def compose(
    rendered: Rendered,
    *,
    sender: tuple[str, str],  # name, address
    recipient: tuple[str, str],
    message_id: str,
    date: datetime,
    reply_to: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes: ...
