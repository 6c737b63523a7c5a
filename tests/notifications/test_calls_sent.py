"""What is said of a call is looked at once more when it is sent, and on bad days. On both databases."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.notifications.addresses import Mailbox
from services.notifications.asking import Known
from services.notifications.delivery import Postman
from services.notifications.domain.decide import Send, Standing
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.reminders import CONFIRMED_LATELY
from services.notifications.press import Printer
from services.notifications.smtp import Envelope
from shared.contracts.intake import ConsultationsAsked
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, someone
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.hearing import Hearing
from tests.notifications.watching import rows, send_due, states

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOOKED = Booked()
MOVED = BOOKED.moved(IN_FIVE_DAYS + DAY, NOW + HOUR)
HANDED_OVER = BOOKED.moved(IN_FIVE_DAYS, NOW + HOUR, coordinator_id="lee")
CANCELLED = BOOKED.cancelled(NOW + HOUR)


@pytest.fixture
def known(answers: Answers) -> Answers:
    answers.people["request-1"] = someone()
    answers.calls["request-1"] = BOOKED.stands
    return answers


async def test_intake_is_asked_once_a_claim_how_the_calls_stand(
    hear: Hearing, postman: Postman, known: Answers
) -> None:
    await hear(BOOKED.fact)

    await send_due(postman)

    asked = [one for one in known.asked if isinstance(one, ConsultationsAsked)]
    assert [one.request_ids for one in asked] == [("request-1",)]


async def test_what_changed_without_a_fact_is_seen_at_the_moment_of_sending(
    hear: Hearing, postman: Postman, known: Answers, database: Database, clock: TestClock
) -> None:
    await hear(BOOKED.fact)
    known.calls["request-1"] = CANCELLED.stands

    await send_due(postman)

    found = await states(database)
    assert found["call_confirmed to request-1"] == ("not_sent", "call_cancelled")
    assert found["call_booked_notice to dana"] == ("not_sent", "call_cancelled")


async def test_a_mail_about_a_call_waits_for_intake_but_never_past_its_end(
    hear: Hearing, postman: Postman, known: Answers, database: Database, clock: TestClock
) -> None:
    soon = Booked(NOW + 30 * timedelta(minutes=1))
    known.away = {"intake"}
    known.calls["request-1"] = soon.stands
    await hear(soon.fact)

    await send_due(postman)
    assert (await states(database))["call_confirmed to request-1"] == ("planned", "intake_away")

    clock.move(timedelta(minutes=30))
    known.away = set()
    await send_due(postman)
    assert (await states(database))["call_confirmed to request-1"] == ("not_sent", "expired")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (CONFIRMED_LATELY, ("sent", None)),
        (CONFIRMED_LATELY - timedelta(minutes=1), ("not_sent", "just_confirmed")),
        (timedelta(0), ("not_sent", "just_confirmed")),
    ],
)
async def test_after_an_outage_the_confirmation_goes_and_not_the_reminder_beside_it(
    hear: Hearing,
    postman: Postman,
    known: Answers,
    database: Database,
    clock: TestClock,
    before: timedelta,
    expected: tuple[str, str | None],
) -> None:
    """By day: the call is at six in the evening."""
    call = Booked(IN_FIVE_DAYS + 8 * HOUR)
    known.calls["request-1"] = call.stands
    await hear(call.fact)
    clock.now = call.starts_at - DAY - before
    await send_due(postman)
    clock.now = call.starts_at - DAY
    await send_due(postman)

    found = [row for row in await rows(database) if row.template == "call_reminder"]
    a_day_before = max(found, key=lambda row: row.not_after or NOW)
    assert (a_day_before.state, a_day_before.reason) == expected


async def test_safe_hours_that_hold_a_reminder_too_long_cost_the_coordinator_nothing(
    hear: Hearing, postman: Postman, known: Answers, database: Database, clock: TestClock
) -> None:
    """The call is at ten in the morning; they are alone at six in the evening."""
    known.people["request-1"] = someone(safe_hours={"from": "18:00", "to": "19:00"})
    call = Booked(more={"remind_shortly": True})
    known.calls["request-1"] = call.stands
    await hear(call.fact)

    for before in (4 * DAY + 16 * HOUR, HOUR, timedelta(minutes=15)):
        clock.now = call.starts_at - before
        await send_due(postman)

    found = await rows(database)
    assert {row.state for row in found if row.template in ("call_confirmed", "call_soon")} == {"sent"}
    shortly = max((row for row in found if row.template == "call_reminder"), key=lambda row: row.due_at)
    assert (shortly.state, shortly.reason) == ("not_sent", "safe_hours")


@dataclass
class SlowPress:
    """A press that takes until then to write."""

    press: Printer
    clock: TestClock
    until: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.press.zone

    def address_of(self, delivery: Delivery, known: Known) -> Mailbox | None:
        return self.press.address_of(delivery, known)

    def print(
        self,
        delivery: Delivery,
        known: Known,
        decision: Send,
        to: Mailbox,
        now: datetime,
        standing: Standing | None = None,
    ) -> Envelope:
        self.clock.now = self.until
        return self.press.print(delivery, known, decision, to, now, standing)


async def test_what_is_too_late_when_it_is_written_is_not_sent(
    hear: Hearing, postman: Postman, known: Answers, database: Database, clock: TestClock
) -> None:
    call = Booked(NOW + timedelta(seconds=20))
    known.calls["request-1"] = call.stands
    await hear(call.fact)
    postman.press = SlowPress(postman.press, clock, call.starts_at)

    await send_due(postman)

    assert (await states(database))["call_confirmed to request-1"] == ("not_sent", "expired")
