"""Five thousand people, one year: exactly the mails that were planned, on their own mornings, and an end."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from services.resources import storage
from shared.contracts.intake import ReadinessRequested
from shared.contracts.resources import ReadinessReached, ReadinessStepDue, ReadinessStopped
from tests.resources.builders import a_readiness_request, call, silence
from tests.resources.house import Resources
from tests.resources.plans import Diary, Expected

PEOPLE = 5_000
AT_ONCE = 64
DAY = timedelta(days=1)
TICK = timedelta(seconds=20)  # so long the clock takes to find what is due
BEGIN = datetime(2026, 9, 7, 18, 0, tzinfo=UTC)  # before the clocks go back, and a year holds both changes
BEGIN_DAYS = (0, 3, 40, 60)
ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Phoenix",
    "Europe/Madrid",
    "Australia/Lord_Howe",  # whose clocks change by half an hour
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
)
FITTING = ("waves", "one_more_wave")
Act = Callable[[Resources, str, datetime], Awaitable[Any]]


@dataclass(slots=True)
class Person:
    """Somebody of the year: what they do and when, and all that must come of it."""

    number: int
    diary: Diary
    begins: datetime
    acts: dict[datetime, Act] = field(default_factory=dict)
    ends: tuple[str, datetime] | None = None

    @property
    def request_id(self) -> str:
        return f"req-{self.number}"


def does_nothing(person: Person) -> None:
    person.ends = "ended", person.diary.practices().check_in().ends()


def takes_it_slower(person: Person) -> None:
    person.acts = {at_noon(person, 1): lambda house, one, at: house.acts.change_pace(one, "slower", at)}
    person.ends = "ended", person.diary.practices(times=2).check_in(times=2).ends(times=2)


def stops(person: Person) -> None:
    person.diary.practices(last=3)
    stopped = at_noon(person, 0)
    person.acts = {stopped: lambda house, one, at: house.acts.stop(one, "person", at)}
    person.ends = "person", stopped


def pauses(person: Person) -> None:
    person.diary.practices(last=2)
    paused = at_noon(person, 2)
    person.acts = {paused: lambda house, one, at: house.acts.pause(one, at)}
    person.diary.day = paused.astimezone(ZoneInfo(person.diary.zone)).date()
    person.diary.after(31, "practice", "noticing").practices(first=3)
    person.ends = "ended", person.diary.check_in().ends()


def pauses_and_goes_on(person: Person) -> None:
    person.diary.practices(last=1)
    paused, resumed = at_noon(person, 1), at_noon(person, 4)
    person.acts = {
        paused: lambda house, one, at: house.acts.pause(one, at),
        resumed: lambda house, one, at: house.acts.resume(one, at),
    }
    person.diary.after(5, "practice", "writing").practices(first=2)
    person.ends = "ended", person.diary.check_in().ends()


def keeps(person: Person) -> None:
    person.diary.practices().check_in()
    kept = at_noon(person, 3)
    person.acts = {kept: lambda house, one, at: house.acts.keep(one, at)}
    person.ends = "ended", person.diary.readings(FITTING).ends()


def is_ready(person: Person) -> None:
    person.diary.practices(last=4)
    said = at_noon(person, 1)
    person.acts = {said: lambda house, one, at: house.acts.ready(one, at)}
    person.ends = "reached", said


def has_a_call_and_misses_it(person: Person) -> None:
    person.diary.practices(last=1)
    booked, missed = at_noon(person, 2), at_noon(person, 20)

    async def is_booked(house: Resources, _journey: str, at: datetime) -> None:
        await house.hear_all([call("scheduled", person.number, at=at)], at=at)

    async def is_missed(house: Resources, _journey: str, at: datetime) -> None:
        await house.hear_all([call("missed", person.number, at=at, version=2)], at=at)

    person.acts = {booked: is_booked, missed: is_missed}
    person.diary.after(21, "practice", "writing").practices(first=2)
    person.ends = "ended", person.diary.check_in().ends()


def falls_silent(person: Person) -> None:
    person.diary.practices(last=5)
    said = at_noon(person, 1)

    async def is_silenced(house: Resources, _journey: str, at: datetime) -> None:
        await house.hear_of_contact(silence(person.number), at=at)

    person.acts, person.ends = {said: is_silenced}, ("silenced", said)


LIVES = (
    *(does_nothing,) * 17,
    *(takes_it_slower, stops, pauses, pauses_and_goes_on),
    *(keeps, is_ready, has_a_call_and_misses_it, falls_silent),
)


def at_noon(person: Person, days: int) -> datetime:
    """Noon on their own clock, so many days after the last mail."""
    return person.diary.morning(person.diary.day + days * DAY) + timedelta(hours=3)


def somebody(number: int) -> Person:
    zone = ZONES[number % len(ZONES)]
    begins = BEGIN + BEGIN_DAYS[number % len(BEGIN_DAYS)] * DAY
    person = Person(number, Diary(zone, begins.astimezone(ZoneInfo(zone)).date()), begins)
    LIVES[number % len(LIVES)](person)
    return person


async def next_due(house: Resources) -> datetime | None:
    async with house.database.reading() as tx:
        found: datetime | None = await tx.scalar(sa.select(sa.func.min(storage.journeys.c.next_at)))
    return found


async def journeys_of(house: Resources) -> dict[str, str]:
    ids = sa.select(storage.journeys.c.request_id, storage.journeys.c.journey_id)
    async with house.database.reading() as tx:
        return {row.request_id: row.journey_id for row in await tx.execute(ids)}


async def until(house: Resources, moment: datetime) -> None:
    """The clock looks whenever something is due before then."""
    while (due := await next_due(house)) is not None and due < moment:
        await house.look(due + TICK)


async def live(house: Resources, people: list[Person], end: datetime) -> None:
    """Whatever is first: somebody writes, somebody acts, or the clock finds something due."""
    journeys: dict[str, str] = {}
    moments: dict[datetime, list[Person]] = defaultdict(list)
    for one in people:
        for at in (one.begins, *one.acts):
            moments[at].append(one)
    for at in sorted(moments):
        await until(house, at)
        writing = [one for one in moments[at] if one.begins == at]
        for start in range(0, len(writing), AT_ONCE):
            await house.hear(*map(a_request, writing[start : start + AT_ONCE]), at=at)
        journeys = await journeys_of(house) if writing else journeys
        for one in moments[at]:
            if at in one.acts:
                await one.acts[at](house, journeys[one.request_id], at)
    await until(house, end)


def a_request(one: Person) -> ReadinessRequested:
    return a_readiness_request(one.number, reference=f"R-{one.number:05d}", time_zone=one.diary.zone)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_year_of_five_thousand_journeys_is_exactly_the_mails_that_were_planned(
    resources: Resources,
) -> None:
    people = [somebody(number) for number in range(PEOPLE)]

    await live(resources, people, BEGIN + 365 * DAY)

    mails: dict[str, list[Expected]] = defaultdict(list)
    ends: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for fact in await resources.steps():
        match fact:
            case ReadinessStepDue():
                mail = Expected(fact.step, fact.item, fact.number, fact.due_at)
                mails[fact.request_id].append(mail)
            case ReadinessStopped():
                ends[fact.request_id].append((fact.why, fact.stopped_at))
            case ReadinessReached():
                ends[fact.request_id].append(("reached", fact.reached_at))
    late = {"ended": TICK}
    assert {one: each for one, each in ends.items() if len(each) > 1} == {}
    assert {one: (why, at - late.get(why, timedelta())) for one, [(why, at)] in ends.items()} == {
        one.request_id: one.ends for one in people
    }
    assert {one.request_id: mails[one.request_id] for one in people} == {
        one.request_id: one.diary.mails for one in people
    }
