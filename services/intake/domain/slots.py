"""When a coordinator can call: the grid of their hours, less holidays, absences and the calls they have.

A grid begins where a coordinator's hours do and has a place for a call and the time kept free after it. Hours
are wall-clock hours of the coordinator; the steps between are elapsed time, so a day on which the clocks
change has as many places as it really has hours.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor
from typing import Self
from zoneinfo import ZoneInfo

from services.intake.domain.call import Slot
from services.intake.domain.contact import is_safe
from services.intake.domain.request import Request
from services.intake.domain.submission import SafeHours
from shared.practice import Practice
from shared.practice.calls import GRAIN, Calls, Spans

ONE_DAY = timedelta(days=1)
MOST_SLOTS = 1000  # in one answer; the nearest
SECONDS = GRAIN.total_seconds()
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Caller:
    """A coordinator who takes calls: when, by which clock, and in which languages."""

    id: str
    weekly: Mapping[int, Spans]  # 0 is Monday
    zone: ZoneInfo
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everybody who takes calls, in the order of the practice's file, and what a call is."""

    callers: tuple[Caller, ...]
    calls: Calls
    closed: Container[date]

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """The coordinators on duty."""
        on_duty = [each for each in practice.coordinators if each.on_duty]
        callers = tuple(
            Caller(
                id=each.id,
                weekly=practice.call_hours_of(each),
                zone=practice.zone_of_coordinator(each),
                languages=each.languages,
            )
            for each in on_duty
        )
        return cls(callers, practice.calls, practice.closed_days())

    def kept_until(self, ends_at: datetime) -> datetime:
        """Until when nothing else is put behind a call that ends then."""
        return ends_at + self.calls.buffer


@dataclass(frozen=True, slots=True)
class Kept:
    """The time that one booked call takes of its coordinator."""

    call_id: str
    coordinator_id: str
    starts_at: datetime
    ends_at: datetime
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """From when to when a coordinator takes no calls."""

    id: str
    coordinator_id: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Diary:
    """What coordinators have before them, and when each was last given a call."""

    kept: Sequence[Kept] = ()
    away: Sequence[Away] = ()
    last_booked: Mapping[str, datetime] = field(default_factory=dict)


def languages_of(request: Request) -> tuple[str, ...]:
    """What the call may be held in: the languages they must have, else the one they write in."""
    wished = request.preferences
    return wished.languages if wished.language_required and wished.languages else (request.language,)


def to_interpret(request: Request, spoken: Sequence[str]) -> tuple[str, ...]:
    """The languages that an interpreter is needed for; none where the coordinator speaks one of them."""
    wanted = languages_of(request)
    return () if set(wanted) & set(spoken) else wanted


def callers_for(request: Request, timetable: Timetable) -> tuple[Caller, ...]:
    """Who of those on duty calls this person: who speaks their language, or everybody where nobody does."""
    wanted = set(languages_of(request))
    return tuple(each for each in timetable.callers if wanted & set(each.languages)) or timetable.callers


def ranked(callers: Sequence[Caller], diary: Diary, now: datetime) -> list[str]:
    """By who has fewest calls ahead; then by whose last was booked longest ago; then as in the file."""
    ahead = Counter(kept.coordinator_id for kept in diary.kept if kept.ends_at > now)
    return sorted(
        (each.id for each in callers), key=lambda id_: (ahead[id_], diary.last_booked.get(id_, NEVER))
    )


def free_slots(
    callers: Sequence[Caller], timetable: Timetable, diary: Diary, now: datetime, own: str | None = None
) -> tuple[Slot, ...]:
    """The free times between the notice and the horizon, in order.

    The call with the id `own` is about to be moved: what it takes counts as free, but not its very time.
    """
    calls = timetable.calls
    earliest, latest = now + calls.notice, now + calls.horizon
    taken = _taken(diary, own)
    own_start = next((each.starts_at for each in diary.kept if each.call_id == own), None)
    free: dict[datetime, list[str]] = {}
    for caller_id in ranked(callers, diary, now):
        caller = next(each for each in callers if each.id == caller_id)
        away = [each for each in diary.away if each.coordinator_id == caller_id]
        for starts_at in grid(caller, timetable, earliest, latest):
            ends_at = starts_at + calls.length
            pieces = grains(starts_at, timetable.kept_until(ends_at))
            if taken.get(caller_id, NOTHING).isdisjoint(pieces) and not _is_away(away, starts_at, ends_at):
                free.setdefault(starts_at, []).append(caller_id)
    return tuple(
        Slot(starts_at, starts_at + calls.length, tuple(free[starts_at]))
        for starts_at in sorted(free)[:MOST_SLOTS]
        if starts_at != own_start
    )


def safe_slots(slots: Sequence[Slot], hours: SafeHours | None, zone: ZoneInfo) -> tuple[Slot, ...]:
    """Those at which it is safe to call this person, from beginning to end, by the wall clock of `zone`."""
    if hours is None:
        return tuple(slots)
    return tuple(
        each
        for each in slots
        if is_safe(hours, each.starts_at.astimezone(zone), each.starts_at.astimezone(zone) + each.length)
    )


def free_callers(
    callers: Sequence[Caller],
    timetable: Timetable,
    diary: Diary,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
    own: str | None = None,
) -> list[str]:
    """Who has neither a call nor an absence then, at whatever hour; whoever has fewest calls first."""
    taken = _taken(diary, own)
    pieces = grains(starts_at, timetable.kept_until(ends_at))
    return [
        each
        for each in ranked(callers, diary, now)
        if taken.get(each, NOTHING).isdisjoint(pieces)
        and not _is_away([one for one in diary.away if one.coordinator_id == each], starts_at, ends_at)
    ]


def grid(caller: Caller, timetable: Timetable, earliest: datetime, latest: datetime) -> Iterator[datetime]:
    """When calls of this coordinator may begin, from `earliest` to `latest`, both included, in UTC."""
    length, step = timetable.calls.length, timetable.calls.length + timetable.calls.buffer
    day = earliest.astimezone(caller.zone).date()
    while day <= latest.astimezone(caller.zone).date():
        spans = caller.weekly.get(day.weekday(), ())
        if spans and day not in timetable.closed:
            for opens, closes in spans:
                for starts_at in _grid_of(day, opens, closes, caller.zone, length, step):
                    if earliest <= starts_at <= latest:
                        yield starts_at
        day += ONE_DAY


def grains(starts_at: datetime, kept_until: datetime) -> range:
    """The pieces of five minutes that this time touches, counted since 1970."""
    return range(floor(starts_at.timestamp() / SECONDS), ceil(kept_until.timestamp() / SECONDS))


NOTHING: frozenset[int] = frozenset()


@lru_cache(maxsize=4096)  # asked for with every look at the free times; a day's grid never changes
def _grid_of(
    day: date, opens: time, closes: time, zone: ZoneInfo, length: timedelta, step: timedelta
) -> tuple[datetime, ...]:
    """Where the clocks go back, an hour that comes twice may lie before the opening again; it is no time."""
    starts_at = _on_grain(datetime.combine(day, opens, zone).astimezone(UTC))
    end = datetime.combine(day, closes, zone).astimezone(UTC)
    found = []
    while starts_at + length <= end:
        begins, ends = (each.astimezone(zone) for each in (starts_at, starts_at + length))
        if begins.date() == ends.date() == day and opens <= begins.time() and ends.time() <= closes:
            found.append(starts_at)
        starts_at += step
    return tuple(found)


def _on_grain(at: datetime) -> datetime:
    """The first piece of five minutes that begins at or after this instant."""
    return at + (-timedelta(seconds=at.timestamp())) % GRAIN


def _taken(diary: Diary, own: str | None) -> dict[str, set[int]]:
    taken: dict[str, set[int]] = {}
    for kept in diary.kept:
        if kept.call_id != own:
            taken.setdefault(kept.coordinator_id, set()).update(grains(kept.starts_at, kept.kept_until))
    return taken


def _is_away(away: Sequence[Away], starts_at: datetime, ends_at: datetime) -> bool:
    return any(each.begins_at < ends_at and starts_at < each.ends_at for each in away)
