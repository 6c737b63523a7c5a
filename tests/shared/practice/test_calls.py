"""The free call: how it is described in practice.yaml, and when each coordinator takes one."""

from datetime import date, time, timedelta

import pytest

from shared.practice import BadFile, Calls, Practice, load_practice
from tests.shared.practice.conftest import Edit, line_of

CALLS = "calls: {length: 20 minutes, buffer: 10 minutes, notice: 2 hours, horizon: 14 days}"
DANA = 'call_hours: {mon-thu: ["10:00-12:00", "13:30-17:30"], fri: "10:00-15:00"}'
MORNING, AFTERNOON = (time(10), time(12)), (time(13, 30), time(17, 30))


def hours_of(practice: Practice, who: str) -> dict[int, tuple[tuple[time, time], ...]]:
    coordinator = practice.coordinator(who)
    assert coordinator is not None
    return dict(practice.call_hours_of(coordinator))


def test_a_call_is_twenty_minutes_two_hours_to_two_weeks_ahead_unless_the_operator_says_otherwise(
    edited: Edit,
) -> None:
    practice = load_practice(edited("practice.yaml", CALLS, ""))

    assert practice.calls == Calls(
        length=timedelta(minutes=20),
        buffer=timedelta(minutes=10),
        notice=timedelta(hours=2),
        horizon=timedelta(days=14),
    )


def test_a_coordinator_may_take_calls_twice_a_day(los_angeles: Practice) -> None:
    hours = hours_of(los_angeles, "dana")

    assert [hours[day] for day in range(4)] == [(MORNING, AFTERNOON)] * 4
    assert hours[4] == ((time(10), time(15)),)
    assert set(hours) == set(range(5))


def test_days_that_are_not_neighbours_share_their_hours(los_angeles: Practice) -> None:
    hours = hours_of(los_angeles, "lee")

    assert hours[0] == hours[2] == ((time(9), time(12)), (time(16), time(19)))
    assert hours[1] == hours[3] == hours[4] == ((time(9), time(13)),)


def test_hours_in_any_order_are_the_same_hours(edited: Edit) -> None:
    turned = DANA.replace('"10:00-12:00", "13:30-17:30"', '"13:30-17:30", "10:00-12:00"')

    assert hours_of(load_practice(edited("practice.yaml", DANA, turned)), "dana")[0] == (MORNING, AFTERNOON)


def test_who_has_no_call_hours_takes_calls_while_the_practice_is_open(
    los_angeles: Practice, new_york: Practice
) -> None:
    assert hours_of(los_angeles, "marguerite")[4] == ((time(9), time(16)),)
    assert hours_of(new_york, "imani") == {day: ((time(9), time(17)),) for day in range(5)}


def test_a_coordinator_may_take_no_calls_at_all(edited: Edit) -> None:
    assert hours_of(load_practice(edited("practice.yaml", DANA, "call_hours: {}")), "dana") == {}


def test_hours_are_by_the_clock_of_the_coordinator_s_own_zone(
    los_angeles: Practice, new_york: Practice
) -> None:
    zones = [new_york.zone_of_coordinator(each).key for each in new_york.coordinators]

    assert zones == ["America/New_York", "America/Chicago"]
    assert {los_angeles.zone_of_coordinator(each).key for each in los_angeles.coordinators} == {
        "America/Los_Angeles"
    }


def test_nobody_takes_calls_on_a_holiday_and_a_practice_without_a_calendar_has_none(
    los_angeles: Practice, edited: Edit
) -> None:
    thanksgiving = date(2026, 11, 26)

    assert thanksgiving in los_angeles.closed_days()
    assert date(2026, 11, 27) in los_angeles.closed_days()  # the day after, in California
    assert thanksgiving not in load_practice(edited("practice.yaml", "holidays: US-CA", "")).closed_days()


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        (CALLS, "calls: {length: 0 minutes}", "calls.length", "a call takes five minutes to two hours"),
        (CALLS, "calls: {length: 3 hours}", "calls.length", "a call takes five minutes to two hours"),
        (CALLS, "calls: {length: 22 minutes}", "calls.length", "is counted in steps of five minutes"),
        (CALLS, "calls: {buffer: 90 seconds}", "calls.buffer", "is counted in steps of five minutes"),
        (CALLS, "calls: {length: 20}", "calls.length", "is not a length of time such as"),
        (CALLS, "calls: {notice: 2 working hours}", "calls.notice", "is not a length of time such as"),
        (CALLS, "calls: {horizon: 1 year}", "calls.horizon", "more than 90 days ahead"),
        (CALLS, "calls: {notice: 2 days, horizon: 1 day}", "calls", "farther ahead than the notice"),
        (CALLS, "calls: {lenght: 20 minutes}", "calls.lenght", "is not a field this file knows"),
        (DANA, 'call_hours: {mon: "17:00-09:00"}', "coordinators[0].call_hours", "closes before it opens"),
        (DANA, 'call_hours: {mon: "09:00-09:00"}', "coordinators[0].call_hours", "closes before it opens"),
        (DANA, 'call_hours: {mon: "9-17"}', "coordinators[0].call_hours.mon[0]", "is not a span of hours"),
        (DANA, "call_hours: {mon: []}", "coordinators[0].call_hours.mon", "must list at least one"),
        (
            DANA,
            'call_hours: {mon: ["09:00-12:00", "11:30-13:00"]}',
            "coordinators[0].call_hours",
            "the hours of 'mon' overlap",
        ),
        (
            DANA,
            'call_hours: {mon-wed: "09:00-12:00", wed: "13:00-14:00"}',
            "coordinators[0].call_hours",
            "'wed' names a day a second time",
        ),
        (DANA, 'call_hours: {lunes: "09:00-12:00"}', "coordinators[0].call_hours", "is not a weekday"),
        (DANA, "time_zone: Pacific", "coordinators[0].time_zone", "is not a time zone"),
    ],
)
def test_bad_hours_name_the_file_the_line_the_field_and_what_to_do(
    old: str, new: str, field: str, what: str, edited: Edit
) -> None:
    folder = edited("practice.yaml", old, new)

    with pytest.raises(BadFile) as refused:
        load_practice(folder)

    [problem] = refused.value.problems
    assert (problem.file, problem.line, problem.field) == (
        "practice.yaml",
        line_of("practice.yaml", old),
        field,
    )
    assert what in problem.what


def test_hours_that_touch_do_not_overlap(edited: Edit) -> None:
    new = 'call_hours: {mon: ["09:00-12:00", "12:00-13:00"]}'

    assert len(hours_of(load_practice(edited("practice.yaml", DANA, new)), "dana")[0]) == 2
