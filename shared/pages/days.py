"""Days in a person's language, on a wall clock."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

DAY: Mapping[str, str] = {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM"}


def day_of(at: datetime, zone: ZoneInfo, language: str) -> str:
    """`Monday, December 21`, `lunes 21 de diciembre`."""
    return format_date(at.astimezone(zone), DAY[language], locale=language)
