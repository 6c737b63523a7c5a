"""Nothing due is forgotten: its owner is reminded, the deputy, the practice's owner; on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.matching import operations
from services.matching.domain.refer import Coordinator
from services.matching.handlers.clock import nudge_overdue
from services.matching.settings import Terms
from shared.clock import WorkingHours
from shared.contracts.matching import ReferralOverdue
from shared.database import Database
from tests.matching.builders import NOW, TERMS
from tests.matching.calls import hear, scheduled
from tests.matching.loop import DANA, Loop
from tests.matching.waiting import facts

THANKSGIVING = datetime(2026, 11, 26).date()
HOURS = WorkingHours(TERMS.zone, {day: (time(9), time(17)) for day in range(5)}, {THANKSGIVING})
HOLIDAY_TERMS = replace(TERMS, working_hours=HOURS)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of the clock in Los Angeles on this day of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TERMS.zone).astimezone(UTC)


class Watch:
    """A database in which time passes, looked at often enough to see when somebody is reminded."""

    def __init__(self, database: Database, terms: Terms = HOLIDAY_TERMS) -> None:
        self.loop = Loop(database, terms=terms)

    async def until(self, moment: datetime, every: timedelta = 15 * MINUTE) -> None:
        """The tick looks again and again until then."""
        while self.loop.clock.now < moment:
            self.loop.clock.now = min(moment, self.loop.clock.now + every)
            await self.look()

    async def look(self) -> None:
        """The tick looks once, and works until nothing is due."""
        while await nudge_overdue(self.loop.database, self.loop.terms, self.loop.clock.now):
            pass

    async def reminded(self) -> list[tuple[str, str]]:
        """Who was reminded, in order, and as what."""
        found = await facts(self.loop.database, ReferralOverdue)
        return [(each["level"], each["asked"]) for each in found]

    async def times(self) -> Sequence[datetime]:
        """When somebody was reminded, as the trail has it."""
        steps = await operations.trail(self.loop.database, "R-00001")
        return [each["at"] for each in steps if each["name"] == ReferralOverdue.name]

    async def act(self, referral_id: str) -> None:
        """The coordinator has spoken with the person."""
        found = await self.loop.get(referral_id)
        await self.loop.acts.contact(referral_id, DANA, found.version)


@pytest.fixture
def watch(with_three: Database) -> Watch:
    return Watch(with_three)


async def test_owner_deputy_and_practice_owner_are_reminded_after_four_eight_and_twelve_working_hours(
    watch: Watch,
) -> None:
    watch.loop.clock.now = at(23, 10)
    await watch.loop.request(1)
    await watch.until(at(30, 12))

    assert await watch.reminded() == [("nudge", "dana"), ("deputy", "lee"), ("owner", "rae")]
    assert await watch.times() == [at(23, 14), at(24, 10), at(24, 14)]


async def test_a_weekend_and_a_holiday_let_no_working_time_pass(watch: Watch) -> None:
    watch.loop.clock.now = at(25, 14)  # the Wednesday before Thanksgiving
    await watch.loop.request(1)
    await watch.until(at(30, 17))

    # Three hours on Wednesday and one on Friday; four more; and another four, of which one on Monday.
    assert await watch.times() == [at(27, 10), at(27, 14), at(30, 10)]


async def test_what_comes_on_a_saturday_is_due_on_monday(watch: Watch) -> None:
    watch.loop.clock.now = at(28, 9)
    await watch.loop.request(1)
    await watch.until(at(30, 12, 59))
    assert await watch.reminded() == []

    await watch.until(at(30, 13))
    assert await watch.reminded() == [("nudge", "dana")]


async def test_each_is_reminded_at_most_once_however_often_one_looks(watch: Watch) -> None:
    await watch.loop.request(1)
    watch.loop.clock.now = NOW + timedelta(days=30)
    for _ in range(10):
        await watch.look()
        watch.loop.clock.move(timedelta(seconds=5))

    assert sorted(await watch.reminded()) == [("deputy", "lee"), ("nudge", "dana"), ("owner", "rae")]


async def test_when_somebody_acts_nobody_further_is_reminded(watch: Watch) -> None:
    referral_id = await watch.loop.request(1)
    await watch.until(at(23, 14))
    assert await watch.reminded() == [("nudge", "dana")]

    await watch.act(referral_id)
    await watch.until(at(24, 17))
    assert await watch.reminded() == [("nudge", "dana")]


async def test_a_new_duty_is_reminded_of_anew_and_from_the_beginning(watch: Watch) -> None:
    referral_id = await watch.loop.request(1)
    await watch.until(at(24, 12))
    assert await watch.reminded() == [("nudge", "dana"), ("deputy", "lee")]

    await watch.act(referral_id)  # now a decision is due within sixteen working hours
    due_at = (await watch.loop.get(referral_id)).standing.due_at
    await watch.until(due_at - MINUTE)
    assert len(await watch.reminded()) == 2
    await watch.until(due_at)
    assert (await watch.reminded())[2:] == [("nudge", "dana")]


async def test_while_a_call_is_booked_nobody_is_reminded_before_an_hour_after_its_end(watch: Watch) -> None:
    await watch.loop.request(1)
    await hear(watch.loop, scheduled(starts_at=at(25, 15)))
    await watch.until(at(25, 16, 19), every=HOUR)
    assert await watch.reminded() == []

    await watch.until(at(25, 16, 20))
    assert await watch.reminded() == [("nudge", "dana")]


async def test_a_call_that_ends_at_closing_time_waits_for_the_next_working_morning(watch: Watch) -> None:
    await watch.loop.request(1)
    await hear(watch.loop, scheduled(starts_at=at(25, 16, 30)))
    await watch.until(at(27, 9, 49), every=HOUR)
    assert await watch.reminded() == []

    await watch.until(at(27, 9, 50))  # Thursday is a holiday
    assert await watch.reminded() == [("nudge", "dana")]


async def test_what_waits_for_a_clinician_or_the_person_reminds_no_coordinator(watch: Watch) -> None:
    referral_id = await watch.loop.request(1)
    await watch.loop.choose(referral_id, "c-a")
    await watch.until(at(24, 17), every=HOUR)

    assert await watch.reminded() == []


async def test_following_up_is_due_in_working_hours(watch: Watch) -> None:
    watch.loop.clock.now = at(23, 10)
    referral = await watch.loop.introduced(1)
    watch.loop.clock.now = at(28, 11)  # a Saturday
    await watch.loop.acts.contact(referral.referral_id, DANA, referral.version)

    due_at = (await watch.loop.get(referral.referral_id)).standing.due_at
    assert due_at == datetime(2026, 12, 14, 9, tzinfo=TERMS.zone).astimezone(UTC)  # two weeks and a weekend


async def test_undoing_an_act_goes_on_reminding_where_it_had_stopped(watch: Watch) -> None:
    referral_id = await watch.loop.request(1)
    await watch.until(at(23, 16))
    await watch.loop.choose(referral_id, "c-a")
    await watch.loop.acts.undo(referral_id, DANA)
    await watch.until(at(24, 17))

    assert await watch.reminded() == [("nudge", "dana"), ("deputy", "lee"), ("owner", "rae")]


async def test_a_service_that_starts_anew_reminds_nobody_again(watch: Watch) -> None:
    await watch.loop.request(1)
    await watch.until(at(23, 15))
    again = Watch(watch.loop.database)
    again.loop.clock.now = watch.loop.clock.now
    await again.until(at(24, 17))

    assert await again.reminded() == [("nudge", "dana"), ("deputy", "lee"), ("owner", "rae")]


async def test_a_service_that_was_down_meanwhile_reminds_when_it_starts(watch: Watch) -> None:
    await watch.loop.request(1)
    watch.loop.clock.now = at(23, 16)
    await watch.look()

    assert await watch.reminded() == [("nudge", "dana")]


def without_dana(terms: Terms) -> Terms:
    """The same practice once Dana is not there any more."""
    left = {who: steps for who, steps in terms.ladder.items() if who != "dana"}
    return replace(terms, coordinators=(Coordinator("lee", frozenset({"en"})),), ladder=left)


@pytest.mark.parametrize("leaves_at", [at(23, 13), at(23, 15)])
async def test_what_somebody_left_behind_reminds_the_owner_of_the_practice(
    watch: Watch, leaves_at: datetime
) -> None:
    await watch.loop.request(1)
    await watch.until(leaves_at)
    earlier = await watch.reminded()
    after = Watch(watch.loop.database, without_dana(HOLIDAY_TERMS))
    after.loop.clock.now = watch.loop.clock.now
    await after.until(at(30, 17), every=HOUR)

    assert (await after.reminded())[len(earlier) :] == [("nudge", "rae")]


async def test_the_practice_owners_own_duty_reminds_them_once(with_three: Database) -> None:
    alone = replace(HOLIDAY_TERMS, coordinators=(Coordinator("rae", frozenset({"en"})),))
    watch = Watch(with_three, alone)
    await watch.loop.request(1)
    await watch.until(at(30, 17), every=HOUR)

    assert await watch.reminded() == [("nudge", "rae")]


async def test_when_the_clocks_go_back_an_hour_no_reminder_comes_early(with_three: Database) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    round_the_clock = WorkingHours(zone, {day: (time(0), time(23, 59)) for day in range(7)}, ())
    watch = Watch(with_three, replace(TERMS, working_hours=round_the_clock))
    watch.loop.clock.now = datetime(2026, 11, 1, 0, 30, tzinfo=zone).astimezone(UTC)
    await watch.loop.request(1)
    await watch.until(datetime(2026, 11, 1, 3, 30, tzinfo=zone).astimezone(UTC))

    assert await watch.times() == [datetime(2026, 11, 1, 3, 30, tzinfo=zone).astimezone(UTC)]


async def test_of_two_services_that_look_at_once_one_reminds(with_three: Database) -> None:
    watch = Watch(with_three)
    await watch.loop.request(1)
    due = at(23, 14)
    await asyncio.gather(*(nudge_overdue(with_three, HOLIDAY_TERMS, due) for _ in range(5)))

    assert await watch.reminded() == [("nudge", "dana")]
