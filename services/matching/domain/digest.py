"""When a working day's digest is due: from its time on, until the practice closes for the day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.clock import WorkingHours


@dataclass(frozen=True, slots=True)
class Morning:
    """A working day on which the digest is due, and since when."""

    day: date
    due_at: datetime


def morning(hours: WorkingHours, digest_at: time, now: datetime) -> Morning | None:
    """The day whose digest is due at this instant, if one is.

    A practice that wants it after closing has until midnight.
    """
    day = now.astimezone(hours.zone).date()
    opening = hours.opening(day)
    if opening is None:
        return None
    due_at = datetime.combine(day, digest_at, hours.zone).astimezone(UTC)
    closes_at = opening[1].astimezone(UTC)
    midnight = datetime.combine(day + timedelta(days=1), time(), hours.zone).astimezone(UTC)
    ends_at = closes_at if due_at < closes_at else midnight
    return Morning(day, due_at) if due_at <= now < ends_at else None
