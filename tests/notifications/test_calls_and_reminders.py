"""A coordinator's reminder that still waits does not go once something happened to the call."""

import pytest

from shared.contracts.base import Fact
from tests.notifications.builders import NOW
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.facts import overdue, referral_proposed
from tests.notifications.hearing import Hearing, named

BOOKED = Booked()
MOVED = BOOKED.moved(IN_FIVE_DAYS, NOW)
ANY_NEWS = [
    BOOKED.fact,
    MOVED.fact,
    BOOKED.cancelled(NOW).fact,
    BOOKED.marked("attended", NOW).fact,
    BOOKED.marked("missed", NOW).fact,
]


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
