"""Two coordinators at once: one wins, the other is told; a last place is given once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.matching import operations
from services.matching.domain.change import Done
from services.matching.domain.referral import Moved, Refused
from shared.database import Database
from shared.practice import Practice
from tests.matching.builders import NOW
from tests.matching.calls import cancelled, hear, scheduled
from tests.matching.loop import DANA, LEE, Loop

WriteRoster = Callable[..., Path]


def told(outcomes: list[Done | None]) -> Counter[str]:
    return Counter(done.code if isinstance(done, Refused) else type(done).__name__ for done in outcomes)


@pytest.mark.timeout(300)
async def test_of_two_coordinators_at_once_one_wins_and_the_other_is_told_200_times(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request()
    for _ in range(200):
        version = (await loop.get(referral_id)).version
        done = await asyncio.gather(
            loop.acts.choose(referral_id, DANA, version, "c-a"),
            loop.acts.choose(referral_id, LEE, version, "c-b"),
        )
        assert told(list(done)) == {"Moved": 1, "settling": 1}
        (won,) = [each for each in done if isinstance(each, Moved)]
        (lost,) = [each for each in done if isinstance(each, Refused)]
        assert lost.referral.latest is not None
        assert lost.referral.latest.by == won.by  # who was first can be named
        assert await loop.broken() == []
        await loop.acts.undo(referral_id, DANA)
        assert await loop.broken() == []


@pytest.mark.timeout(300)
async def test_the_last_place_is_given_to_one_of_many_who_want_it_at_once(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    only = write_roster({"id": "c-a", "capacity": 1, "caseload": 0}, {"id": "c-b"})
    await operations.import_roster(database, only, practice, NOW)
    loop = Loop(database)
    referrals = [await loop.request(number) for number in range(8)]
    for _ in range(20):
        versions = {each: (await loop.get(each)).version for each in referrals}
        done = await asyncio.gather(
            *(loop.acts.choose(each, DANA, versions[each], "c-a") for each in referrals)
        )
        assert told(list(done)) == {"Moved": 1, "full": 7}
        assert all(each.since == loop.clock.now for each in done if isinstance(each, Refused))
        assert await loop.broken() == []
        loop.clock.move(timedelta(minutes=1))
        for each in referrals:
            await loop.acts.undo(each, LEE)


async def test_an_undo_and_its_settling_at_once_do_not_both_happen(with_three: Database) -> None:
    loop = Loop(with_three)
    for number in range(20):
        referral_id = await loop.request(number)
        await loop.choose(referral_id, "c-a")
        loop.clock.move(timedelta(minutes=10))
        undone, _ = await asyncio.gather(loop.acts.undo(referral_id, DANA), loop.look())

        assert isinstance(undone, Refused)
        assert (await loop.get(referral_id)).stage == "offered"
        await loop.acts.take_back(referral_id, DANA, (await loop.get(referral_id)).version)
        await loop.pass_time()
        assert await loop.broken() == []


@pytest.mark.timeout(300)
async def test_a_call_that_is_heard_of_together_with_its_request_is_not_lost(with_three: Database) -> None:
    loop = Loop(with_three)
    for number in range(40):
        asked, said = loop.request(number), [hear(loop, scheduled(number)), hear(loop, cancelled(number))]
        await asyncio.gather(*(said if number % 2 else reversed(said)), asked)

        found = await loop.get(await loop.referral_of(f"q-{number}"))
        assert found.call is not None
        assert (found.call.status, found.standing.next_action) == ("cancelled", "reach_out")
