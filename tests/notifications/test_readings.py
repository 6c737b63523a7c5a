"""A series of readings as its mails are planned, rest and end, on both databases; and who is ready."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.notifications.domain.delivery import SERIES, Template
from services.notifications.handlers import Office
from services.notifications.handlers.readings import on_readiness_steps_due
from shared.contracts.base import Fact
from shared.database import Database
from tests.notifications.builders import NOW, CountedIds
from tests.notifications.calls import Booked
from tests.notifications.facts import (
    consultation_requested,
    contact_changed,
    erased,
    paused,
    reached,
    readiness_requested,
    reading_list_prepared,
    safety_flagged,
    step_due,
    stopped,
    taken_up,
)
from tests.notifications.hearing import Hearing
from tests.notifications.watching import rows

Turn = Callable[[int], Fact]
TAKES_BACK: tuple[tuple[Turn, str], ...] = (
    (paused, "series_paused"),
    (reached, "series_ready"),
    (stopped, "series_stopped"),
)
ENDS = TAKES_BACK[1:]
STEPS: tuple[tuple[str, str | None, Template], ...] = (
    ("practice", "naming", "readiness_practice"),
    ("reading", "letter", "readiness_reading"),
    ("check_in", None, "readiness_check_in"),
)


@pytest.mark.parametrize(("step", "item", "template"), STEPS)
@pytest.mark.parametrize(("turn", "why"), TAKES_BACK)
async def test_what_waits_is_taken_back_when_a_series_rests_or_ends(
    hear: Hearing, turn: Turn, why: str, step: str, item: str | None, template: Template
) -> None:
    await hear(step_due(2, step=step, item=item))
    await hear.hold()

    await hear(turn(3))

    assert await hear.planned() == [(template, why)]


@pytest.mark.parametrize(("turn", "why"), TAKES_BACK)
async def test_what_is_being_sent_at_that_moment_is_taken_back_too(
    hear: Hearing, turn: Turn, why: str, database: Database
) -> None:
    await hear(step_due(2))
    await hear.claim()

    await hear(turn(3))

    await hear.lose_lease()
    assert await hear.planned() == [("readiness_practice", why)]


async def test_after_a_rest_the_next_goes(hear: Hearing) -> None:
    await hear(step_due(2), paused(3))
    assert await hear.settle() == []

    await hear(step_due(5, number=2, item="long"))

    assert await hear.planned() == [("readiness_practice", None)]


@pytest.mark.parametrize(("turn", "why"), ENDS)
async def test_after_its_end_nothing_of_a_series_goes_whatever_is_announced(
    hear: Hearing, turn: Turn, why: str
) -> None:
    await hear(step_due(2))
    await hear.settle()
    await hear(turn(3))

    await hear(step_due(4, number=2), step_due(5, number=3, step="check_in", item=None))

    assert await hear.planned() == [("readiness_check_in", why), ("readiness_practice", why)]


@pytest.mark.parametrize(("turn", "_"), TAKES_BACK)
async def test_a_step_that_comes_after_what_ended_it_leads_to_no_mail(
    hear: Hearing, turn: Turn, _: str
) -> None:
    await hear(turn(3), step_due(2))

    assert await hear.planned() == []


async def test_a_step_let_in_just_before_a_pause_became_known_does_not_go(
    hear: Hearing, database: Database, office: Office
) -> None:
    late = step_due(2)
    await hear(paused(3))

    async with database.transaction() as tx:
        await on_readiness_steps_due([late], tx, NOW, CountedIds(), office=office)

    assert await hear.planned() == [("readiness_practice", "overtaken")]


async def test_one_step_is_one_mail_whatever_its_version(hear: Hearing) -> None:
    await hear(step_due(2), step_due(2))
    assert await hear.settle() == ["readiness_practice"]

    await hear(step_due(3))

    assert await hear.planned() == []


async def test_a_step_that_comes_late_does_not_go_beside_the_one_after_it(hear: Hearing) -> None:
    await hear(step_due(2))
    await hear.hold()

    await hear(step_due(3, number=2, item="long"))

    assert {one.plan.subject_version: one.stopped for one in await hear.claim()} == {2: "overtaken", 3: None}


@pytest.mark.parametrize(
    ("next_at", "until"),
    [
        (NOW + timedelta(days=7), NOW + timedelta(days=6)),
        (NOW + timedelta(days=14), NOW + timedelta(days=6)),
        (NOW + timedelta(days=2), NOW + timedelta(days=2)),
        (None, NOW + timedelta(days=6)),
    ],
)
async def test_a_reading_stands_until_the_next_would_come_and_six_days_at_most(
    hear: Hearing, next_at: datetime | None, until: datetime
) -> None:
    await hear(step_due(2, next_at=next_at))

    (one,) = await hear.claim()
    assert one.plan.not_after == until


async def test_after_an_outage_a_reading_still_has_its_six_days(hear: Hearing) -> None:
    long_ago = NOW - timedelta(days=20)
    await hear(step_due(2, due_at=long_ago))

    (one,) = await hear.claim()
    assert one.plan.due_at == long_ago
    assert one.plan.not_after == NOW + timedelta(days=6)


@pytest.mark.parametrize(("turn", "_"), TAKES_BACK)
async def test_what_belongs_to_a_call_or_to_safety_is_no_part_of_a_series(
    hear: Hearing, turn: Turn, _: str
) -> None:
    await hear(Booked().fact, safety_flagged(), step_due(2))
    await hear(turn(3))

    found = dict(await hear.planned())
    assert found.pop("readiness_practice") is not None
    assert found == {"call_booked_notice": None, "call_confirmed": None, "safety_alert": None}


async def test_a_rest_lets_the_list_that_was_asked_for_go(hear: Hearing) -> None:
    await hear(reading_list_prepared(), paused(2, "booked"))

    assert await hear.planned() == [("reading_list", None)]


async def test_a_list_whose_series_has_ended_would_promise_what_does_not_come(hear: Hearing) -> None:
    await hear(reading_list_prepared(), stopped(2))

    assert await hear.planned() == [("reading_list", "series_stopped")]


async def test_silence_takes_back_a_reading_as_any_mail(hear: Hearing) -> None:
    await hear(step_due(2), contact_changed(silenced=True), step_due(3, number=2))

    assert {why for _, why in await hear.planned()} == {"silenced"}


async def test_nothing_goes_to_somebody_who_is_erased_before_or_after(hear: Hearing) -> None:
    await hear(reading_list_prepared(), step_due(2), Booked().fact, taken_up())
    await hear(erased(), step_due(3, number=2), consultation_requested(version=9, reopened=True))

    assert await hear.claim() == []


async def test_an_erasure_stops_nobody_elses_mail(hear: Hearing) -> None:
    await hear(consultation_requested("request-2"), erased("request-1", "request-3"))

    assert await hear.planned() == [("acknowledgement", None)]


async def test_a_coordinator_hears_of_who_is_ready_an_hour_later(hear: Hearing, database: Database) -> None:
    await hear(taken_up(owner="lee"))

    (notice,) = await rows(database)
    assert (notice.template, notice.role, notice.recipient_id) == ("ready_notice", "coordinator", "lee")
    assert notice.due_at == NOW + timedelta(hours=1)
    assert notice.not_after is None


async def test_who_has_left_is_stood_in_for_when_somebody_is_ready(hear: Hearing, database: Database) -> None:
    await hear(taken_up(owner="gone"))

    assert [row.recipient_id for row in await rows(database)] == ["marguerite"]


async def test_who_is_ready_is_brought_to_a_coordinator_once_and_to_a_new_owner_again(
    hear: Hearing, database: Database
) -> None:
    await hear(taken_up(2), taken_up(3), taken_up(4, owner="lee"))

    assert sorted(row.recipient_id for row in await rows(database)) == ["dana", "lee"]


@pytest.mark.parametrize("level", ["none", "crisis"])
async def test_who_asked_for_reading_and_is_ready_is_answered_again(hear: Hearing, level: str) -> None:
    await hear(readiness_requested(safety_level=level))
    await hear.settle()

    again = consultation_requested(version=3, reopened=True)
    await hear(again, again)

    assert await hear.planned() == [("acknowledgement", None)]


async def test_a_consultation_that_is_announced_again_is_answered_once(hear: Hearing) -> None:
    await hear(consultation_requested())
    await hear.settle()

    await hear(consultation_requested(version=2))

    assert await hear.planned() == []


def test_what_is_taken_back_is_the_series_and_never_the_list() -> None:
    assert {template for _, _, template in STEPS} == SERIES
