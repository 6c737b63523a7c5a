"""What is seen of matching from outside: how much is open, overdue, or should have settled."""

from datetime import timedelta

from services.matching.domain.life import ENDS, STATES
from services.matching.metrics import GAUGES
from shared.database import Database
from shared.gauges import Numbers
from tests.matching.loop import Loop
from tests.seen import seen

HOUR = timedelta(hours=1)
NONE_OPEN = dict.fromkeys(STATES.keys() - ENDS, 0)


async def now(loop: Loop, ahead: timedelta = timedelta()) -> dict[str, Numbers]:
    """Without the name's beginning, which all share."""
    found = await seen(loop.database, GAUGES, loop.clock.now + ahead)
    return {name.removeprefix("practice_"): numbers for name, numbers in found.items()}


async def test_an_open_referral_is_counted_by_its_stage_and_an_end_is_not(with_three: Database) -> None:
    loop = Loop(with_three)
    assert (await now(loop))["referrals_open"] == NONE_OPEN
    await loop.request(1)
    await loop.request(2)

    assert (await now(loop))["referrals_open"] == NONE_OPEN | {"proposed": 2}

    await loop.withdraw(1)
    await loop.pass_time()
    assert (await now(loop))["referrals_open"] == NONE_OPEN | {"proposed": 1}


async def test_what_waits_for_somebody_past_its_time_is_seen(with_three: Database) -> None:
    loop = Loop(with_three)
    due_at = (await loop.get(await loop.request(1))).standing.due_at
    later = (await loop.get(await loop.request(2, received_at=loop.clock.now + HOUR))).standing.due_at
    assert due_at is not None
    assert later is not None

    before = await now(loop)
    assert (before["referrals_overdue"], before["referral_overdue_seconds"]) == (0, 0)

    past = await now(loop, max(due_at, later) + HOUR - loop.clock.now)
    assert past["referrals_overdue"] == 2
    assert (
        past["referral_overdue_seconds"] == (max(due_at, later) + HOUR - min(due_at, later)).total_seconds()
    )


async def test_what_an_operator_tries_out_is_never_overdue(with_three: Database) -> None:
    loop = Loop(with_three)
    await loop.request(1, test=True)

    found = await now(loop, timedelta(days=30))
    assert (found["referrals_overdue"], found["referrals_open"]) == (0, NONE_OPEN)


async def test_an_act_that_should_have_settled_and_has_not_is_late(with_three: Database) -> None:
    loop = Loop(with_three)
    await loop.choose(await loop.request(1), "c-a")
    assert (await now(loop))["settling_late_seconds"] == 0

    assert (await now(loop, HOUR))["settling_late_seconds"] == 50 * 60

    await loop.pass_time(HOUR)
    assert (await now(loop))["settling_late_seconds"] == 0
