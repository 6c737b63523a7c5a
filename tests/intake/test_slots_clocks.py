"""Free times are right wherever coordinator and person are, on the days when clocks change above all."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.slots import Away, Caller, Diary, Kept, Timetable, free_slots, grid
from shared.practice.calls import Calls
from tests.intake.calling import DANA

ZONES = {
    "los_angeles": "America/Los_Angeles",
    "new_york": "America/New_York",
    "phoenix": "America/Phoenix",
    "honolulu": "Pacific/Honolulu",
}
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
LENGTH, STEP = timedelta(minutes=20), timedelta(minutes=30)
ONE_DAY = timedelta(days=1)
CHANGES = [ZoneInfo(ZONES["los_angeles"]), ZoneInfo(ZONES["new_york"])]
STAYS = [ZoneInfo(ZONES["phoenix"]), ZoneInfo(ZONES["honolulu"])]
Span = tuple[time, time]


def timetable(zone: ZoneInfo, *spans: Span, closed: Sequence[date] = ()) -> Timetable:
    """A coordinator with the same hours every day."""
    caller = Caller(DANA, dict.fromkeys(range(7), spans), zone, ("en",))
    return Timetable((caller,), Calls(), frozenset(closed))


def of_day(table: Timetable, day: date) -> list[datetime]:
    """The grid of one day, in UTC."""
    zone = table.callers[0].zone
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    next_day = datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)
    return [each for each in grid(table.callers[0], table, midnight, next_day) if each < next_day]


def walls(found: Sequence[datetime], zone: ZoneInfo) -> list[str]:
    return [f"{each.astimezone(zone):%H:%M}" for each in found]


OFFICE = (time(10), time(12))
NIGHT = (time(0), time(6))


@pytest.mark.parametrize("zone", [*CHANGES, *STAYS], ids=str)
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_office_hours_are_the_same_on_the_wall_before_and_after_the_clocks_change(
    zone: ZoneInfo, change: date
) -> None:
    for day in (change - ONE_DAY, change, change + ONE_DAY):
        assert walls(of_day(timetable(zone, OFFICE), day), zone) == ["10:00", "10:30", "11:00", "11:30"]


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("los_angeles", 18, 17),
        ("new_york", 15, 14),
        ("phoenix", 17, 17),
        ("honolulu", 20, 20),
    ],
)
def test_ten_o_clock_is_another_instant_only_where_the_clocks_change(
    zone: str, winter: int, summer: int
) -> None:
    table = timetable(ZoneInfo(ZONES[zone]), OFFICE)
    for before, at, after, change in ((winter, summer, summer, SPRING), (summer, winter, winter, AUTUMN)):
        days = (change - ONE_DAY, change, change + ONE_DAY)
        assert [of_day(table, day)[0].hour for day in days] == [before, at, after]


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ("America/New_York", ["13:00", "13:00", "13:00"]),
        ("America/Phoenix", ["11:00", "10:00", "10:00"]),
        ("Pacific/Honolulu", ["08:00", "07:00", "07:00"]),
        ("Europe/Madrid", ["19:00", "18:00", "18:00"]),
    ],
)
def test_a_person_elsewhere_sees_the_same_instant_on_their_own_clock(person: str, shown: list[str]) -> None:
    table, zone = timetable(ZoneInfo(ZONES["los_angeles"]), OFFICE), ZoneInfo(person)
    days = (SPRING - ONE_DAY, SPRING, SPRING + ONE_DAY)
    assert [walls(of_day(table, day), zone)[0] for day in days] == shown


@pytest.mark.parametrize("zone", CHANGES, ids=str)
def test_a_night_in_spring_has_an_hour_less_and_no_time_that_does_not_exist(zone: ZoneInfo) -> None:
    found = of_day(timetable(zone, NIGHT), SPRING)
    assert walls(found, zone) == [
        *("00:00", "00:30", "01:00", "01:30"),
        *("03:00", "03:30", "04:00", "04:30", "05:00", "05:30"),
    ]
    assert all(later - earlier == STEP for earlier, later in pairwise(found))


@pytest.mark.parametrize("zone", CHANGES, ids=str)
def test_a_night_in_autumn_has_an_hour_more_and_each_time_is_another_instant(zone: ZoneInfo) -> None:
    found = of_day(timetable(zone, NIGHT), AUTUMN)
    assert walls(found, zone)[:6] == ["00:00", "00:30", "01:00", "01:30", "01:00", "01:30"]
    assert len(found) == len(set(found)) == 14
    assert all(later - earlier == STEP for earlier, later in pairwise(found))


@pytest.mark.parametrize("zone", STAYS, ids=str)
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_where_clocks_never_change_a_night_has_six_hours(zone: ZoneInfo, change: date) -> None:
    assert len(of_day(timetable(zone, NIGHT), change)) == 12


@pytest.mark.parametrize("zone", CHANGES, ids=str)
def test_an_hour_that_comes_twice_never_brings_a_time_before_the_opening(zone: ZoneInfo) -> None:
    found = of_day(timetable(zone, (time(1, 30), time(3))), AUTUMN)
    assert walls(found, zone) == ["01:30", "01:30", "02:00", "02:30"]


def test_hours_that_do_not_exist_are_no_hours() -> None:
    zone = ZoneInfo(ZONES["los_angeles"])
    assert of_day(timetable(zone, (time(2), time(3))), SPRING) == []
    assert walls(of_day(timetable(zone, (time(2), time(3))), SPRING + ONE_DAY), zone) == ["02:00", "02:30"]


instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)
zones = st.sampled_from([ZoneInfo(each) for each in (*ZONES.values(), "America/St_Johns", "Asia/Kathmandu")])
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
minutes = st.integers(min_value=1, max_value=60 * 48).map(lambda count: timedelta(minutes=count))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """One to three spans of a day that do not overlap."""
    edges = sorted(draw(st.lists(clocks, min_size=2, max_size=6, unique=True)))
    return list(zip(edges[0::2], edges[1::2], strict=False))


@st.composite
def diaries(draw: st.DrawFn, now: datetime) -> Diary:
    taken = []
    for number, (ahead, length) in enumerate(draw(st.lists(st.tuples(minutes, minutes), max_size=8))):
        begins = now + ahead * 7
        taken.append(Kept(str(number), DANA, begins, begins + length / 24, begins + length / 24 + STEP / 3))
    away = [
        Away("a", DANA, now + ahead * 7, now + ahead * 7 + length)
        for ahead, length in draw(st.lists(st.tuples(minutes, minutes), max_size=3))
    ]
    return Diary(kept=taken, away=away)


@given(st.data(), zones, instants, spans())
def test_whatever_the_clock_the_hours_and_the_calls_every_free_time_is_one_and_none_is_left_out(
    data: st.DataObject, zone: ZoneInfo, now: datetime, hours: list[Span]
) -> None:
    closed = [(now + timedelta(days=3)).date()]
    table = timetable(zone, *hours, closed=closed)
    diary = data.draw(diaries(now))
    found = [each.starts_at for each in free_slots(table.callers, table, diary, now)]

    possible = list(grid(table.callers[0], table, now + timedelta(hours=2), now + timedelta(days=14)))
    assert found == [each for each in possible if is_free(each, diary)]
    for starts_at in possible:
        begins, ends = (each.astimezone(zone) for each in (starts_at, starts_at + LENGTH))
        assert now + timedelta(hours=2) <= starts_at <= now + timedelta(days=14)
        assert begins.date() not in closed
        assert any(opens <= begins.time() and ends.time() <= closes for opens, closes in hours)
        assert starts_at.minute % 5 == starts_at.second == 0
    assert all(later - earlier >= LENGTH for earlier, later in pairwise(possible))


def is_free(starts_at: datetime, diary: Diary) -> bool:
    """By hand: minute for minute, in pieces of five."""
    ends_at = starts_at + LENGTH
    pieces = {starts_at + timedelta(minutes=5) * n for n in range(6)}
    for each in diary.kept:
        piece = each.starts_at - timedelta(minutes=each.starts_at.minute % 5, seconds=each.starts_at.second)
        while piece < each.kept_until:
            if piece in pieces:
                return False
            piece += timedelta(minutes=5)
    return all(ends_at <= each.begins_at or each.ends_at <= starts_at for each in diary.away)
