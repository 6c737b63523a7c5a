"""Who waits is asked after a while whether they still do, and let go kindly; on both databases."""

from datetime import datetime, timedelta

import pytest

from services.matching.domain.referral import Moved
from services.matching.handlers.waitlist import ask_who_waits, let_the_silent_go
from shared.contracts.matching import ReferralCancelled, ReferralStillWaiting
from shared.database import Database
from shared.practice import Practice
from tests.matching.builders import NOW
from tests.matching.calls import hear, scheduled
from tests.matching.conftest import WriteRoster
from tests.matching.loop import DANA
from tests.matching.waiting import DAY, FULL, House, facts

MINUTE = timedelta(minutes=1)
ASKED, GONE = 14 * DAY, 30 * DAY


class Asking(House):
    """The same house, in which time passes for those who wait."""

    async def passed(self, since: timedelta) -> None:
        """So long after they wrote, the ticks look."""
        self.loop.clock.now = NOW + since
        while await ask_who_waits(self.database, self.loop.terms, self.loop.clock.now):
            pass
        while await let_the_silent_go(self.database, self.loop.terms, self.loop.clock.now):
            pass

    async def waits(self, number: int = 1, safety_level: str = "none") -> str:
        """Somebody wrote, nobody was free, and a coordinator has spoken with them at once."""
        referral_id = await self.loop.request(number, safety_level=safety_level)
        await self.loop.acts.contact(referral_id, DANA, 1)
        return referral_id

    async def asked(self) -> list[str]:
        """Whom we asked, by reference."""
        return [each["reference"] for each in await facts(self.database, ReferralStillWaiting)]

    async def let_go(self) -> list[tuple[str, str]]:
        """Who was taken off the list, and why."""
        return [(each["reference"], each["why"]) for each in await facts(self.database, ReferralCancelled)]


@pytest.fixture
async def house(database: Database, practice: Practice, write_roster: WriteRoster) -> Asking:
    house = Asking(database, practice, write_roster)
    await house.roster({"id": "c-a", **FULL})
    return house


async def test_who_waits_is_asked_after_a_fortnight_and_not_before(house: Asking) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED - MINUTE)
    assert await house.asked() == []

    await house.passed(ASKED)
    (fact,) = await facts(house.database, ReferralStillWaiting)
    found = await house.loop.get(referral_id)
    assert datetime.fromisoformat(fact["closes_at"]) == NOW + GONE
    assert datetime.fromisoformat(fact["waiting_since"]) == NOW
    assert (found.standing.next_action, found.standing.due_at) == ("hear_back", NOW + GONE)


async def test_nobody_is_asked_twice_without_having_answered(house: Asking) -> None:
    await house.waits()
    for days in (14, 15, 29):
        await house.passed(days * DAY)

    assert await house.asked() == ["R-00001"]


async def test_who_answers_that_they_wait_is_asked_again_a_fortnight_later(house: Asking) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED)
    await house.loop.acts.answer_waiting(referral_id, "still_waiting")
    await house.passed(2 * ASKED - MINUTE)
    assert len(await house.asked()) == 1

    await house.passed(2 * ASKED)
    assert len(await house.asked()) == 2
    await house.passed(ASKED + GONE - MINUTE)
    assert await house.let_go() == []
    await house.passed(ASKED + GONE)
    assert await house.let_go() == [("R-00001", "gone_quiet")]


@pytest.mark.parametrize("answer", ["found_someone", "not_now"])
async def test_who_found_someone_or_wants_nothing_now_is_not_asked_again(house: Asking, answer: str) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED)
    await house.loop.acts.answer_waiting(referral_id, answer)
    await house.passed(GONE)

    assert await house.asked() == ["R-00001"]
    assert await house.let_go() == [("R-00001", answer)]


async def test_who_was_silent_for_thirty_days_in_all_is_let_go_once_and_not_before(house: Asking) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED)
    await house.passed(GONE - MINUTE)
    assert await house.let_go() == []

    await house.passed(GONE)
    await house.passed(GONE + DAY)
    found = await house.loop.get(referral_id)
    assert await house.let_go() == [("R-00001", "gone_quiet")]
    assert (found.stage, found.closed_at) == ("cancelled", NOW + GONE)


async def test_who_is_asked_late_because_nothing_ran_still_has_a_week_to_answer(house: Asking) -> None:
    await house.waits()
    late = 40 * DAY
    await house.passed(late)
    (fact,) = await facts(house.database, ReferralStillWaiting)
    assert datetime.fromisoformat(fact["closes_at"]) == NOW + late + 7 * DAY
    await house.passed(late + 7 * DAY - MINUTE)
    assert await house.let_go() == []

    await house.passed(late + 7 * DAY)
    assert await house.let_go() == [("R-00001", "gone_quiet")]


async def test_having_been_asked_once_before_is_no_warning_of_the_next_end(house: Asking) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED)
    await house.loop.acts.answer_waiting(referral_id, "still_waiting")
    await house.passed(ASKED + 40 * DAY)  # nothing ran meanwhile
    assert len(await house.asked()) == 2
    await house.passed(ASKED + 41 * DAY)

    assert await house.let_go() == []


async def test_what_a_coordinator_has_yet_to_do_is_not_removed_by_asking_the_person(house: Asking) -> None:
    referral_id = await house.loop.request(1)
    due_at = (await house.loop.get(referral_id)).standing.due_at
    await house.passed(ASKED)

    found = await house.loop.get(referral_id)
    assert await house.asked() == ["R-00001"]
    assert (found.standing.next_action, found.standing.due_at) == ("reach_out", due_at)


async def test_with_a_call_to_come_nobody_is_asked_or_let_go(house: Asking) -> None:
    referral_id = await house.waits()
    await hear(house.loop, scheduled(starts_at=NOW + 45 * DAY))
    await house.passed(ASKED)
    await house.passed(GONE)

    assert await house.asked() == []
    assert (await house.loop.get(referral_id)).stage == "waitlisted"


async def test_words_of_crisis_are_answered_by_a_person_before_anything_is_asked(house: Asking) -> None:
    await house.waits(safety_level="crisis")
    await house.passed(ASKED)
    assert await house.asked() == []

    await house.loop.clear(1)
    await house.passed(ASKED + MINUTE)
    assert await house.asked() == ["R-00001"]


async def test_everybody_who_is_due_is_asked_however_many_they_are(house: Asking) -> None:
    for number in range(1, 71):
        await house.waits(number)
    await house.passed(ASKED)

    assert len(await house.asked()) == 70


async def test_an_answer_that_comes_just_before_the_end_keeps_them_on_the_list(house: Asking) -> None:
    referral_id = await house.waits()
    await house.passed(ASKED)
    house.loop.clock.now = NOW + GONE
    answered = await house.loop.acts.answer_waiting(referral_id, "still_waiting")
    await house.passed(GONE)

    assert isinstance(answered, Moved)
    assert await house.let_go() == []


async def test_who_is_still_owed_a_word_is_not_let_go_for_being_silent(house: Asking) -> None:
    await house.loop.request(1)
    for days in (14, 30, 60):
        await house.passed(days * DAY)

    assert await house.asked() == ["R-00001"]
    assert await house.let_go() == []
