"""What facts did not tell is found and mended: a call that is booked has its mails, and no other has any."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.notifications import storage, timers
from services.notifications.delivery import Postman
from services.notifications.reconcile import FACTS_TAKE, Reconciler
from shared.database import Database
from tests.conftest import TestClock
from tests.logs import captured
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


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged meanwhile."""
    with captured() as lines:
        yield lines


async def waiting(database: Database) -> dict[str, tuple[int, str]]:
    """What may still go, by template and offset: of which version of the call, and to whom."""
    async with database.reading() as tx:
        found = [one.plan for one in await storage.waiting_about_calls(tx, ("", ""), None)]
    return {
        f"{one.template} {one.codes.get('offset', '')}".strip(): (one.subject_version, one.recipient_id)
        for one in found
    }


def counted() -> Mapping[tuple[str, str], float]:
    """What was mended so far, by kind and template."""
    found = (one for metric in REGISTRY.collect() for one in metric.samples)
    return {
        (one.labels["kind"], one.labels["template"]): one.value
        for one in found
        if one.name == "practice_call_mails_mended_total"
    }


# --- missing ----------------------------------------------------------------------------------------------


async def test_a_booking_whose_fact_was_lost_has_its_mails(
    reconciler: Reconciler, answers: Answers, database: Database
) -> None:
    answers.calls["request-1"] = BOOKED.stands

    await reconciler.look()

    assert set(await waiting(database)) == EVERYTHING


async def test_only_what_is_still_to_come_is_planned(
    reconciler: Reconciler, answers: Answers, database: Database, clock: TestClock
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    clock.now = IN_FIVE_DAYS - DAY + HOUR

    await reconciler.look()

    assert set(await waiting(database)) == EVERYTHING - {"call_reminder 3d", "call_reminder 1d"}


async def test_a_fact_that_may_still_come_is_waited_for(
    reconciler: Reconciler, answers: Answers, database: Database, clock: TestClock
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    clock.now = NOW + FACTS_TAKE - timedelta(seconds=1)

    await reconciler.look()

    assert await waiting(database) == {}


async def test_what_facts_have_told_is_left_alone(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    await hear(BOOKED.fact)
    before, count = await waiting(database), counted()

    await reconciler.look()

    assert await waiting(database) == before
    assert counted() == count


async def test_a_fact_that_comes_after_all_adds_nothing(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    await reconciler.look()
    before = await waiting(database)

    await hear(BOOKED.fact)

    assert await waiting(database) == before


async def test_what_was_sent_or_refused_is_not_missing(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    await hear(BOOKED.fact)
    assert await hear.settle() == ["call_booked_notice", "call_confirmed"]

    await reconciler.look()

    assert set(await waiting(database)) == EVERYTHING - {"call_confirmed", "call_booked_notice"}


async def test_an_answer_older_than_what_is_known_plans_nothing(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    answers.calls["request-1"] = BOOKED.stands
    await hear(BOOKED.cancelled(NOW).fact)

    await reconciler.look()

    assert set(await waiting(database)) <= {"call_cancelled", "call_cancelled_notice"}


# --- away, many, and several at once ----------------------------------------------------------------------


async def test_while_intake_is_away_nothing_is_believed_and_it_is_said(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    await hear(BOOKED.fact)
    before, away = await waiting(database), _compared("intake_away")
    answers.away = {"intake"}

    await reconciler.look()

    assert await waiting(database) == before
    assert _compared("intake_away") == away + 1


async def test_what_is_mended_is_counted_by_kind(
    reconciler: Reconciler, hear: Hearing, answers: Answers
) -> None:
    before = counted()
    await hear(BOOKED.fact)
    answers.calls = {
        "request-1": BOOKED.cancelled(NOW).stands,
        "request-2": Booked(request_id="request-2", call_id="call-2").stands,
    }

    await reconciler.look()

    after = counted()
    grown = {which: after[which] - before.get(which, 0) for which in after}
    assert grown["extra", "call_reminder"] == 2
    assert grown["missing", "call_reminder"] == 2
    assert grown["missing", "call_cancelled"] == 1


async def test_what_is_mended_is_logged_in_codes(
    reconciler: Reconciler, hear: Hearing, answers: Answers, logged: list[Any]
) -> None:
    await hear(BOOKED.fact)
    answers.calls = {
        "request-1": BOOKED.cancelled(NOW).stands,
        "request-2": Booked(request_id="request-2", call_id="call-2").stands,
    }

    await reconciler.look()

    mended = [each for each in logged if each["event"] == "calls.mended"]
    said = {(each["type"], each["template"], each["why"]): each["count"] for each in mended}
    assert said["extra", "call_reminder", "call_cancelled"] == 2
    assert said["missing", "call_reminder", "missing"] == 2
    assert said["missing", "call_cancelled", "missing"] == 1


async def test_many_calls_are_compared_page_by_page(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    """Some are planned already, some are missing, some extra: on every page."""
    answers.page = 3
    calls = [Booked(request_id=f"request-{n:02}", call_id=f"call-{n:02}") for n in range(20)]
    for number, call in enumerate(calls):
        off = number % 5 == 4
        answers.calls[call.request_id] = (call.cancelled(NOW) if off else call).stands
        if number % 2 or off:
            await hear(call.fact)

    await reconciler.look()

    async with database.reading() as tx:
        found = await storage.waiting_about_calls(tx, ("", ""), None)
    booked, told_off = {each.split()[0] for each in EVERYTHING}, {"call_cancelled", "call_cancelled_notice"}
    for number, call in enumerate(calls):
        its = {one.plan.template for one in found if one.plan.subject_id == call.call_id}
        assert its == (told_off if number % 5 == 4 else booked)


async def test_replicas_that_compare_at_once_plan_each_mail_once(
    reconciler: Reconciler, hear: Hearing, answers: Answers, database: Database
) -> None:
    for number in range(40):
        call = Booked(request_id=f"request-{number:02}", call_id=f"call-{number:02}")
        if number % 2:
            await hear(call.fact)
            call = call.moved(IN_FIVE_DAYS + DAY, NOW)
        answers.calls[call.request_id] = call.stands

    await asyncio.gather(*(reconciler.look() for _ in range(3)))

    async with database.reading() as tx:
        found = await storage.waiting_about_calls(tx, ("", ""), None)
    keys = [one.plan.dedup_key for one in found]
    assert len(keys) == len(set(keys)) >= 160


async def test_it_is_compared_every_ten_minutes(
    postman: Postman, reconciler: Reconciler, database: Database, clock: TestClock
) -> None:
    ticks = {one.name: one for one in timers.ticks(postman, reconciler, database, clock)}

    assert ticks["reconcile_calls"].every == timedelta(minutes=10)
    assert ticks["reconcile_calls"].run == reconciler.look


def _compared(outcome: str) -> float:
    return REGISTRY.get_sample_value("practice_call_comparisons_total", {"outcome": outcome}) or 0
