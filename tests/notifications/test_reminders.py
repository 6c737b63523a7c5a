"""What is planned ahead for a call: when the person is reminded, and until when that is worth saying."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.call import Call, CallClocks
from services.notifications.domain.reminders import (
    CONFIRMED_LATELY,
    LAST_MOMENT,
    Reminder,
    before,
    reminders_of,
    shown,
)
from tests.notifications.builders import LOS_ANGELES, NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOCKS = CallClocks((3 * DAY, DAY), DAY, HOUR, LOS_ANGELES)
ZONES = ["America/Los_Angeles", "America/New_York", "America/Phoenix", "Europe/Dublin", "Australia/Lord_Howe"]


def a_call(starts_in: timedelta, *, shortly: bool = False, zone: ZoneInfo = LOS_ANGELES) -> Call:
    """Booked now."""
    starts_at = NOW + starts_in
    return Call("dana", starts_at, starts_at + timedelta(minutes=20), zone, NOW, shortly)


def offsets(call: Call, now: datetime = NOW, clocks: CallClocks = CLOCKS) -> list[str]:
    return [one.offset for one in reminders_of(call, clocks, now)]


@pytest.mark.parametrize(
    ("starts_in", "shortly", "expected"),
    [
        (7 * DAY, False, ["3d", "1d"]),
        (7 * DAY, True, ["3d", "1d", "1h"]),
        (3 * DAY + 6 * HOUR, False, ["3d", "1d"]),
        (3 * DAY + 5 * HOUR, False, ["1d"]),  # the confirmation would be five hours old
        (2 * DAY, False, ["1d"]),
        (DAY + 5 * HOUR, False, []),
        (DAY, False, []),
        (DAY - timedelta(minutes=1), False, ["1h"]),
        (7 * HOUR, False, ["1h"]),
        (7 * HOUR - timedelta(minutes=1), False, []),
        (2 * HOUR, True, []),
    ],
)
def test_what_is_reminded_of_depends_on_how_far_ahead_it_is_booked(
    starts_in: timedelta, shortly: bool, expected: list[str]
) -> None:
    assert offsets(a_call(starts_in, shortly=shortly)) == expected


def test_nothing_is_planned_for_the_past() -> None:
    call = a_call(7 * DAY)

    assert offsets(call, NOW + 4 * DAY) == ["1d"]
    assert offsets(call, NOW + 4 * DAY - timedelta(seconds=1)) == ["3d", "1d"]
    assert offsets(call, NOW + 8 * DAY) == []


def test_a_move_counts_from_when_it_was_made() -> None:
    starts_at = NOW + 7 * DAY
    moved = Call("dana", starts_at, starts_at + HOUR, LOS_ANGELES, starts_at - 20 * HOUR, False)

    assert offsets(moved, moved.settled_at) == ["1h"]


def test_each_is_given_up_well_before_the_next_and_the_last_before_the_call() -> None:
    call = a_call(7 * DAY, shortly=True)
    three_days, a_day, an_hour = reminders_of(call, CLOCKS, NOW)

    assert three_days.not_after == a_day.due_at - CONFIRMED_LATELY
    assert a_day.not_after == an_hour.due_at - CONFIRMED_LATELY
    assert an_hour.not_after == call.starts_at - LAST_MOMENT
    assert [one.last for one in (three_days, a_day, an_hour)] == [False, True, False]


def test_the_only_reminder_is_the_last() -> None:
    assert [one.last for one in reminders_of(a_call(20 * HOUR), CLOCKS, NOW)] == [True]


def test_a_practice_may_have_other_clocks() -> None:
    often = CallClocks((timedelta(hours=36), timedelta(minutes=5), HOUR), 2 * DAY, HOUR, LOS_ANGELES)
    call = a_call(40 * HOUR)

    found = reminders_of(call, often, NOW)

    assert [one.offset for one in found] == ["1h", "5m"]  # 36 hours before is four hours after the booking
    assert [one.offset for one in reminders_of(a_call(47 * HOUR), often, NOW)] == ["36h", "1h", "5m"]
    assert all(one.due_at < one.not_after < call.starts_at for one in found)
    assert found[0].not_after < found[1].due_at


def test_a_practice_may_remind_of_nothing() -> None:
    never = CallClocks((), timedelta(0), HOUR, LOS_ANGELES)

    assert offsets(a_call(7 * DAY), clocks=never) == []


# --- wall clocks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        # 10:00 the day before, in spring 23 hours and in autumn 25 before the call
        ("2026-03-08T10:00-07:00", "2026-03-07T10:00-08:00"),
        ("2026-11-01T10:00-08:00", "2026-10-31T10:00-07:00"),
        # half past two does not exist on 8 March: as long after the change as it would have been
        ("2026-03-09T02:30-07:00", "2026-03-08T03:30-07:00"),
        # half past one comes twice on 1 November: its first
        ("2026-11-02T01:30-08:00", "2026-11-01T01:30-07:00"),
        ("2026-11-01T01:30-08:00", "2026-10-31T01:30-07:00"),
    ],
)
def test_a_day_before_is_the_same_time_of_day_there(starts_at: str, expected: str) -> None:
    found = before(datetime.fromisoformat(starts_at), DAY, LOS_ANGELES)

    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC


def test_an_hour_before_is_an_hour_before_whatever_the_clocks_do() -> None:
    starts_at = datetime.fromisoformat("2026-11-01T01:30-08:00")

    assert before(starts_at, HOUR, LOS_ANGELES) == starts_at - HOUR


def test_an_offset_is_shown_in_its_largest_unit() -> None:
    assert [shown(one) for one in (3 * DAY, 36 * HOUR, HOUR, timedelta(minutes=90))] == [
        "3d",
        "36h",
        "1h",
        "90m",
    ]


def every_hour_of_a_year() -> Iterator[datetime]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year == 2026:
        yield at
        at += HOUR


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=str)
def test_a_whole_year_of_calls_is_reminded_of_at_the_right_hour(zone: ZoneInfo) -> None:
    changes = set()
    for starts_at in every_hour_of_a_year():
        call = Call("dana", starts_at, starts_at + HOUR, zone, starts_at - 10 * DAY, True)
        three_days, a_day, an_hour = reminders_of(call, CLOCKS, call.settled_at)

        there = starts_at.astimezone(zone)
        for reminder, days in ((three_days, 3), (a_day, 1)):
            due = reminder.due_at.astimezone(zone)
            changes.add(due.utcoffset())
            meant = there.replace(tzinfo=None) - days * DAY
            assert due.replace(tzinfo=None) in (meant, *_skipped(meant, zone))
            assert reminder.due_at <= _earliest(meant, zone) + HOUR
        assert an_hour.due_at == starts_at - HOUR
        assert call.settled_at < three_days.due_at < a_day.due_at < an_hour.due_at < starts_at
    assert len(changes) == (1 if "Phoenix" in str(zone) else 2)


def _skipped(meant: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """What a wall clock shows instead of a time that it skips."""
    there = meant.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return (there,) if there != meant else ()


def _earliest(meant: datetime, zone: ZoneInfo) -> datetime:
    return min(meant.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


@given(
    starts_in=st.timedeltas(timedelta(0), timedelta(days=20)),
    waited=st.timedeltas(timedelta(0), timedelta(days=20)),
    shortly=st.booleans(),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    also=st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=7)), max_size=3),
)
def test_reminders_are_in_order_apart_and_in_the_future(
    starts_in: timedelta, waited: timedelta, shortly: bool, zone: ZoneInfo, also: list[timedelta]
) -> None:
    call, now = a_call(starts_in, shortly=shortly, zone=zone), NOW + waited
    clocks = CallClocks((*also, 3 * DAY, DAY), DAY, HOUR, LOS_ANGELES)

    found = reminders_of(call, clocks, now)

    assert all(now < one.due_at < one.not_after < call.starts_at for one in found)
    assert all(one.due_at >= call.settled_at + CONFIRMED_LATELY for one in found)
    assert all(_apart(this, following) for this, following in pairwise(found))
    assert sum(one.last for one in found) == min(1, len(found))


def _apart(this: Reminder, following: Reminder) -> bool:
    return this.due_at < this.not_after < following.due_at
