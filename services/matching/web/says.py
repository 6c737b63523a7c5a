"""Times in the words of the practice's own people."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from shared.english import number

UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """`10:32 am`."""
    return _said(at, zone, "h:mm a")


def day_and_time(at: datetime, zone: ZoneInfo) -> str:
    """`Mon, Nov 23, 10:32 am`."""
    return _said(at, zone, "EEE, MMM d, h:mm a")


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """`Monday, November 23`."""
    return _said(at, zone, "EEEE, MMMM d")


def weekday_of(at: datetime, zone: ZoneInfo) -> str:
    """`Mon, Nov 23`."""
    return _said(at, zone, "EEE, MMM d")


def lately(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time alone for today, with its day for any other."""
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_time(at, zone) if today else day_and_time(at, zone)


def clock_of(zone: ZoneInfo) -> str:
    """`New York time`."""
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def lasting(span: timedelta) -> str:
    """`ten minutes`, `one hour`, `90 minutes`; empty for no time at all."""
    for unit, length in UNITS:
        count, rest = divmod(span, length)
        if count and not rest:
            return f"{number(count)} {unit}{'' if count == 1 else 's'}"
    return ""


def _said(at: datetime, zone: ZoneInfo, pattern: str) -> str:
    said = format_datetime(at.astimezone(zone), pattern, locale="en_US")
    return said.replace("AM", "am").replace("PM", "pm").replace("\u202f", " ")
