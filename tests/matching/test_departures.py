"""A clinician leaves the practice while something of theirs waits to settle: nobody is led to them."""

from services.matching import storage
from shared.database import Database
from tests.matching.loop import Loop


async def leave(loop: Loop, clinician_id: str) -> None:
    async with loop.database.transaction() as tx:
        await storage.save_departures(tx, [clinician_id], loop.clock.now)
        await storage.bump_roster(tx, loop.clock.now)


async def test_nobody_is_introduced_to_a_clinician_who_has_left_since_the_yes(with_three: Database) -> None:
    loop = Loop(with_three)
    offered = await loop.offered()
    assert offered.choice
    await loop.acts.answer_offer(offered.choice.offer_id, "clinician:c-a", "accept")
    await leave(loop, "c-a")

    await loop.pass_time()

    found = await loop.get(offered.referral_id)
    assert (found.stage, found.choice) == ("proposed", None)
    assert (await loop.announced())[-2:] == ["referral.reopened.v1", "referral.proposed.v1"]
    assert await loop.broken() == []


async def test_nobody_is_offered_to_a_clinician_who_has_left_since_the_choice(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request()
    await loop.choose(referral_id, "c-a")
    await leave(loop, "c-a")

    await loop.pass_time()

    found = await loop.get(referral_id)
    assert (found.stage, found.choice) == ("proposed", None)
    assert list(await loop.announced()) == ["referral.proposed.v1"] * 2
    assert await loop.broken() == []
