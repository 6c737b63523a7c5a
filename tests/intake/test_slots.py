"""When a coordinator can call: within their hours, by their clock, and never when they cannot."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.intake.domain.slots import (
    Away,
    Diary,
    Timetable,
    callers_for,
    free_callers,
    free_slots,
    ranked,
    to_interpret,
)
from services.intake.domain.submission import Wishes
from shared.practice import Practice
from shared.practice.calls import Calls
from tests.intake.builders import NOW, a_consultation
from tests.intake.calling import DANA, LEE, a_coordinator, a_person, a_practice, kept, local

TUESDAY = "11-24"


def starts(
    practice: Practice, diary: Diary | None = None, now: datetime = NOW, own: str | None = None, **known: Any
) -> list[datetime]:
    timetable = Timetable.of(practice)
    callers = callers_for(a_person(**known), timetable)
    return [each.starts_at for each in free_slots(callers, timetable, diary or Diary(), now, own)]


def on(day: str, found: list[datetime]) -> list[str]:
    """The times of one day, on the winter clock of Los Angeles."""
    shown = [each - timedelta(hours=8) for each in found]
    return [f"{each:%H:%M}" for each in shown if f"{each:%m-%d}" == day]


def test_a_grid_begins_with_each_span_and_has_room_for_a_call_and_the_time_kept_free_after_it() -> None:
    hours = {"tue": ["10:00-12:00", "14:10-15:00"]}
    assert on(TUESDAY, starts(a_practice(a_coordinator(call_hours=hours)))) == [
        *("10:00", "10:30", "11:00", "11:30"),
        *("14:10", "14:40"),
    ]


def test_a_call_ends_within_the_hours_and_the_time_kept_free_may_lie_behind_them() -> None:
    hours = {"tue": "10:00-10:49"}
    assert on(TUESDAY, starts(a_practice(a_coordinator(call_hours=hours)))) == ["10:00"]
    hours = {"tue": "10:00-10:50"}
    assert on(TUESDAY, starts(a_practice(a_coordinator(call_hours=hours)))) == ["10:00", "10:30"]


def test_hours_are_by_the_clock_of_whoever_calls_and_not_of_the_practice() -> None:
    in_new_york = a_coordinator(call_hours={"tue": "10:00-10:50"}, time_zone="America/New_York")
    assert on(TUESDAY, starts(a_practice(in_new_york))) == ["07:00", "07:30"]


def test_the_length_and_the_buffer_are_the_practice_s() -> None:
    calls = Calls(length=timedelta(minutes=45), buffer=timedelta(minutes=0))
    practice = a_practice(a_coordinator(call_hours={"tue": "10:00-13:00"}), calls=calls)
    assert on(TUESDAY, starts(practice)) == ["10:00", "10:45", "11:30", "12:15"]


def test_hours_that_begin_off_the_five_minutes_begin_with_the_next() -> None:
    practice = a_practice(a_coordinator(call_hours={"tue": "10:02-11:00"}))
    assert on(TUESDAY, starts(practice)) == ["10:05", "10:35"]


def test_without_hours_of_their_own_a_coordinator_has_the_practice_s() -> None:
    practice = a_practice(a_coordinator(call_hours=None))
    assert on(TUESDAY, starts(practice))[0::17] == ["09:00", "17:30"]
    assert on("11-28", starts(practice)) == []


@pytest.mark.parametrize(("early", "first"), [(timedelta(0), "12:00"), (timedelta(microseconds=1), "12:30")])
def test_a_time_is_offered_until_the_notice_begins_and_not_a_moment_later(
    early: timedelta, first: str
) -> None:
    assert on("11-23", starts(a_practice(), now=local("11-23 10:00") + early))[0] == first


def test_nothing_is_offered_beyond_the_horizon() -> None:
    found = starts(a_practice())
    assert found[-1] == NOW + timedelta(days=14)
    assert starts(a_practice(), now=NOW - timedelta(seconds=1))[-1] < found[-1]


def test_nothing_is_offered_on_a_holiday() -> None:
    found = starts(a_practice(holidays="US-CA"))
    assert on("11-25", found)
    assert on("11-26", found) == []  # Thanksgiving


def test_a_holiday_is_a_day_of_the_coordinator_s_own_calendar() -> None:
    far_west = a_coordinator(call_hours={"mon-sun": "18:00-22:00"}, time_zone="Pacific/Honolulu")
    found = starts(a_practice(far_west, holidays="US-CA"))
    days = {(each - timedelta(hours=10)).date() for each in found}
    assert date(2026, 11, 26) not in days
    assert date(2026, 11, 25) in days


def test_who_is_away_is_offered_before_and_after() -> None:
    away = Away("a", DANA, local("11-24 10:10"), local("11-24 11:30"))
    found = on(TUESDAY, starts(a_practice(), Diary(away=[away])))
    assert found[:4] == ["09:00", "09:30", "11:30", "12:00"]


def test_a_call_takes_its_time_and_the_buffer_behind_it_on_the_grid_and_off_it() -> None:
    one, other = kept(local("11-24 09:30")), kept(local("11-24 11:15"))
    found = on(TUESDAY, starts(a_practice(), Diary(kept=[one, other])))
    assert found[:5] == ["09:00", "10:00", "10:30", "12:00", "12:30"]


def test_a_call_of_one_coordinator_leaves_the_other_free() -> None:
    timetable = Timetable.of(a_practice(a_coordinator(DANA), a_coordinator(LEE)))
    slots = free_slots(timetable.callers, timetable, Diary(kept=[kept(local("11-24 09:00"))]), NOW)
    at_nine = next(each for each in slots if each.starts_at == local("11-24 09:00"))
    assert at_nine.coordinator_ids == (LEE,)
    assert at_nine.ends_at == local("11-24 09:20")


def test_who_moves_a_call_is_offered_the_time_that_it_takes_but_not_the_very_same() -> None:
    own = kept(local("11-24 09:15"), id_="mine")
    assert on(TUESDAY, starts(a_practice(), Diary(kept=[own]), own="mine"))[:2] == ["09:00", "09:30"]
    own = kept(local("11-24 09:30"), id_="mine")
    assert on(TUESDAY, starts(a_practice(), Diary(kept=[own]), own="mine"))[:2] == ["09:00", "10:00"]


def test_who_is_off_duty_takes_no_calls() -> None:
    assert starts(a_practice(a_coordinator(on_duty=False))) == []


SPANISH = a_coordinator("rosa", languages=("es", "en"))
ENGLISH = a_coordinator("lee")


@pytest.mark.parametrize(
    ("language", "wishes", "who", "interpreted"),
    [
        ("en", Wishes(), ["rosa", "lee"], ()),
        ("es", Wishes(), ["rosa"], ()),
        ("es", Wishes(languages=("en",)), ["rosa"], ()),
        ("es", Wishes(languages=("en",), language_required=True), ["rosa", "lee"], ()),
        ("en", Wishes(languages=("fa", "es"), language_required=True), ["rosa"], ()),
        ("en", Wishes(languages=("fa",), language_required=True), ["rosa", "lee"], ("fa",)),
        ("en", Wishes(language_required=True), ["rosa", "lee"], ()),
        ("fa", Wishes(), ["rosa", "lee"], ("fa",)),
    ],
)
def test_who_speaks_their_language_calls_and_where_nobody_does_everybody_with_an_interpreter(
    language: str, wishes: Wishes, who: list[str], interpreted: tuple[str, ...]
) -> None:
    person = a_person(a_consultation(preferences=wishes), language=language)
    callers = callers_for(person, Timetable.of(a_practice(SPANISH, ENGLISH)))
    assert [each.id for each in callers] == who
    assert to_interpret(person, callers[0].languages) == interpreted


def test_whoever_speaks_the_language_but_is_off_duty_does_not_count() -> None:
    rosa = a_coordinator("rosa", languages=("es",), on_duty=False)
    assert [
        each.id for each in callers_for(a_person(language="es"), Timetable.of(a_practice(rosa, ENGLISH)))
    ] == ["lee"]


def test_calls_go_round_by_load_then_by_whose_last_is_longest_ago_then_by_the_file() -> None:
    three = [a_coordinator(each) for each in ("ana", "bo", "cy")]
    callers = Timetable.of(a_practice(*three)).callers
    over = kept(NOW - timedelta(hours=1), "cy")
    ahead = kept(NOW + timedelta(days=20), "ana")
    lately = {"bo": NOW - timedelta(days=1), "cy": NOW - timedelta(days=2)}

    assert ranked(callers, Diary(), NOW) == ["ana", "bo", "cy"]
    assert ranked(callers, Diary(last_booked=lately), NOW) == ["ana", "cy", "bo"]
    assert ranked(callers, Diary(kept=[over, ahead], last_booked=lately), NOW) == ["cy", "bo", "ana"]


def test_off_the_grid_whoever_has_neither_call_nor_absence_is_free_at_any_hour() -> None:
    timetable = Timetable.of(a_practice(a_coordinator(DANA), a_coordinator(LEE), a_coordinator("bo")))
    night = local("11-24 23:10")
    diary = Diary(
        kept=[kept(night - timedelta(minutes=25))], away=[Away("a", LEE, night, night + timedelta(days=1))]
    )
    until = night + timedelta(minutes=20)
    assert free_callers(timetable.callers, timetable, diary, NOW, night, until) == ["bo"]
    assert free_callers(timetable.callers, timetable, diary, NOW, night, until, own="k") == ["bo", DANA]
