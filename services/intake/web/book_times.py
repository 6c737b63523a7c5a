"""When a call can be, in words: days and times on the wall clock of a zone, and what people call the zone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location, get_timezone_name

from services.intake.domain.call import Slot
from services.intake.web.choices import Choice
from services.intake.web.words import words_of
from shared.language import locale_of, message, said_clock, spoken
from shared.pages.days import day_of
from shared.practice import Practice

CODE = "%Y-%m-%dT%H:%MZ"  # of a time in a form: the instant, whatever zone it is shown in


@dataclass(frozen=True, slots=True)
class Time:
    """One time that can be chosen."""

    code: str
    clock: str
    whole: str  # with its day, for whoever hears the button alone


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its free times; `open` where the eye should fall first."""

    name: str
    times: Sequence[Time]
    open: bool


def days_of(slots: Sequence[Slot], zone: ZoneInfo, language: str, chosen: datetime | None) -> list[Day]:
    """The free times by day. The day of the chosen time is open, else the first."""
    at = sorted(each.starts_at.astimezone(zone) for each in slots)
    days = {day: list(times) for day, times in groupby(at, key=lambda each: each.date())}
    wanted = chosen.astimezone(zone).date() if chosen else None
    first = wanted if wanted in days else next(iter(days), None)
    return [_day(times, zone, language, is_open=day == first) for day, times in days.items()]


def code_of(at: datetime) -> str:
    """The time as a form sends it."""
    return at.astimezone(UTC).strftime(CODE)


def day_and_time(at: datetime, zone: ZoneInfo, language: str) -> str:
    """`Tuesday, November 24 at 10:30 am`, `martes 24 de noviembre a las 10:30`."""
    local = at.astimezone(zone)
    say = words_of(language)
    clock = clock_said(local.hour, local.minute, language)
    return say("book.at", count=local.hour, day=day_of(local, zone, language), clock=clock)


def begun_large(text: str) -> str:
    """The text as it begins a line."""
    return text[:1].upper() + text[1:]


def zones(practice: Practice, own: str, language: str, now: datetime) -> list[Choice]:
    """The zones of the states, from east to west, and the person's own when it is none of them."""
    known = {state.time_zone for state in practice.rules.states.values()} | {own}
    eastmost = sorted(known, key=lambda each: (-_offset(each, now), each))
    return [Choice(each, zone_name(each, language)) for each in eastmost]


@lru_cache(maxsize=2048)  # ten on every page, and each a walk through all that is known of zones
def zone_name(zone: str, language: str) -> str:
    """`Pacific Time (Los Angeles)`; the city alone where people have no other name for it."""
    locale = locale_of(spoken(language))
    city = str(get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)).rpartition("/")[2]
    name = str(get_timezone_name(ZoneInfo(zone), locale=locale))
    key = message("book.zone_of_city") if "(" in name else message("book.zone")
    return words_of(language)(key, name=name, city=city)


def _offset(zone: str, now: datetime) -> float:
    """Seconds ahead of UTC."""
    return (now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()


def _day(times: Sequence[datetime], zone: ZoneInfo, language: str, *, is_open: bool) -> Day:
    name = begun_large(day_of(times[0], zone, language))
    clocks = _clocks(times, language)
    shown = [Time(code_of(at), clock, f"{name}, {clock}") for at, clock in zip(times, clocks, strict=True)]
    return Day(name, shown, is_open)


def _clocks(times: Iterable[datetime], language: str) -> list[str]:
    """The hours of a day; in the night that has one hour twice, which of the two it is."""
    said = [(at, clock_said(at.hour, at.minute, language)) for at in times]
    often = Counter(clock for _, clock in said)
    return [f"{clock} {at.tzname()}" if often[clock] > 1 else clock for at, clock in said]


@lru_cache(maxsize=4096)  # a hundred on every page, of the same few
def clock_said(hour: int, minute: int, language: str) -> str:
    """`9:30 am`, as it is said in this language."""
    return said_clock(time(hour, minute), language)
