"""Mornings on a person's own wall clock, whatever the clocks do meanwhile."""

from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def morning_after(since: datetime, gap: timedelta, zone: str, at: time) -> datetime:
    """`at` o'clock on the day that lies `gap` after the day of `since`, in UTC.

    A part of a day counts as a day, so that nothing comes early; it is always a later day.
    """
    there = ZoneInfo(zone)
    days = max(1, ceil(gap / DAY))
    return _morning(since.astimezone(there).date() + days * DAY, there, at)


def next_morning(now: datetime, zone: str, at: time) -> datetime:
    """The first `at` o'clock that is still to come, in UTC."""
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    morning = _morning(today, there, at)
    return morning if morning > now else _morning(today + DAY, there, at)


def _morning(day: date, zone: ZoneInfo, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
