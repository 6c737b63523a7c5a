"""Mornings on a person's own wall clock."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services.resources.domain.journey import Course
from services.resources.domain.mornings import morning_after, next_morning
from tests.resources.builders import NOW
from tests.resources.journeys import DAY, LA, NINE, la


def test_mornings_stay_at_nine_when_the_clocks_change(course: Course) -> None:
    before = datetime(2027, 3, 10, 17, tzinfo=UTC)  # nine in Los Angeles, in winter

    assert morning_after(before, 7 * DAY, LA, NINE) == datetime(2027, 3, 17, 16, tzinfo=UTC)
    assert morning_after(before, 7 * DAY, "America/Phoenix", NINE) == datetime(2027, 3, 17, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "day"),
    [(DAY, 24), (timedelta(hours=1), 24), (1.5 * DAY, 25), (timedelta(0), 24), (7 * DAY, 30)],
)
def test_a_part_of_a_day_counts_as_a_day_and_the_same_day_never_counts(gap: timedelta, day: int) -> None:
    assert morning_after(NOW, gap, LA, NINE) == la(2026, 11, day)


def test_an_hour_that_the_clocks_skip_is_the_one_after_it() -> None:
    night = datetime(2027, 3, 13, 12, tzinfo=UTC)

    assert next_morning(night + DAY / 2, LA, time(2, 30)) == datetime(2027, 3, 14, 10, 30, tzinfo=UTC)


def test_the_next_morning_is_today_s_for_whoever_is_up_early() -> None:
    assert next_morning(la(2026, 11, 24, 6), LA, NINE) == la(2026, 11, 24)
    assert next_morning(la(2026, 11, 24, 9), LA, NINE) == la(2026, 11, 25)
