"""One digest a coordinator and working day, from its time until the practice closes; on both databases."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.digest import Morning, morning
from services.matching.handlers.answers import answer_open_referrals
from services.matching.handlers.digest import announce_digests
from services.matching.settings import Terms
from shared.clock import WorkingHours
from shared.contracts.matching import DigestDue, OpenReferralsAsked
from shared.database import Database
from shared.errors import Retryable
from shared.ids import RandomIds
from tests.matching.builders import TERMS
from tests.matching.loop import DANA, Loop
from tests.matching.waiting import facts

ZONE = ZoneInfo("America/Los_Angeles")
HALF_PAST_EIGHT = time(8, 30)
THANKSGIVING = date(2026, 11, 26)
HOURS = WorkingHours(ZONE, {day: (time(9), time(17)) for day in range(5)}, {THANKSGIVING})
WITH_HOLIDAY = replace(TERMS, working_hours=HOURS)
MINUTE = timedelta(minutes=1)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time of the clock in Los Angeles in 2026; the 23rd of November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


async def look(database: Database, *moments: datetime, terms: Terms = WITH_HOLIDAY) -> None:
    """The tick looks at each of these moments, each time as a service that has just started."""
    for moment in moments:
        await announce_digests(database, terms, moment, RandomIds())


async def announced(database: Database) -> list[tuple[str, str]]:
    """Whose digest of which day was announced, in order."""
    return [(each["coordinator_id"], each["day"]) for each in await facts(database, DigestDue)]


async def test_everybody_on_duty_and_the_practices_owner_hear_once_on_a_working_morning(
    database: Database,
) -> None:
    await look(database, at(23, 8, 29))
    assert await announced(database) == []

    await look(database, at(23, 8, 30), at(23, 8, 31), at(23, 12))
    assert sorted(await announced(database)) == [(who, "2026-11-23") for who in ("dana", "lee", "rae")]
    assert {each["due_at"] for each in await facts(database, DigestDue)} == {"2026-11-23T16:30:00Z"}


async def test_a_service_that_starts_later_the_same_day_still_sends_it_until_the_practice_closes(
    database: Database,
) -> None:
    await look(database, at(23, 16, 59))
    assert len(await announced(database)) == 3

    await look(database, at(24, 17), at(24, 23))
    assert {day for _, day in await announced(database)} == {"2026-11-23"}


async def test_on_a_weekend_or_a_holiday_nobody_hears(database: Database) -> None:
    await look(database, at(26, 9), at(28, 9), at(29, 9))
    assert await announced(database) == []

    await look(database, at(27, 9))
    assert {day for _, day in await announced(database)} == {"2026-11-27"}


async def test_every_working_day_has_a_digest_of_its_own(database: Database) -> None:
    moment = at(23, 0)
    while moment < at(30, 0):
        await look(database, moment)
        moment += 30 * MINUTE

    days = Counter(day for _, day in await announced(database))
    assert days == {"2026-11-23": 3, "2026-11-24": 3, "2026-11-25": 3, "2026-11-27": 3}


async def test_of_replicas_that_look_at_once_one_announces(database: Database) -> None:
    await asyncio.gather(*(look(database, at(23, 9)) for _ in range(5)))

    assert sorted(await announced(database)) == [(who, "2026-11-23") for who in ("dana", "lee", "rae")]


class CannotWrite(Database):
    """A database that can be read and not written."""

    def transaction(self) -> Any:
        raise Retryable("the disk is full")


async def test_once_everybody_has_theirs_and_at_night_nothing_is_written(database: Database) -> None:
    await look(database, at(23, 9))
    await look(CannotWrite(database._writer, database._reader), at(23, 9, 1), at(23, 23), at(24, 8))

    with pytest.raises(Retryable):
        await look(CannotWrite(database._writer, database._reader), at(24, 9))


async def test_an_owner_who_coordinates_too_hears_once(database: Database) -> None:
    await look(database, at(23, 9), terms=replace(WITH_HOLIDAY, owner="lee"))

    assert sorted(await announced(database)) == [("dana", "2026-11-23"), ("lee", "2026-11-23")]


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (at(6, 8, 30, month=3), "2026-03-06T16:30:00Z"),  # Friday before the clocks go forward
        (at(9, 8, 30, month=3), "2026-03-09T15:30:00Z"),
        (at(30, 8, 30, month=10), "2026-10-30T15:30:00Z"),  # Friday before they go back
        (at(2, 8, 30), "2026-11-02T16:30:00Z"),
    ],
)
async def test_it_is_half_past_eight_by_the_practices_clock_in_summer_and_winter(
    database: Database, day: datetime, utc: str
) -> None:
    await look(database, day - MINUTE)
    assert await announced(database) == []

    await look(database, day)
    assert {each["due_at"] for each in await facts(database, DigestDue)} == {utc}


@pytest.mark.parametrize("changes", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_practice_that_works_on_the_sunday_of_the_change_has_its_digest_once(changes: date) -> None:
    every_day = WorkingHours(ZONE, {day: (time(9), time(17)) for day in range(7)}, ())
    begins = datetime.combine(changes, time(0), ZONE).astimezone(UTC)
    found = [morning(every_day, HALF_PAST_EIGHT, begins + number * MINUTE) for number in range(24 * 60)]

    (due,) = {each for each in found if each}
    assert due.due_at == datetime.combine(changes, HALF_PAST_EIGHT, ZONE).astimezone(UTC)
    assert sum(each is not None for each in found) == 8.5 * 60


def test_a_practice_that_wants_it_after_closing_has_it_until_midnight() -> None:
    late = time(17, 30)

    assert morning(HOURS, late, at(23, 17, 29)) is None
    assert morning(HOURS, late, at(23, 23, 59)) == Morning(date(2026, 11, 23), at(23, 17, 30))
    assert morning(HOURS, late, at(24, 0)) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC)))
def test_a_digest_is_only_ever_due_on_a_day_on_which_the_practice_opens(now: datetime) -> None:
    due = morning(HOURS, HALF_PAST_EIGHT, now)

    if due is not None:
        assert HOURS.opening(due.day) is not None
        assert due.day == now.astimezone(ZONE).date()
        assert due.due_at <= now < due.due_at + timedelta(hours=9)


async def read(loop: Loop, coordinator_id: str) -> dict[str, dict[str, Any]]:
    """What a coordinator's digest is written from, by reference."""
    question = OpenReferralsAsked(coordinator_id=coordinator_id, asked_by="notifications")
    given = await answer_open_referrals(question, loop.database, loop.clock.now, loop.terms)
    return {each.reference: each.model_dump() for each in given.referrals}


async def test_what_a_digest_says_is_whose_it_is_what_comes_next_by_when_and_whether_it_is_late(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    loop.clock.now = at(23, 10)
    await loop.request(1)
    await loop.offered(3, "c-b")
    await loop.request(5, flags=("danger_at_home",))
    await loop.request(7, test=True)
    loop.clock.now = at(23, 14)
    dana, lee = await read(loop, "dana"), await read(loop, "lee")
    found = dana | lee

    told = {
        reference: tuple(each[name] for name in ("stage", "next_action", "new", "overdue", "clinician_id"))
        for reference, each in found.items()
    }
    assert told == {
        "R-00001": ("proposed", "reach_out", True, True, None),
        "R-00003": ("offered", "reach_out", False, True, "c-b"),
        "R-00005": ("held", "review_hold", True, False, None),
    }
    assert ({each["owner"] for each in dana.values()}, list(lee)) == ({"dana"}, ["R-00003"])
    assert found["R-00001"]["due_at"] == at(23, 14)


async def test_what_only_the_clock_did_leaves_a_referral_new(with_three: Database) -> None:
    loop = Loop(with_three)
    loop.clock.now = at(23, 10)
    referral_id = await loop.request(1)
    await loop.pass_time(timedelta(hours=4))
    assert (await read(loop, "dana"))["R-00001"]["new"]

    found = await loop.get(referral_id)
    await loop.acts.contact(referral_id, DANA, found.version)
    assert not (await read(loop, "dana"))["R-00001"]["new"]


async def test_what_a_coordinator_left_behind_is_in_the_digest_of_the_practices_owner(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    await loop.request(1)
    assert await read(loop, "rae") == {}

    left = {who: steps for who, steps in TERMS.ladder.items() if who != "dana"}
    after = Loop(with_three, terms=replace(TERMS, ladder=left))
    assert [each["owner"] for each in (await read(after, "rae")).values()] == ["dana"]
    assert await read(after, "lee") == {}
