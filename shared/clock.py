"""The clock: the only place that reads it, and what working time means.

Time is handed to everything else as an aware `datetime` in UTC; zones are IANA names.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

LOOK_AHEAD = timedelta(days=366)


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a practice is open: by weekday (0 is Monday), on the wall clock of `zone`, except on holidays."""

    zone: ZoneInfo
    weekly: Mapping[int, tuple[time, time]]
    holidays: Container[date]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at the desk at this instant."""
        local = at.astimezone(self.zone)
        opening = self.opening(local.date())
        return opening is not None and opening[0] <= local < opening[1]

    def after(self, start: datetime, working: timedelta) -> datetime:
        """The instant when `working` time has passed since `start`, in UTC.

        Elapsed time is counted, so a day on which the clocks change counts what it really has. Raises
        ValueError when the practice does not open for a year.
        """
        day = start.astimezone(self.zone).date()
        left = working
        while day - start.astimezone(self.zone).date() <= LOOK_AHEAD:
            opening = self.opening(day)
            day += timedelta(days=1)
            if opening is None:
                continue
            begin = max(opening[0].astimezone(UTC), start.astimezone(UTC))
            available = opening[1].astimezone(UTC) - begin
            if available <= timedelta(0):
                continue
            if left <= available:
                return begin + left
            left -= available
        raise ValueError("no working hours within a year")

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """When the practice opens and closes on this day, on its wall clock; None on a day off."""
        hours = self.weekly.get(day.weekday())
        if hours is None or day in self.holidays:
            return None
        return (
            datetime.combine(day, hours[0], tzinfo=self.zone),
            datetime.combine(day, hours[1], tzinfo=self.zone),
        )
