"""Somebody is erased: nothing is left in matching but that they were, whatever comes before or after."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from services.matching import operations, storage
from services.matching.handlers.calls import on_calls_scheduled
from services.matching.handlers.erasing import on_persons_erased
from services.matching.storage.tables import metadata
from shared.contracts.intake import PersonErased
from shared.database import Database
from tests.matching.builders import NOW
from tests.matching.calls import scheduled
from tests.matching.loop import Loop

OUTSIDE = 5  # of everybody, as the builders say
KEPT = {"known_requests", "seen_versions", "audit"}  # that there was somebody who is gone, and who acted


def erased(*numbers: int) -> PersonErased:
    return PersonErased(
        version=1, person_id="p-1", request_ids=tuple(f"q-{each}" for each in numbers), erased_at=NOW
    )


@pytest.fixture
async def loop(with_three: Database) -> Loop:
    return Loop(with_three)


async def erase(loop: Loop, *numbers: int) -> None:
    async with loop.database.transaction() as tx:
        await on_persons_erased([erased(*numbers)], tx, loop.clock.now, loop.ids)


async def places(loop: Loop, who: str = "c-a") -> tuple[int, int, int]:
    """Held, taken, and what the clinician has outside of this system."""
    async with loop.database.reading() as tx:
        found = (await storage.load_clinicians_by_id(tx, [who]))[who]
    return found.held, found.taken, found.record.caseload


async def naming(database: Database, *ids: str) -> set[str]:
    """The tables in which anything names one of these ids."""
    found = set()
    async with database.reading() as tx:
        for table in metadata.sorted_tables:
            for row in await tx.execute(sa.select(table)):
                if any(each in str(tuple(row)) for each in ids):
                    found.add(table.name)
    return found


async def test_nothing_is_left_of_a_referral_but_that_it_was(loop: Loop) -> None:
    referral = await loop.introduced(1)
    offer = referral.choice.offer_id if referral.choice else ""
    async with loop.database.transaction() as tx:
        await storage.save_proof(
            tx, "proof", "coordinator:dana", referral.referral_id, NOW, NOW + timedelta(hours=1)
        )

    await erase(loop, 1)

    assert await naming(loop.database, "q-1", "R-00001", referral.referral_id, offer, '"p-1"') <= KEPT
    assert await operations.explain(loop.database, "R-00001") is None
    assert await operations.trail(loop.database, "R-00001") == []


async def test_a_held_place_is_free_at_once_and_the_offer_is_as_if_it_had_never_been(loop: Loop) -> None:
    offered = await loop.offered(1)
    assert (await places(loop))[0] == 1
    assert offered.choice is not None

    await erase(loop, 1)

    assert await places(loop) == (0, 0, OUTSIDE)
    assert await loop.acts.answer_offer(offered.choice.offer_id, "clinician:c-a", "accept") is None
    assert await loop.broken() == []


async def test_an_act_that_could_still_be_undone_never_settles(loop: Loop) -> None:
    referral_id = await loop.request(1)
    await loop.choose(referral_id, "c-a")

    await erase(loop, 1)
    await loop.pass_time()

    assert await loop.announced() == []
    assert await places(loop) == (0, 0, OUTSIDE)


@pytest.mark.parametrize("ended", [False, True])
async def test_whoever_is_in_care_counts_as_the_clinicians_own_caseload(loop: Loop, ended: bool) -> None:
    """Their work together goes on: a place that was free here alone would be given twice."""
    referral = await loop.introduced(1)
    if ended:
        await loop.acts.complete(referral.referral_id, "coordinator:dana", referral.version)
        await loop.pass_time()

    await erase(loop, 1)
    await erase(loop, 1)

    assert await places(loop) == (0, 0, OUTSIDE + 1)
    assert await loop.broken() == []


async def test_a_place_that_frees_is_given_to_who_waits(loop: Loop) -> None:
    await loop.offered(1)
    async with loop.database.transaction() as tx:
        await tx.execute(sa.text("UPDATE clinicians SET capacity = 6 WHERE clinician_id = 'c-a'"))

    loop.database.signal(storage.PLACES).clear()
    await erase(loop, 1)

    assert loop.database.signal(storage.PLACES).is_set()


async def test_an_erasure_touches_nobody_else(loop: Loop) -> None:
    await loop.offered(1)
    other = await loop.offered(2)

    await erase(loop, 1)

    assert (await loop.get(other.referral_id)).stage == "offered"
    assert (await places(loop))[0] == 1
    assert [each.reference for each in await operations.open_referrals(loop.database)] == ["R-00002"]


LATE = ("request", "withdraw", "silence", "clear", "call", "erase")


ORDERS = [each for each in permutations(LATE, 3) if "erase" in each]


@pytest.mark.parametrize("told", ORDERS, ids="-".join)
async def test_whatever_is_told_before_or_after_nothing_is_left(loop: Loop, told: tuple[str, ...]) -> None:
    what: dict[str, Any] = {
        "request": lambda: loop.request(1),
        "withdraw": lambda: loop.withdraw(1),
        "silence": lambda: loop.silence(1),
        "clear": lambda: loop.clear(1),
        "call": lambda: loop.hear(on_calls_scheduled, scheduled()),
        "erase": lambda: erase(loop, 1),
    }
    for each in told:
        await what[each]()

    await loop.pass_time()

    assert await naming(loop.database, "q-1", "R-00001", "p-1") <= KEPT
    assert await operations.has_forgotten(loop.database, ["q-1"])
    assert await operations.open_referrals(loop.database) == []


async def test_nobody_is_forgotten_before_it_was_heard(loop: Loop) -> None:
    await loop.request(1)
    assert not await operations.has_forgotten(loop.database, ["q-1"])

    await erase(loop, 1)

    assert await operations.has_forgotten(loop.database, ["q-1"])
    assert not await operations.has_forgotten(loop.database, ["q-1", "q-2"])


async def test_what_came_at_the_moment_of_erasure_goes_soon_after(loop: Loop) -> None:
    await erase(loop, 1)
    async with loop.database.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO request_news (request_id, silenced) VALUES ('q-1', true)"))
    assert not await operations.has_forgotten(loop.database, ["q-1"])

    await operations.forget_again(loop.database, NOW - timedelta(days=14), NOW)

    assert await operations.has_forgotten(loop.database, ["q-1"])
