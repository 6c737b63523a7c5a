"""After an outage everything is overdue at once, and two replicas work it off together."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from services.notifications.addresses import Mailbox
from services.notifications.delivery import AT_ONCE, CLAIMS, Postman
from services.notifications.domain.decide import QuietHours, Send, Standing
from services.notifications.domain.delivery import Delivery
from services.notifications.handlers import Office
from services.notifications.settle import Ledger
from services.notifications.smtp import Envelope
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import CountedIds, someone
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.hearing import Hearing
from tests.notifications.readers import PlainPress, Read, Readers

DAY = timedelta(days=1)


def some_calls(count: int) -> list[Booked]:
    return [Booked(request_id=f"request-{one:04}", call_id=f"call-{one:04}") for one in range(count)]


def known(answers: Answers, calls: list[Booked]) -> None:
    for call in calls:
        answers.people[call.request_id] = someone(call.request_id)
        answers.calls[call.request_id] = call.stands


def nothing_to_check(_mail: Read) -> None:
    pass


class CountingPress(PlainPress):
    """Counts the mails that are written between two beats of the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.since_a_beat, self.most = 0, 0

    def print(
        self,
        delivery: Delivery,
        known: object,
        decision: Send,
        to: Mailbox,
        now: datetime,
        standing: Standing | None = None,
    ) -> Envelope:
        self.since_a_beat += 1
        self.most = max(self.most, self.since_a_beat)
        return super().print(delivery, known, decision, to, now, standing)

    async def beat(self) -> None:
        while True:
            self.since_a_beat = 0
            await asyncio.sleep(0)


async def test_the_loop_beats_between_the_mails_of_a_claim(
    hear: Hearing, database: Database, answers: Answers, clock: TestClock, ids: CountedIds, office: Office
) -> None:
    """Writing a mail takes milliseconds; sixteen in one go, four claims at a time, would be felt."""
    calls, press, readers = some_calls(60), CountingPress(), Readers(nothing_to_check)
    known(answers, calls)
    await hear(*(call.fact for call in calls))
    ledger = Ledger(database, office.desk, office.mail_domain, clock, ids)
    postman = Postman(ledger, press, QuietHours(None), readers, answers)
    clock.now = IN_FIVE_DAYS - DAY
    beating = asyncio.create_task(press.beat())

    await postman.send_due()
    await postman.worked_off()

    beating.cancel()
    assert len(readers.read) == 60 * 2  # the confirmations tell what the reminders would
    assert 60 * 2 > AT_ONCE > CLAIMS >= press.most


class Twins:
    """Two replicas, each with connections of its own, and what their readers read."""

    def __init__(self, url: str, answers: Answers, clock: TestClock, ids: CountedIds, office: Office) -> None:
        self.readers = Readers(nothing_to_check)
        self.databases = [Database.open(url), Database.open(url)]
        self.hear = [Hearing(each, office, clock, ids) for each in self.databases]
        ledgers = [Ledger(each, office.desk, office.mail_domain, clock, ids) for each in self.databases]
        self.postmen = [
            Postman(each, PlainPress(), QuietHours(None), self.readers, answers) for each in ledgers
        ]

    async def send(self) -> None:
        """Both look at the same moment, until nothing is due."""
        await asyncio.gather(*(each.send_due() for each in self.postmen))
        await asyncio.gather(*(each.worked_off() for each in self.postmen))

    async def close(self) -> None:
        for each in self.databases:
            await each.close()


@pytest.fixture
async def twins(
    database_url: Callable[[str], Awaitable[str]],
    answers: Answers,
    clock: TestClock,
    ids: CountedIds,
    office: Office,
) -> AsyncIterator[Twins]:
    made = Twins(await database_url("notifications"), answers, clock, ids, office)
    yield made
    await made.close()


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_two_replicas_send_every_reminder_once_and_none_of_a_call_that_is_off(
    twins: Twins, answers: Answers, clock: TestClock, engine: str
) -> None:
    """Cancellations arrive at both while they send."""
    calls = some_calls(80)
    known(answers, calls)
    await twins.hear[0](*(call.fact for call in calls))
    await twins.send()
    clock.now = IN_FIVE_DAYS - DAY
    off = [call.cancelled(clock.now) for call in calls[::4]]
    answers.calls |= {call.request_id: call.stands for call in off}

    facts = [call.fact for call in off]
    await asyncio.gather(twins.send(), twins.hear[0](*facts[::2]), twins.hear[1](*facts[1::2]))
    await twins.send()

    read = Counter((one.template, one.call_id, one.recipient) for one in twins.readers.read)
    assert set(read.values()) == {1}
    assert Counter(one.template for one in twins.readers.read) == {
        "call_confirmed": 80,
        "call_booked_notice": 80,
        "call_reminder": 60,
        "call_cancelled": 20,
        "call_cancelled_notice": 20,
    }
