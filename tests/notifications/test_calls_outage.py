"""After an outage everything is overdue at once, and two replicas work it off together."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.delivery import AT_ONCE, CLAIMS, Postman
from services.notifications.domain.decide import QuietHours
from services.notifications.handlers import Office
from services.notifications.settle import Ledger
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

    def print(self, *given: Any) -> Any:
        self.since_a_beat += 1
        self.most = max(self.most, self.since_a_beat)
        return super().print(*given)

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
    postman = Postman(ledger, press, QuietHours(None), readers, answers)  # type: ignore[arg-type]
    clock.now = IN_FIVE_DAYS - DAY
    beating = asyncio.create_task(press.beat())

    await postman.send_due()
    await postman.worked_off()

    beating.cancel()
    assert len(readers.read) == 60 * 2  # the confirmations tell what the reminders would
    assert 60 * 2 > AT_ONCE > CLAIMS >= press.most


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_two_replicas_read_every_reminder_once_and_none_of_a_call_that_is_off(
    database_url: Callable[[str], Awaitable[str]],
    answers: Answers,
    clock: TestClock,
    ids: CountedIds,
    office: Office,
    engine: str,
) -> None:
    """Each with connections of its own; facts arrive at both while they send."""
    url = await database_url("notifications")
    databases = [Database.open(url), Database.open(url)]
    hearings = [Hearing(each, office, clock, ids) for each in databases]
    readers, calls = Readers(nothing_to_check), some_calls(80)
    known(answers, calls)
    postmen = [
        Postman(
            Ledger(each, office.desk, office.mail_domain, clock, ids),
            PlainPress(),  # type: ignore[arg-type]
            QuietHours(None),
            readers,  # type: ignore[arg-type]
            answers,
        )
        for each in databases
    ]

    async def send() -> None:
        for postman in postmen:
            await postman.send_due()
        await asyncio.gather(*(postman.worked_off() for postman in postmen))

    await hearings[0](*(call.fact for call in calls))
    await asyncio.gather(send(), send())
    clock.now = IN_FIVE_DAYS - DAY
    off = [call.cancelled(clock.now) for call in calls[::4]]
    for call in off:
        answers.calls[call.request_id] = call.stands
    facts = [call.fact for call in off]
    await asyncio.gather(
        *(postman.send_due() for postman in postmen), hearings[0](*facts[::2]), hearings[1](*facts[1::2])
    )
    await send()

    read = Counter((one.template, one.call_id, one.recipient) for one in readers.read)
    assert set(read.values()) == {1}
    of = Counter(one.template for one in readers.read)
    assert of == {
        "call_confirmed": 80,
        "call_booked_notice": 80,
        "call_reminder": 60,
        "call_cancelled": 20,
        "call_cancelled_notice": 20,
    }
    for each in databases:
        await each.close()
