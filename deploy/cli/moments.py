"""Times as an operator types them, by the clock of whoever they are about."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deploy.cli.frame import wrong_usage

MOMENT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{2}:\d{2})")
Span = tuple[datetime, datetime]


def between(from_: str, to: str, zone: ZoneInfo) -> Span:
    """The instants between `2026-11-30 14:00` and `2026-11-30 16:00`, or `16:00` of the same day.

    Where the clocks go back, an hour that comes twice is meant whole. Ends the command where one is no time,
    or the second does not come after the first.
    """
    begins = _moment(from_, None)
    ends = _moment(to, begins.date())
    if ends <= begins:
        wrong_usage(f"{to} is not after {from_}")
    return begins.replace(tzinfo=zone).astimezone(UTC), ends.replace(tzinfo=zone, fold=1).astimezone(UTC)


def days(first: str, last: str, zone: ZoneInfo) -> Span:
    """The instants from the beginning of the first day to the end of the last. Ends the command as above."""
    begins, ends = _day(first), _day(last)
    if ends < begins:
        wrong_usage(f"{last} is before {first}")
    midnights = (datetime.combine(day, time(), zone) for day in (begins, ends + timedelta(days=1)))
    begins_at, ends_at = (midnight.astimezone(UTC) for midnight in midnights)
    return begins_at, ends_at


def _moment(typed: str, day: date | None) -> datetime:
    found = MOMENT.fullmatch(typed.strip())
    if found is None or (found[1] is None and day is None):
        wrong_usage(f'{typed} is not a time such as "2026-11-30 14:00"')
    on = _day(found[1]) if found[1] else day
    try:
        return datetime.combine(on or date.min, time.fromisoformat(found[2]))
    except ValueError:
        wrong_usage(f"{typed}: a day has no {found[2]}")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        wrong_usage(f"{typed} is not a day such as 2026-11-30")
