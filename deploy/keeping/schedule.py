"""When a backup is due: a decision over times, so that a night that was missed is made up for."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AGAIN = timedelta(hours=1)  # after one that failed


def is_due(
    last_good: datetime | None, last_tried: datetime | None, at: time, zone: ZoneInfo, now: datetime
) -> bool:
    """Whether there is no backup since the last time of day `at` on the practice's clock.

    Not within an hour of the last attempt, whatever came of it.
    """
    if last_tried is not None and now - last_tried < AGAIN:
        return False
    return last_good is None or last_good < last_moment(at, zone, now)


def last_moment(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The last time that the practice's clock showed `at`, in UTC."""
    today = now.astimezone(zone).date()
    moment = datetime.combine(today, at, zone).astimezone(UTC)
    if moment > now:
        moment = datetime.combine(today - timedelta(days=1), at, zone).astimezone(UTC)
    return moment
