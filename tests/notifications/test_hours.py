"""Hours of the day, on the days when the clocks change too."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.hours import DailyHours

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def hours(opens: str, closes: str) -> DailyHours:
    found = DailyHours.read(opens, closes)
    assert found is not None
    return found


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOS_ANGELES, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("9:00", "10:00"), ("09:00", "09:00"), ("24:00", "08:00"), ("", ""), ("nine", "ten")],
)
def test_hours_that_cannot_be_understood_are_not_guessed(opens: str, closes: str) -> None:
    assert DailyHours.read(opens, closes) is None


@pytest.mark.parametrize(
    ("span", "after", "opening"),
    [
        (("09:00", "17:00"), local("2026-11-23 08:59"), local("2026-11-23 09:00")),
        (("09:00", "17:00"), local("2026-11-23 12:00"), local("2026-11-23 12:00")),
        (("09:00", "17:00"), local("2026-11-23 17:00"), local("2026-11-24 09:00")),
        (("22:00", "06:00"), local("2026-11-23 12:00"), local("2026-11-23 22:00")),
        (("22:00", "06:00"), local("2026-11-23 05:59"), local("2026-11-23 05:59")),
        # 8 March 2026: at two the clocks show three
        (("02:30", "04:00"), local("2026-03-08 01:00"), local("2026-03-08 03:00")),
        (("02:15", "02:45"), local("2026-03-08 01:00"), local("2026-03-09 02:15")),
        (("08:00", "21:00"), local("2026-03-07 22:00"), local("2026-03-08 08:00")),
        # 1 November 2026: at two the clocks show one again
        (("01:30", "01:45"), local("2026-11-01 01:50"), local("2026-11-01 01:30", fold=1)),
        (("00:30", "01:15"), local("2026-11-01 01:20"), local("2026-11-01 01:00", fold=1)),
        (("08:00", "21:00"), local("2026-10-31 22:00"), local("2026-11-01 08:00")),
    ],
)
def test_the_next_opening_is_by_the_wall_clock(
    span: tuple[str, str], after: datetime, opening: datetime
) -> None:
    assert hours(*span).next_opening(after, LOS_ANGELES) == opening


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(
    TIMES,
    TIMES,
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(["America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_no_minute_before_the_opening_lies_within(
    opens: time, closes: time, after: datetime, zone_name: str
) -> None:
    if opens == closes:
        return
    zone, span = ZoneInfo(zone_name), DailyHours(opens, closes)

    opening = span.next_opening(after, zone)

    assert span.holds(opening, zone)
    assert after <= opening <= after + timedelta(hours=48)
    at = after
    while at < opening:
        assert not span.holds(at, zone)
        at += timedelta(minutes=1)
