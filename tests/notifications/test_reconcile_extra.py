"""What waits about a call that does not stand like that any more is stopped, and said as it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import storage
from services.notifications.reconcile import FACTS_TAKE, Reconciler
from shared.contracts.base import Ask
from shared.contracts.intake import ConsultationsAsked
from shared.database import Database
from shared.errors import Retryable
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.hearing import Hearing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOOKED = Booked()
EVERYTHING = {
    "call_confirmed",
    "call_booked_notice",
    "call_reminder 3d",
    "call_reminder 1d",
    "call_soon",
    "call_outcome",
}


@pytest.fixture(autouse=True)
def facts_had_their_time(clock: TestClock) -> None:
    clock.now = NOW + FACTS_TAKE


async def waiting(database: Database) -> dict[str, tuple[int, str]]:
    """What may still go, by template and offset: of which version of the call, and to whom."""
    async with database.reading() as tx:
        found = [one.plan for one in await storage.waiting_about_calls(tx, ("", ""), None)]
    return {
        f"{one.template} {one.codes.get('offset', '')}".strip(): (one.subject_version, one.recipient_id)
        for one in found
    }


async def stopped(database: Database) -> set[tuple[str, str | None]]:
    """Of what is settled next: why each does not go."""
    async with database.transaction() as tx:
        claimed = await storage.claim_due(tx, "look", 64, NOW + DAY)
    return {(one.plan.template, one.stopped) for one in claimed if one.stopped is not None}


async def test_what_intake_does_not_say_when_it_is_asked_again_is_not_believed(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    """It has the call no more on its page, and falls silent before it says how the call stands."""

    async def falls_silent(question: Ask, answer: type[Any]) -> Any:
        if isinstance(question, ConsultationsAsked) and question.request_ids:
            raise Retryable("nobody answered")
        return await answers(question, answer)

    await hear(BOOKED.fact)
    before = await waiting(database)
    answers.calls["request-1"] = BOOKED.cancelled(NOW).stands

    await replace(reconciler, ask=falls_silent).look()

    assert await waiting(database) == before


async def test_a_cancellation_whose_fact_was_lost_stops_what_waits_and_is_told(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    await hear(BOOKED.fact)
    answers.calls["request-1"] = BOOKED.cancelled(NOW).stands

    await reconciler.look()

    assert set(await waiting(database)) == {"call_cancelled", "call_cancelled_notice"}
    assert {why for _, why in await stopped(database)} == {"call_cancelled"}


async def test_what_the_practice_itself_called_off_is_not_told_to_the_person_without_its_reason(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    await hear(BOOKED.fact)
    answers.calls["request-1"] = BOOKED.cancelled(NOW, by="intake").stands

    await reconciler.look()

    assert set(await waiting(database)) == {"call_cancelled_notice"}


async def test_a_move_whose_fact_was_lost_is_told_as_one(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    await hear(BOOKED.fact)
    answers.calls["request-1"] = BOOKED.moved(IN_FIVE_DAYS + DAY, NOW, coordinator_id="lee").stands

    await reconciler.look()

    found = await waiting(database)
    assert found == {
        "call_moved": (2, "request-1"),
        "call_cancelled_notice": (2, "dana"),
        "call_booked_notice": (2, "lee"),
        "call_reminder 3d": (2, "request-1"),
        "call_reminder 1d": (2, "request-1"),
        "call_soon": (2, "lee"),
        "call_outcome": (2, "lee"),
    }


@pytest.mark.parametrize(("status", "told"), [("attended", set()), ("missed", {"call_missed"})])
async def test_a_mark_whose_fact_was_lost_ends_the_question_how_it_went(
    reconciler: Reconciler,
    hear: Hearing,
    answers: Answers,
    database: Database,
    clock: TestClock,
    status: str,
    told: set[str],
) -> None:
    await hear(BOOKED.fact)
    clock.now = IN_FIVE_DAYS + 3 * HOUR
    answers.calls["request-1"] = BOOKED.marked(status, clock.now - HOUR).stands

    await reconciler.look()

    assert set(await waiting(database)) == told


async def test_a_call_that_is_over_and_not_marked_is_not_extra(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database, clock: TestClock
) -> None:
    await hear(BOOKED.fact)
    answers.calls["request-1"] = BOOKED.stands
    clock.now = IN_FIVE_DAYS + HOUR

    await reconciler.look()

    assert "call_outcome" in await waiting(database)
    asked = [one.request_ids for one in answers.asked if isinstance(one, ConsultationsAsked)]
    assert ("request-1",) in asked  # once more, by its request, before it is believed


async def test_a_call_that_nobody_knows_any_more_has_no_mails(
    reconciler: Reconciler, hear: Hearing, database: Database
) -> None:
    await hear(BOOKED.fact)

    await reconciler.look()

    assert await waiting(database) == {}
