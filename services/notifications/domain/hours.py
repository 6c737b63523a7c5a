"""A daily stretch of wall-clock time in a person's zone, right on the days when the clocks change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOOK_AHEAD = timedelta(days=3)  # a stretch that a clock change swallows comes back on the next day
_STEP = timedelta(minutes=15)  # every zone of today changes its clocks on a quarter of an hour
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class DailyHours:
    """From `opens` to just before `closes`; over midnight when `closes` is the earlier. Never empty."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens == self.closes:
            raise ValueError("hours that open and close at the same time say nothing")

    @classmethod
    def read(cls, opens: str, closes: str) -> "DailyHours | None":
        """The hours written as "HH:MM"; None when they cannot be understood."""
        if not _CLOCK.fullmatch(opens) or not _CLOCK.fullmatch(closes) or opens == closes:
            return None
        return cls(time.fromisoformat(opens), time.fromisoformat(closes))

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether a clock on the wall there shows a time within these hours."""
        shown = at.astimezone(zone).time()
        if self.opens < self.closes:
            return self.opens <= shown < self.closes
        return shown >= self.opens or shown < self.closes

    def next_opening(self, after: datetime, zone: ZoneInfo) -> datetime:
        """The first instant from `after` on that lies within these hours, in UTC."""
        start = after.astimezone(UTC)
        if self.holds(start, zone):
            return start
        entries = (*self._openings(start, zone), *_clock_changes(start, zone))
        return min(one for one in entries if one > start and self.holds(one, zone))

    def _openings(self, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """When the wall clock shows `opens`: twice in a repeated hour."""
        today = start.astimezone(zone).date()
        for ahead in range(-1, _LOOK_AHEAD.days + 1):
            opening = datetime.combine(today + timedelta(days=ahead), self.opens, tzinfo=zone)
            for fold in (0, 1):
                yield opening.replace(fold=fold).astimezone(UTC)


def _clock_changes(start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clocks there are put forward or back: a wall clock may land within the hours."""
    at = datetime(start.year, start.month, start.day, tzinfo=UTC)
    end = start + _LOOK_AHEAD
    offset = at.astimezone(zone).utcoffset()
    while at < end:
        at += _STEP
        now = at.astimezone(zone).utcoffset()
        if now != offset:
            offset = now
            yield at


def zone_of(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of that name, or the other where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
