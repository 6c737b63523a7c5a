"""An act can be undone for ten minutes, in which nothing leaves; then it stands, once; on both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.matching import storage
from services.matching.domain.change import Done
from services.matching.domain.referral import Moved, Referral, Refused
from services.matching.handlers.clock import settle_due
from services.matching.storage.tables import candidates, clinicians, not_proposed, referrals
from shared.contracts.matching import ReferralCancelled
from shared.database import Database, Transaction
from shared.errors import Retryable
from tests.matching.loop import DANA, Loop
from tests.matching.waiting import facts

TEN_MINUTES, A_SECOND = timedelta(minutes=10), timedelta(seconds=1)
CLINICIAN = "clinician:c-a"
GOES_ON = {"version", "latest"}  # an undo happened too

Begun = Callable[[Loop], Awaitable[Referral]]
Act = Callable[[Loop, Referral], Awaitable[Done | None]]


async def proposed(loop: Loop) -> Referral:
    return await loop.get(await loop.request(1))


async def held(loop: Loop) -> Referral:
    return await loop.get(await loop.request(1, flags=("danger_at_home",)))


async def offered(loop: Loop) -> Referral:
    return await loop.offered(1)


async def introduced(loop: Loop) -> Referral:
    return await loop.introduced(1)


async def choose(loop: Loop, found: Referral) -> Done | None:
    return await loop.choose(found.referral_id, "c-a")


async def none_fits(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.none_fits(found.referral_id, DANA, found.version, "fee")


async def put_on_waitlist(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.put_on_waitlist(found.referral_id, DANA, found.version)


async def release(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.release(found.referral_id, DANA, found.version, "safe_to_go_on")


async def take_back(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.take_back(found.referral_id, DANA, found.version)


async def accept(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.answer_offer(offer_of(found), CLINICIAN, "accept")


async def decline(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.answer_offer(offer_of(found), CLINICIAN, "decline", "schedule")


async def close(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.close(found.referral_id, DANA, found.version, "chose_other")


async def give_up(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.close(found.referral_id, DANA, found.version, "unreachable")


async def complete(loop: Loop, found: Referral) -> Done | None:
    return await loop.acts.complete(found.referral_id, DANA, found.version)


SETTLES: list[tuple[Begun, Act, list[str]]] = [  # from where, what is done, and what is announced in the end
    (proposed, choose, ["requested"]),
    (proposed, none_fits, []),
    (proposed, put_on_waitlist, ["waitlisted"]),
    (proposed, close, ["cancelled"]),
    (held, release, ["released", "proposed"]),
    (offered, take_back, ["reopened", "proposed"]),
    (offered, accept, ["accepted", "in_progress"]),
    (offered, decline, ["rejected", "proposed"]),
    (offered, give_up, ["failed"]),
    (introduced, close, ["cancelled"]),
    (introduced, complete, ["completed"]),
]
every_act = pytest.mark.parametrize(
    ("begun", "act", "announced"),
    SETTLES,
    ids=[f"{act.__name__}-{begun.__name__}" for begun, act, _ in SETTLES],
)


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


def offer_of(found: Referral) -> str:
    assert found.choice is not None
    return found.choice.offer_id


async def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row that an act could change, as it is."""
    kept = {}
    async with database.reading() as tx:
        for table in (referrals, clinicians, candidates, not_proposed):
            found = await tx.execute(sa.select(table).order_by(*table.primary_key))
            kept[table.name] = [dict(row) for row in found.mappings()]
    return kept


async def news(loop: Loop, since: int) -> list[str]:
    """What was announced after the first so many."""
    return [each.removeprefix("referral.").removesuffix(".v1") for each in (await loop.announced())[since:]]


@every_act
async def test_an_act_settles_after_ten_minutes_and_not_before(
    loop: Loop, begun: Begun, act: Act, announced: list[str]
) -> None:
    found = await begun(loop)
    heard = len(await loop.announced())
    assert isinstance(await act(loop, found), Moved)
    await loop.pass_time(TEN_MINUTES - A_SECOND)
    assert await news(loop, heard) == []

    await loop.pass_time(A_SECOND)
    await loop.look()
    assert await news(loop, heard) == announced
    assert (await loop.get(found.referral_id)).pending is None
    assert await loop.broken() == []


@every_act
async def test_undoing_an_act_puts_back_exactly_what_was_and_nothing_has_left(
    loop: Loop, begun: Begun, act: Act, announced: list[str]
) -> None:
    found = await begun(loop)
    heard, before = len(await loop.announced()), await rows(loop.database)
    await act(loop, found)
    loop.clock.move(TEN_MINUTES - A_SECOND)
    undone = await loop.acts.undo(found.referral_id, CLINICIAN if act in (accept, decline) else DANA)
    await loop.pass_time(10 * TEN_MINUTES)

    after = await rows(loop.database)
    for kept in (before, after):
        kept["referrals"] = [
            {name: value for name, value in row.items() if name not in GOES_ON} for row in kept["referrals"]
        ]
    assert isinstance(undone, Moved)
    assert after == before
    assert await news(loop, heard) == []


@every_act
async def test_once_it_has_settled_an_act_cannot_be_undone(
    loop: Loop, begun: Begun, act: Act, announced: list[str]
) -> None:
    found = await begun(loop)
    await act(loop, found)
    loop.clock.move(TEN_MINUTES)  # due, though nobody has looked yet
    refused = await loop.acts.undo(found.referral_id, DANA)

    assert isinstance(refused, Refused)
    assert refused.code == "not_now"


@every_act
async def test_when_the_service_dies_while_it_settles_it_settles_once(
    loop: Loop, begun: Begun, act: Act, announced: list[str]
) -> None:
    """Whatever was under way is rolled back with what it announced; the next look does it once."""
    found = await begun(loop)
    heard = len(await loop.announced())
    await act(loop, found)
    loop.clock.move(TEN_MINUTES)
    before = await rows(loop.database)
    dying = PowerCut(loop.database._writer, loop.database._reader)
    with pytest.raises(Retryable):
        await settle_due(dying, loop.terms, loop.rosters, loop.clock.now)
    assert (await rows(loop.database), await news(loop, heard)) == (before, [])

    again = Loop(loop.database, loop.clock)
    await again.look()
    await again.look()
    assert await news(again, heard) == announced
    assert await again.broken() == []


class PowerCut(Database):
    """Where the process ends: everything is written, nothing is committed."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
            raise Retryable("the process has ended")


async def test_of_services_that_look_at_once_one_settles(loop: Loop) -> None:
    found = await proposed(loop)
    heard = len(await loop.announced())
    await choose(loop, found)
    loop.clock.move(TEN_MINUTES)
    looks = [settle_due(loop.database, loop.terms, storage.RosterCache(), loop.clock.now) for _ in range(5)]
    await asyncio.gather(*looks)

    assert await news(loop, heard) == ["requested"]


async def test_who_undoes_and_the_clock_that_settles_agree_on_who_was_first(loop: Loop) -> None:
    """At the very end of the ten minutes the clock has it, whoever comes first."""
    for number in range(1, 6):
        referral_id = await loop.request(number)
        await loop.choose(referral_id, "c-b")
        loop.clock.move(TEN_MINUTES)
        _, undone = await asyncio.gather(
            settle_due(loop.database, loop.terms, loop.rosters, loop.clock.now),
            loop.acts.undo(referral_id, DANA),
        )
        assert isinstance(undone, Refused)
        assert (await loop.get(referral_id)).stage == "offered"
    assert await loop.broken() == []


async def test_while_an_act_can_be_undone_nothing_else_can_be_done(loop: Loop) -> None:
    found = await proposed(loop)
    await choose(loop, found)
    newest = await loop.get(found.referral_id)
    refused = await close(loop, newest)

    assert isinstance(refused, Refused)
    assert refused.code == "settling"


async def test_a_clinician_cannot_undo_what_the_coordinator_did(loop: Loop) -> None:
    found = await offered(loop)
    await take_back(loop, found)
    refused = await loop.acts.answer_offer(offer_of(found), CLINICIAN, "undo")

    assert isinstance(refused, Refused)
    assert refused.code == "not_yours"


async def test_many_acts_settle_in_the_order_in_which_they_were_done(loop: Loop) -> None:
    for number in range(70, 0, -1):
        await loop.acts.close(await loop.request(number), DANA, 1, "chose_other")
        loop.clock.move(A_SECOND)
    loop.clock.move(TEN_MINUTES)
    looks = [await settle_due(loop.database, loop.terms, loop.rosters, loop.clock.now) for _ in range(2)]

    ended = [each["reference"] for each in await facts(loop.database, ReferralCancelled)]
    assert looks == [True, False]
    assert ended == [f"R-{number:05d}" for number in range(70, 0, -1)]
