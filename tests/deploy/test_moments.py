"""Times as an operator types them: by the clock of the coordinator they are about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from deploy.cli.moments import between, days

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def test_hours_are_by_the_coordinators_clock() -> None:
    assert between("2026-11-30 14:00", "2026-11-30 16:30", LOS_ANGELES) == (
        datetime(2026, 11, 30, 22, tzinfo=UTC),
        datetime(2026, 12, 1, 0, 30, tzinfo=UTC),
    )


def test_the_end_on_the_same_day_needs_no_day() -> None:
    assert between("2026-11-30T14:00", "16:30", LOS_ANGELES) == between(
        "2026-11-30 14:00", "2026-11-30 16:30", LOS_ANGELES
    )


def test_leave_lasts_from_the_first_midnight_to_the_last() -> None:
    assert days("2026-12-24", "2026-12-31", LOS_ANGELES) == (
        datetime(2026, 12, 24, 8, tzinfo=UTC),
        datetime(2027, 1, 1, 8, tzinfo=UTC),
    )


def test_a_day_on_which_the_clocks_change_is_a_day() -> None:
    begins, ends = days("2026-03-08", "2026-03-08", LOS_ANGELES)
    assert (ends - begins).total_seconds() == 23 * 3600
    begins, ends = days("2026-11-01", "2026-11-01", LOS_ANGELES)
    assert (ends - begins).total_seconds() == 25 * 3600


def test_an_hour_that_comes_twice_is_meant_whole() -> None:
    begins, ends = between("2026-11-01 01:00", "2026-11-01 01:30", LOS_ANGELES)

    assert (ends - begins).total_seconds() == 1.5 * 3600


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("14:00", "16:00"),  # on which day?
        ("2026-11-30", "2026-12-01"),
        ("2026-11-30 2pm", "16:00"),
        ("2026-11-31 14:00", "16:00"),
        ("2026-11-30 25:00", "2026-12-01 09:00"),
        ("2026-11-30 14:00", "14:00"),
        ("2026-11-30 14:00", "13:00"),
    ],
)
def test_what_is_no_span_of_hours_is_wrong_usage(
    from_: str, to: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        between(from_, to, LOS_ANGELES)

    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("first", "last"), [("2026-12-24", "2026-12-23"), ("24.12.", "2026-12-31"), ("", "")]
)
def test_what_are_no_days_is_wrong_usage(first: str, last: str) -> None:
    with pytest.raises(typer.Exit) as ended:
        days(first, last, LOS_ANGELES)

    assert ended.value.exit_code == 2
