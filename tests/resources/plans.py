"""What must come of a journey, told in plain dates: after a week, after another. Nothing of it is resources'.

A plan says on which day each mail comes when nobody does anything, and a test how an act changes that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.resources.builders import SIX

GAPS = (7, 7, 7, 7, 14, 14)
CHECK_IN = END = READINGS = 14
PAUSE = 31  # thirty days and a half, and then the next morning
NINE = time(9)


@dataclass(frozen=True, slots=True)
class Expected:
    """One mail of the series: what is in it, and the instant at which it is due."""

    step: str
    item: str | None
    number: int
    due_at: datetime


@dataclass(slots=True)
class Diary:
    """The mails of one person, day after day on their own calendar."""

    zone: str
    day: date  # of the list, then of the last mail
    mails: list[Expected] = field(default_factory=list)

    def after(self, days: int, step: str, item: str | None) -> "Diary":
        return self.on(self.day + timedelta(days=days), step, item)

    def on(self, day: date, step: str, item: str | None) -> "Diary":
        self.day = day
        self.mails.append(Expected(step, item, len(self.mails) + 1, self.morning(day)))
        return self

    def morning(self, day: date) -> datetime:
        return datetime.combine(day, NINE, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def practices(self, first: int = 0, last: int = 6, *, times: int = 1) -> "Diary":
        for gap, item in list(zip(GAPS, SIX, strict=True))[first:last]:
            self.after(times * gap, "practice", item)
        return self

    def check_in(self, *, times: int = 1) -> "Diary":
        return self.after(times * CHECK_IN, "check_in", None)

    def readings(self, items: Sequence[str]) -> "Diary":
        for item in items:
            self.after(READINGS, "reading", item)
        return self

    def ends(self, *, times: int = 1) -> datetime:
        """When nobody has answered for long enough."""
        return self.morning(self.day + timedelta(days=times * END))
