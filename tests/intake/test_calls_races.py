"""Many people at once: of those who want one time one has it, and the others see what is left."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake import storage
from services.intake.domain.call import Done, Refused
from services.intake.domain.slots import grains
from services.intake.handlers.calls import Wish
from services.intake.handlers.endings import on_referrals_cancelled
from services.intake.storage.tables import requests
from shared.contracts.matching import ReferralCancelled
from shared.database import Database
from shared.ids import RandomIds
from tests.intake.builders import NOW, a_consultation, a_writer
from tests.intake.calling import DANA, LEE, Office, a_coordinator, local

TEN = [local("11-24 09:00") + n * timedelta(minutes=30) for n in range(10)]


async def many(office: Office, count: int) -> list[str]:
    """Each with an address of their own."""
    people = [a_writer(email=f"p{n}@example.org", phone=f"+132355{n:05d}") for n in range(count)]
    return [await office.asked(a_consultation(writer=each)) for each in people]


async def test_two_hundred_at_once_want_the_same_ten_times_and_ten_have_them(database: Database) -> None:
    office = Office.of(database, a_coordinator())
    people = await many(office, 200)
    wanted = [TEN[n % 10] for n in range(200)]
    outcomes = await asyncio.gather(
        *(office.calls.book(who, Wish(0, at), NOW) for who, at in zip(people, wanted, strict=True))
    )

    won = [each.call for each in outcomes if isinstance(each, Done)]
    lost = [each for each in outcomes if isinstance(each, Refused)]
    assert sorted(each.starts_at for each in won) == TEN
    assert Counter(each.why for each in lost) == {"taken": 190}
    for at, outcome in zip(wanted, outcomes, strict=True):
        if isinstance(outcome, Refused):
            assert at not in [each.starts_at for each in outcome.offer.slots]
            assert outcome.offer.slots
    assert [each["fact"] for each in await office.facts()] == ["scheduled"] * 10
    assert len(await office.minutes()) == 60


async def test_two_coordinators_have_a_time_twice_and_no_more(database: Database) -> None:
    office = Office.of(database, a_coordinator(DANA), a_coordinator(LEE))
    people = await many(office, 12)
    outcomes = await asyncio.gather(*(office.calls.book(who, Wish(0, TEN[0]), NOW) for who in people))
    won = [each.call.coordinator_id for each in outcomes if isinstance(each, Done)]
    assert sorted(won) == [DANA, LEE]


async def test_of_forty_calls_that_overlap_off_the_grid_one_is_booked(database: Database) -> None:
    office, night = Office.of(database, a_coordinator(), a_coordinator(LEE)), local("11-24 22:00")
    people = await many(office, 40)
    answers = await asyncio.gather(
        *(
            office.arrange(who, "book", starts_at=night + timedelta(minutes=n % 20), coordinator_id=LEE)
            for n, who in enumerate(people)
        )
    )
    assert Counter(each.why for each in answers) == {None: 1, "taken": 39}
    await assert_consistent(office, people)


async def test_those_who_swap_their_times_wait_for_nobody_for_ever(database: Database) -> None:
    office = Office.of(database, a_coordinator())
    people = await many(office, 8)
    for who, at in zip(people, TEN, strict=False):
        await office.booked(who, at)
    for turn in range(1, 4):
        moves = [
            office.arrange(who, "move", starts_at=TEN[(n + turn) % 8] + timedelta(minutes=5 * (n % 2)))
            for n, who in enumerate(people)
        ]
        for answered in await asyncio.gather(*moves):
            assert answered.done or answered.why == "taken"
    await assert_consistent(office, people)


async def test_a_referral_that_ends_while_its_person_books_leaves_no_call_standing(
    database: Database,
) -> None:
    office = Office.of(database, a_coordinator())
    people = await many(office, 10)

    async def end(request_id: str) -> None:
        async with database.transaction() as tx:
            await on_referrals_cancelled([cancelled(request_id)], tx, NOW, RandomIds())

    races = [
        work
        for who, at in zip(people, TEN, strict=True)
        for work in (office.calls.book(who, Wish(0, at), NOW), end(who))
    ]
    await asyncio.gather(*races)
    for who in people:
        call = await office.call(who)
        assert call is None or call.status == "cancelled"
    assert await office.minutes() == []


def cancelled(request_id: str) -> ReferralCancelled:
    return ReferralCancelled(
        version=2,
        referral_id=f"r-{request_id}"[:64],
        request_id=request_id,
        reference="R-00001",
        person_id="p",
        cancelled_at=NOW,
        why="unreachable",
    )


async def assert_consistent(office: Office, people: list[str]) -> None:
    """Every booked call keeps exactly its own time, and no piece of time has two owners."""
    async with office.database.reading() as tx:
        calls = await storage.load_booked_calls(tx, people)
    wanted = Counter(
        piece
        for each in calls
        for piece in grains(each.starts_at, each.ends_at + office.practice.calls.buffer)
    )
    assert all(count == 1 for count in wanted.values())
    assert Counter(int(at.timestamp()) // 300 for at in await office.minutes()) == wanted


acts = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["book", "cancel", "arrange", "move", "attended", "missed", "end"]),
        st.integers(0, 80),
        st.integers(0, 40),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
async def test_whatever_is_done_versions_only_grow_and_the_kept_minutes_are_those_of_booked_calls(
    database: Database, done: list[tuple[int, str, int, int]]
) -> None:
    office = Office.of(database, a_coordinator())
    people = await many(office, 4)
    before = len(await office.facts())
    now = NOW
    for who, act, slot, later in done:
        now += timedelta(minutes=later)
        await do(office, people[who], act, slot, now)
        await assert_consistent(office, people)
    facts = [each for each in (await office.facts())[before:] if each["fact"] != "located"]
    for who_id in people:
        theirs = [each for each in facts if each["request_id"] == who_id]
        assert [each["version"] for each in theirs] == list(range(1, len(theirs) + 1))
    async with database.transaction() as tx:
        await tx.execute(sa.delete(requests).where(requests.c.id.in_(people)))


async def do(office: Office, request_id: str, act: str, slot: int, now: datetime) -> None:
    at = local("11-24 09:00") + timedelta(minutes=5 * slot)
    match act:
        case "book":
            offer = await office.offer(request_id, now)
            version = offer.call.version if offer.call else 0
            if offer.slots:
                chosen = offer.slots[slot % len(offer.slots)].starts_at
                await office.calls.book(request_id, Wish(version, chosen), now)
        case "cancel":
            offer = await office.offer(request_id, now)
            await office.calls.cancel(request_id, offer.call.version if offer.call else 0, now)
        case "end":
            async with office.database.transaction() as tx:
                await on_referrals_cancelled([cancelled(request_id)], tx, now, RandomIds())
        case "arrange":
            await office.arrange(request_id, "book", now=now, starts_at=at, minutes=5 + slot)
        case _:
            await office.arrange(request_id, act, now=now, starts_at=at)
