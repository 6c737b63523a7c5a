"""What working time means."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import WorkingHours

ZONE = ZoneInfo("America/Los_Angeles")
WEEKDAYS = {day: (time(9), time(17)) for day in range(5)}
THANKSGIVING = date(2026, 11, 26)
HOURS = WorkingHours(ZONE, WEEKDAYS, {THANKSGIVING})


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def test_four_working_hours_on_a_monday_morning_end_that_afternoon() -> None:
    assert HOURS.after(at(23, 9, 30), timedelta(hours=4)) == at(23, 13, 30)


def test_what_comes_in_the_evening_is_counted_from_the_next_opening() -> None:
    assert HOURS.after(at(23, 21), timedelta(hours=4)) == at(24, 13)


def test_the_rest_of_a_day_carries_over_a_weekend() -> None:
    assert HOURS.after(at(20, 16), timedelta(hours=4)) == at(23, 12)


def test_a_holiday_is_no_working_day() -> None:
    assert HOURS.after(at(25, 16), timedelta(hours=4)) == at(27, 12)
    assert not HOURS.is_open(at(26, 10))


def test_the_desk_is_open_from_nine_until_before_five() -> None:
    assert [HOURS.is_open(at(23, hour)) for hour in (8, 9, 16, 17)] == [False, True, True, False]


def test_a_night_shift_across_the_clock_change_counts_hours_that_pass() -> None:
    nightly = WorkingHours(ZONE, dict.fromkeys(range(7), (time(0), time(6))), set())

    assert nightly.after(at(1, 0, 30), timedelta(hours=2)) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def test_a_practice_that_never_opens_is_an_error_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="working hours"):
        WorkingHours(ZONE, {}, set()).after(at(23, 9), timedelta(hours=1))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_time_adds_up(start: datetime, first: int, second: int) -> None:
    whole = HOURS.after(start, timedelta(hours=first + second))

    assert HOURS.after(HOURS.after(start, timedelta(hours=first)), timedelta(hours=second)) == whole
