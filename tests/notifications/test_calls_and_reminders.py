"""A coordinator's reminder that still waits does not go once something happened to the call."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.delivery import Postman
from shared.contracts.base import Fact
from shared.database import Database
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, someone
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.facts import overdue, referral_proposed
from tests.notifications.hearing import Hearing, named
from tests.notifications.watching import send_due, states

BOOKED = Booked()
MOVED = BOOKED.moved(IN_FIVE_DAYS, NOW)
ANY_NEWS = [
    BOOKED.fact,
    MOVED.fact,
    BOOKED.cancelled(NOW).fact,
    BOOKED.marked("attended", NOW).fact,
    BOOKED.marked("missed", NOW).fact,
]


@pytest.fixture
def known(answers: Answers) -> Answers:
    answers.people["request-1"] = someone()
    answers.calls["request-1"] = BOOKED.stands
    return answers


async def reminders(hear: Hearing) -> list[str | None]:
    return [why for template, why in await hear.planned() if template == "overdue"]


@pytest.mark.parametrize("news", ANY_NEWS, ids=named)
async def test_nobody_is_reminded_of_what_was_due_before_a_call_changed(hear: Hearing, news: Fact) -> None:
    await hear(referral_proposed(), overdue(2), news)

    assert await reminders(hear) == ["overtaken"]


@pytest.mark.parametrize("duty", ["review_hold", "review_silence"])
async def test_a_call_relieves_nobody_of_looking_at_what_is_held(hear: Hearing, duty: str) -> None:
    held = overdue(2).model_copy(update={"next_action": duty})
    await hear(referral_proposed(), held, BOOKED.fact)

    assert await reminders(hear) == [None]


async def test_what_is_due_after_the_call_is_reminded_of(hear: Hearing) -> None:
    await hear(referral_proposed(), BOOKED.fact, overdue(3).model_copy(update={"next_action": "call"}))

    assert await reminders(hear) == [None]


@pytest.mark.parametrize("duty", ["reach_out", "missed_call"])
async def test_a_reminder_that_a_booked_call_has_overtaken_on_the_way_does_not_go(
    hear: Hearing, postman: Postman, known: Answers, database: Database, duty: str
) -> None:
    """Matching's clock struck before it heard of the call; we heard of the call first."""
    await hear(referral_proposed(), BOOKED.fact, overdue(2).model_copy(update={"next_action": duty}))

    await send_due(postman)

    assert (await states(database))["overdue to dana"] == ("not_sent", "overtaken")


@pytest.mark.parametrize(
    ("stands", "duty"),
    [
        (None, "reach_out"),
        (BOOKED.cancelled(NOW).stands, "reach_out"),
        (BOOKED.marked("missed", NOW).stands, "missed_call"),
        (Booked(NOW - timedelta(hours=1)).stands, "reach_out"),  # over; they were not reached
        (BOOKED.stands, "review_hold"),
        (BOOKED.stands, "call"),
        (BOOKED.stands, "choose"),
    ],
)
async def test_a_reminder_goes_where_no_call_ahead_has_done_what_was_due(
    hear: Hearing, postman: Postman, known: Answers, database: Database, stands: Any, duty: str
) -> None:
    known.calls = {"request-1": stands} if stands else {}
    await hear(referral_proposed(), overdue(2).model_copy(update={"next_action": duty}))

    await send_due(postman)

    assert (await states(database))["overdue to dana"][0] == "sent"


async def test_a_reminder_waits_until_intake_says_how_the_call_stands(
    hear: Hearing, postman: Postman, known: Answers, database: Database
) -> None:
    await hear(referral_proposed(), overdue(2))
    known.away = {"intake"}
    await send_due(postman)
    assert (await states(database))["overdue to dana"][0] not in ("sent", "not_sent")
