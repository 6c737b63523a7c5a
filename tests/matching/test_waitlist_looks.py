"""Everybody who waits is matched again when something that could help has changed; on both databases."""

import asyncio
from datetime import timedelta

import pytest

from services.matching import operations
from services.matching.domain.referral import Refused
from services.matching.domain.types import Roster
from services.matching.handlers.waitlist import Waitlist
from services.matching.storage import RosterCache
from services.matching.timers import ticks
from shared.contracts.matching import ReferralProposed
from shared.database import Database, Transaction
from shared.ids import RandomIds
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.calls import hear, scheduled
from tests.matching.conftest import WriteRoster
from tests.matching.loop import DANA
from tests.matching.waiting import DAY, FULL, ONE_FREE, House, facts
from tests.statements import statements_of


@pytest.fixture
def house(database: Database, practice: Practice, write_roster: WriteRoster) -> House:
    return House(database, practice, write_roster)


async def test_a_place_that_frees_goes_to_who_has_waited_longest(house: House) -> None:
    await house.roster({"id": "c-a", **ONE_FREE})
    offered = await house.loop.offered(9)
    first, second = await house.waiting(1, 2)
    assert await house.stages(first, second) == ["waitlisted", "waitlisted"]

    await house.loop.acts.take_back(offered.referral_id, DANA, offered.version)
    await house.loop.pass_time()
    again = await house.loop.get(offered.referral_id)
    await house.loop.acts.close(again.referral_id, DANA, again.version, "unreachable")
    await house.loop.pass_time()

    assert await house.stages(first, second) == ["proposed", "waitlisted"]


async def test_who_is_matched_again_is_announced_as_following_a_freed_place(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    await house.roster({"id": "c-a", **ONE_FREE})
    await house.waitlist.look()

    fact = (await facts(house.database, ReferralProposed))[-1]
    found = await house.loop.get(referral_id)
    assert fact["after"] == {"what": "place_freed", "clinician_id": None, "why": None}
    assert [each["clinician_id"] for each in fact["candidates"]] == ["c-a"]
    assert (found.standing.next_action, found.standing.why) == ("reach_out", "place_freed")
    assert found.standing.due_at == house.loop.terms.contact_due(house.loop.clock.now)


async def test_a_clinician_who_joins_is_proposed_to_who_waits(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    assert await house.stages(referral_id) == ["waitlisted"]

    await house.roster({"id": "c-a", **FULL}, {"id": "c-b"})
    assert await house.stages(referral_id) == ["proposed"]


async def test_a_leave_that_ends_is_a_place_that_frees(house: House) -> None:
    away = {"from": "2026-11-20", "to": "2026-11-23"}
    await house.roster({"id": "c-a", "leave": [away]})
    (referral_id,) = await house.waiting(1)
    assert await house.stages(referral_id) == ["waitlisted"]

    house.loop.clock.move(timedelta(hours=13, minutes=59))  # a minute before midnight in Los Angeles
    assert await house.stages(referral_id) == ["waitlisted"]
    house.loop.clock.move(timedelta(minutes=1))
    assert await house.stages(referral_id) == ["proposed"]


async def test_one_place_is_never_promised_to_two(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    people = await house.waiting(1, 2, 3)
    await house.roster({"id": "c-a", **ONE_FREE})

    assert await house.stages(*people) == ["proposed", "waitlisted", "waitlisted"]
    assert await house.stages(*people) == ["proposed", "waitlisted", "waitlisted"]


async def test_a_promised_place_that_is_not_taken_goes_to_the_next(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    first, second = await house.waiting(1, 2)
    await house.loop.acts.contact(second, DANA, 1)  # so that nothing else happens to them meanwhile
    await house.roster({"id": "c-a", **ONE_FREE})
    assert await house.stages(first, second) == ["proposed", "waitlisted"]
    assert await house.stages(first, second) == ["proposed", "waitlisted"]  # and that has been seen

    found = await house.loop.get(first)
    await house.loop.acts.close(first, DANA, found.version, "chose_other")
    await house.loop.pass_time()
    assert await house.stages(first, second) == ["cancelled", "proposed"]


async def test_a_promised_place_that_is_taken_is_gone(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    first, second = await house.waiting(1, 2)
    await house.roster({"id": "c-a", **ONE_FREE})
    await house.waitlist.look()

    await house.loop.choose(first, "c-a")
    await house.loop.pass_time()
    assert await house.stages(first, second) == ["offered", "waitlisted"]
    assert await house.loop.broken() == []


async def test_whom_the_coordinator_took_none_of_does_not_come_back_by_itself(house: House) -> None:
    await house.roster({"id": "c-a"}, {"id": "c-b"}, {"id": "c-c"}, {"id": "c-d"})
    referral_id = await house.loop.request(1)
    found = await house.loop.get(referral_id)
    await house.loop.acts.put_on_waitlist(referral_id, DANA, found.version)
    await house.loop.pass_time()
    assert await house.stages(referral_id) == ["waitlisted"]

    await house.roster({"id": "c-a"}, {"id": "c-b"}, {"id": "c-c"}, {"id": "c-d"}, {"id": "c-e"})
    assert await house.stages(referral_id) == ["proposed"]
    decision = await operations.explain(house.database, "R-00001")
    assert decision is not None
    assert [fit.clinician_id for fit in decision.candidates] == ["c-e"]


async def test_what_can_still_be_undone_is_not_matched_again(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    found = await house.loop.get(referral_id)
    await house.loop.acts.close(referral_id, DANA, found.version, "chose_other")
    await house.roster({"id": "c-a", **ONE_FREE})

    assert await house.stages(referral_id) == ["cancelled"]
    await house.loop.acts.undo(referral_id, DANA)
    assert await house.stages(referral_id) == ["proposed"]


async def test_a_person_in_crisis_is_matched_and_nobody_is_chosen_before_it_is_cleared(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    calm, urgent = (*await house.waiting(1), *await house.waiting(2, safety_level="crisis"))
    await house.roster({"id": "c-a", **ONE_FREE})

    assert await house.stages(calm, urgent) == ["waitlisted", "proposed"]
    refused = await house.loop.choose(urgent, "c-a")
    assert isinstance(refused, Refused)
    assert refused.code == "crisis"


async def test_a_call_that_is_booked_stays_the_next_thing_to_do(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    await hear(house.loop, scheduled(starts_at=house.loop.clock.now + DAY))
    due_at = (await house.loop.get(referral_id)).standing.due_at
    await house.roster({"id": "c-a", **ONE_FREE})

    assert await house.stages(referral_id) == ["proposed"]
    after = await house.loop.get(referral_id)
    assert (after.standing.next_action, after.standing.due_at) == ("call", due_at)


async def test_whose_situation_has_become_hopeless_stays_on_the_list_in_silence(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    (referral_id,) = await house.waiting(1)
    await house.roster({"id": "c-a", "units": ["couple"]})
    before = await house.loop.announced()

    assert await house.stages(referral_id) == ["waitlisted"]
    assert await house.loop.announced() == before


async def test_while_nothing_changes_nothing_is_matched(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    with statements_of(house.database) as said:
        await house.waitlist.look()
    nobody = len(said)
    await house.waiting(1, 2, 3)
    await house.waitlist.look()
    with statements_of(house.database) as said:
        await house.waitlist.look()

    assert nobody <= 2  # who waits? nobody
    assert len(said) <= 5
    assert not any("UPDATE" in each or "referrals.request" in each for each in said)


async def test_replicas_that_look_at_once_promise_a_place_once(house: House) -> None:
    await house.roster({"id": "c-a", **FULL})
    people = await house.waiting(*range(1, 7))
    await house.roster({"id": "c-a", "capacity": 10, "caseload": 8})
    replicas = [Waitlist(house.database, house.loop.terms, RosterCache(), house.loop.clock) for _ in range(4)]

    await asyncio.gather(*(each.look() for each in replicas))

    assert await house.stages(*people) == ["proposed"] * 2 + ["waitlisted"] * 4
    assert len(await facts(house.database, ReferralProposed)) == 2


async def test_what_changes_while_people_are_matched_is_heeded(house: House) -> None:
    """The place goes to somebody else between the look at the roster and the proposal."""
    await house.roster({"id": "c-a", **FULL}, {"id": "c-b", "units": ["couple"]})
    (referral_id,) = await house.waiting(1)
    couple = await house.loop.request(2, unit="couple")
    await house.roster({"id": "c-a", **ONE_FREE}, {"id": "c-b", "units": ["couple"]})

    class Meddled(RosterCache):
        meddled = False

        async def load(self, tx: Transaction) -> Roster:
            if not self.meddled:
                self.meddled = True
                await house.loop.choose(couple, "c-a")
            return await super().load(tx)

    rosters = Meddled()
    await Waitlist(house.database, house.loop.terms, rosters, house.loop.clock).look()

    assert rosters.meddled
    assert (await house.loop.get(referral_id)).stage == "waitlisted"
    proposed = await facts(house.database, ReferralProposed)
    assert [each["request_id"] for each in proposed] == ["q-2"]


async def test_a_freed_place_and_a_changed_roster_wake_whoever_looks(house: House) -> None:
    looks = ticks(house.database, house.loop.terms, house.loop.rosters, TestClock(), RandomIds())
    (signal,) = {each.wakes_on for each in looks if each.name == "match_waiting"}
    assert signal is not None
    woken = house.database.signal(signal)

    await house.roster({"id": "c-a", **ONE_FREE})
    assert woken.is_set()
    offered = await house.loop.offered(1)
    woken.clear()
    await house.loop.acts.undo(offered.referral_id, DANA)  # too late: nothing changes
    assert not woken.is_set()
    await house.loop.acts.take_back(offered.referral_id, DANA, offered.version)
    await house.loop.pass_time()
    assert woken.is_set()
