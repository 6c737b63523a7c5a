"""A bus on a real server, and what its tests do with it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import nats as nats_client

from shared.clock import utc_now
from shared.contracts.base import Fact
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging import dead_letters, outbox
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.listen import Listener, listen
from shared.messaging.outbox import announce
from shared.messaging.provision import provision
from tests.conftest import NatsServer

CONSUMER = "notifications-reading_list-prepared-v1"


def prepared(number: int, version: int = 1, reading_list: str | None = None) -> ReadingListPrepared:
    return ReadingListPrepared(
        version=version,
        reading_list_id=reading_list or f"list-{number}",
        request_id=f"request-{number}",
        reference="R-00000",
        person_id="p",
        language="en",
        prepared_at=utc_now(),
        catalogue_version="1",
        items=("book",),
    )


class Ear:
    """A handler that remembers what it heard, and fails as told before it does."""

    def __init__(self, *failures: BaseException | None) -> None:
        self.heard: list[ReadingListPrepared] = []
        self.batches: list[int] = []
        self.calls = 0
        self._failures = list(failures)

    def listener(self) -> Listener[Any]:
        @listen(ReadingListPrepared)
        async def on_lists_prepared(events: Sequence[Any], tx: Any, now: Any, ids: Any) -> None:
            self.calls += 1
            failure = self._failures.pop(0) if self._failures else None
            if failure:
                raise failure
            if any(event.reference == "R-BAD00" for event in events):
                raise ValueError("poison")
            self.heard += events
            self.batches.append(len(events))

        return on_lists_prepared

    async def until(self, count: int, seconds: float = 10) -> list[str]:
        async with asyncio.timeout(seconds):
            while len(self.heard) < count:
                await asyncio.sleep(0.01)
        return [event.reading_list_id for event in self.heard]


async def make_streams(server: NatsServer, *, replay: bool = False) -> None:
    listened: dict[str, Sequence[type[Fact]]] = {"notifications": [ReadingListPrepared]}
    await provision(BusSettings(server.url), listened, replay=replay)


@asynccontextmanager
async def running(server: NatsServer, database: Database, service: str, **parts: Any) -> AsyncIterator[Bus]:
    bus = Bus(service, BusSettings(server.url), database, utc_now, RandomIds())
    bus.register(parts.get("listeners", ()), parts.get("answers", ()), parts.get("given", {}))
    await bus.start()
    yield bus
    await bus.stop()


async def publish(bus: Bus, database: Database, *facts: Fact) -> None:
    async with database.transaction() as tx:
        await announce(tx, facts, now=utc_now())
    await drained(bus, database)


async def drained(bus: Bus, database: Database, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            await bus.relay.drain()
            async with database.reading() as tx:
                if await outbox.oldest_pending(tx) is None:
                    return
            await asyncio.sleep(0.05)


async def parked(database: Database, count: int = 1, seconds: float = 10) -> Sequence[Any]:
    async with asyncio.timeout(seconds):
        while True:
            async with database.reading() as tx:
                if len(rows := await dead_letters.listed(tx)) >= count:
                    return rows
            await asyncio.sleep(0.02)


async def send_raw(server: NatsServer, fact: Fact) -> None:
    headers = outbox.cloud_event_headers(fact, RandomIds().new(), utc_now())
    client = await nats_client.connect(server.url)
    await client.jetstream().publish(fact.subject(), fact.model_dump_json().encode(), headers=headers)
    await client.close()


async def send_bytes(server: NatsServer, payload: bytes) -> None:
    client = await nats_client.connect(server.url)
    await client.jetstream().publish(ReadingListPrepared.subject(), payload)
    await client.close()


async def stored(server: NatsServer) -> int:
    client = await nats_client.connect(server.url)
    info = await client.jetstream().stream_info("RESOURCES")
    await client.close()
    return info.state.messages
