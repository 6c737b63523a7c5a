"""How long the loop stands still while an outage is worked off: `python -m tests.benchmarks.overdue`.

Ten thousand mails about calls are overdue, on SQLite; each is decided, written and handed to a server that
takes it at once. Then five thousand booked calls are compared with what is planned for them, with nothing to
mend and with everything. Beside the longest time between two beats of the loop, on the wall and of our own
work, it prints how long all of it took. Prints, judges nothing.
"""

import asyncio
import gc
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from services.notifications import storage
from services.notifications.app import call_clocks, desk_of, quiet_hours
from services.notifications.delivery import Postman
from services.notifications.domain.outcome import Reply
from services.notifications.handlers import Office
from services.notifications.handlers.office import record_calls
from services.notifications.occasions import call_booked
from services.notifications.press import Press, mail_domain
from services.notifications.reconcile import FACTS_TAKE, Reconciler
from services.notifications.settle import Ledger
from services.notifications.smtp import Accepted, Envelope, Result
from shared import migrations
from shared.contracts.base import Ask
from shared.contracts.intake import ConsultationScheduled
from shared.database import Database
from shared.logs import configure
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, CountedIds, catalogue, doors, practice, someone
from tests.notifications.calls import IN_FIVE_DAYS, Booked

CALLS = 5_000
DAY = timedelta(days=1)
BEAT_SECONDS = 0.001


@dataclass
class Takes:
    """A mail server that takes everything at once."""

    count: int = 0

    async def reachable(self) -> bool:
        return True

    async def send(self, _envelope: Envelope) -> Result:
        self.count += 1
        await asyncio.sleep(0)
        return Accepted(Reply(250))

    async def close(self) -> None:
        pass


class Forgetful(Answers):
    """Intake, that keeps no list of what it was asked."""

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        self.asked.clear()
        return await super().__call__(question, answer)


@dataclass
class Heart:
    """Beats as often as the loop lets it."""

    longest: float = 0.0
    longest_busy: float = 0.0
    _stopped: bool = field(default=False)

    async def beat(self) -> None:
        while not self._stopped:
            wall, busy = perf_counter(), thread_time()
            await asyncio.sleep(BEAT_SECONDS)
            self.longest = max(self.longest, perf_counter() - wall - BEAT_SECONDS)
            self.longest_busy = max(self.longest_busy, thread_time() - busy)

    def stop(self) -> None:
        self._stopped = True


async def timed(what: str, work: Coroutine[Any, Any, None]) -> None:
    gc.collect()
    gc.freeze()  # five thousand people are in no service's memory
    heart = Heart()
    beating = asyncio.create_task(heart.beat())
    await asyncio.sleep(0.01)
    begun = perf_counter()
    await work
    took = perf_counter() - begun
    heart.stop()
    await beating
    print(
        f"{what:<44} {took:>7.2f} s   longest pause {heart.longest * 1000:>6.1f} ms,"
        f" of it our own work {heart.longest_busy * 1000:>6.1f} ms"
    )


def calls() -> list[Booked]:
    numbers = [f"{number:05d}" for number in range(CALLS)]
    return [Booked(IN_FIVE_DAYS, f"request-{one}", f"call-{one}") for one in numbers]


def scheduled(call: Booked) -> ConsultationScheduled:
    fact = call.fact
    assert isinstance(fact, ConsultationScheduled)
    return fact


async def plan(database: Database, office: Office, ids: CountedIds, booked: list[Booked]) -> None:
    for start in range(0, len(booked), 64):
        facts = [call_booked(scheduled(one), office.clocks.zone) for one in booked[start : start + 64]]
        async with database.transaction() as tx:
            await record_calls(facts, tx, NOW, ids, office)


async def drain(postman: Postman) -> None:
    await postman.send_due()
    await postman.worked_off()


async def measure(url: str) -> None:
    database, clock, ids = Database.open(url), TestClock(NOW), CountedIds()
    office = Office(desk_of(practice()), mail_domain(practice()), call_clocks(practice()))
    answers, server, booked = Forgetful(), Takes(), calls()
    answers.calls = {one.request_id: one.stands for one in booked}
    answers.people = {one.request_id: someone(one.request_id) for one in booked}
    ledger = Ledger(database, office.desk, office.mail_domain, clock, ids)
    press = Press.of(practice(), catalogue(), doors())
    postman = Postman(ledger, press, quiet_hours(practice()), server, answers)
    reconciler = Reconciler(database, answers, clock, ids, office)

    await plan(database, office, ids, booked)
    await timed(f"{2 * CALLS:,} confirmations and notices go", drain(postman))
    clock.now = NOW + FACTS_TAKE
    await timed(f"{CALLS:,} calls compared, nothing to mend", reconciler.look())
    async with database.transaction() as tx:
        await tx.execute(storage.deliveries.delete())
    await timed(f"{CALLS:,} calls compared, everything missing", reconciler.look())
    clock.now = IN_FIVE_DAYS - DAY
    await timed("what was due in four days goes", drain(postman))
    print(f"{server.count:,} mails in all")
    await database.close()


def main() -> None:
    configure("benchmark", "console")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'notifications.db'}"
        asyncio.run(migrations.upgrade("notifications", url))
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
