"""What waits is published and marked once it is stored, whether the service is alone or has replicas."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.clock import utc_now
from shared.database import Database
from shared.errors import Retryable
from shared.ids import RandomIds
from shared.messaging import outbox
from shared.messaging.outbox import announce
from shared.messaging.relay import Relay, Stored
from tests.conftest import TestClock
from tests.logs import captured
from tests.shared.bus import prepared


class Paper:
    """A publisher that stores facts in a list unless it is away; the first few are not acknowledged."""

    def __init__(self, unacknowledged: int = 0) -> None:
        self.stored: list[str] = []
        self.away = False
        self._unacknowledged = unacknowledged

    async def publish(self, subject: str, payload: bytes, headers: dict[str, str]) -> Stored:
        if self._unacknowledged:
            self._unacknowledged -= 1
            raise Retryable("no word from the stream")
        self.stored.append(headers["ce-subject"])
        return Stored(len(self.stored), duplicate=False)

    async def stream_created(self) -> str:
        if self.away:
            raise Retryable("not connected")
        return "2026-11-22"


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged meanwhile."""
    with captured() as lines:
        yield lines


@pytest.fixture(params=["alone", "one of several"])
async def database(
    request: pytest.FixtureRequest, database_url: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Database]:
    exclusive = "resources" if request.param == "alone" else None
    opened = Database.open(await database_url("messaging"), exclusive=exclusive)
    yield opened
    await opened.close()


async def test_what_waits_is_published_once_in_its_order(database: Database) -> None:
    paper = Paper()
    relay = Relay(database, paper, utc_now, RandomIds())
    async with database.transaction() as tx:
        await announce(tx, [prepared(number) for number in range(70)], now=utc_now())
    await relay.drain()
    await relay.drain()

    assert paper.stored == [f"list-{number}" for number in range(70)]
    async with database.reading() as tx:
        assert await outbox.oldest_pending(tx) is None


async def test_what_the_stream_did_not_acknowledge_is_published_again(database: Database) -> None:
    paper = Paper(unacknowledged=2)
    relay = Relay(database, paper, utc_now, RandomIds())
    async with database.transaction() as tx:
        await announce(tx, [prepared(number) for number in range(3)], now=utc_now())
    await relay.drain()
    assert paper.stored == ["list-2"]
    await relay.drain()

    assert paper.stored == ["list-2", "list-0", "list-1"]


async def test_a_lease_of_a_crashed_process_holds_up_nobody_who_is_alone(database: Database) -> None:
    paper = Paper()
    async with database.transaction() as tx:
        await announce(tx, [prepared(1)], now=utc_now())
        await outbox.claim(tx, "a lease that nobody will use", utc_now())
    await Relay(database, paper, utc_now, RandomIds()).drain()

    assert paper.stored == (["list-1"] if database.alone else [])


async def test_a_start_before_the_broker_is_nothing_to_log(
    database: Database, clock: TestClock, logged: list[Any]
) -> None:
    paper = Paper()
    paper.away = True
    relay = Relay(database, paper, clock, RandomIds())
    await relay.drain()
    clock.move(timedelta(minutes=5))
    await relay.drain()

    assert logged == []


async def test_a_fact_that_came_just_before_a_short_absence_is_nothing_to_log(
    database: Database, clock: TestClock, logged: list[Any]
) -> None:
    paper = Paper()
    paper.away = True
    relay = Relay(database, paper, clock, RandomIds())
    async with database.transaction() as tx:
        await announce(tx, [prepared(1)], now=clock() - timedelta(hours=1))
    await relay.drain()
    clock.move(timedelta(seconds=9))
    await relay.drain()
    paper.away = False
    await relay.drain()

    assert (paper.stored, logged) == (["list-1"], [])


async def test_facts_that_really_wait_are_logged_once_an_absence(
    database: Database, clock: TestClock, logged: list[Any]
) -> None:
    paper = Paper()
    relay = Relay(database, paper, clock, RandomIds())
    for number in range(2):
        paper.away = True
        relay.forget_stream()
        async with database.transaction() as tx:
            await announce(tx, [prepared(number)], now=clock())
        for _ in range(5):
            await relay.drain()
            clock.move(timedelta(seconds=5))
        paper.away = False
        await relay.drain()

    assert paper.stored == ["list-0", "list-1"]
    assert [(line["event"], line["log_level"], line["seconds"]) for line in logged] == [
        ("outbox.waits", "warning", 10)
    ] * 2
