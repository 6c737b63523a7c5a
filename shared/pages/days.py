"""Days in a person's language, on a wall clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.language import said_at


def day_of(at: datetime, zone: ZoneInfo, language: str) -> str:
    """`Monday, December 21`, `lunes 21 de diciembre`."""
    return said_at("date.day", at, zone, language)
