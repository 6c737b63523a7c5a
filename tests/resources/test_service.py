"""The whole service against a real NATS server: from intake's fact to the fact that others hear."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import nats as nats_client
import sqlalchemy as sa
from fastapi import FastAPI

from services.resources import storage
from services.resources.app import create_app
from services.resources.handlers import LISTENERS
from services.resources.settings import ResourcesSettings
from shared.clock import utc_now
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.outbox import announce, oldest_pending
from shared.messaging.provision import provision
from tests.conftest import NatsServer, Opener
from tests.resources.builders import a_readiness_request, silence


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


async def published(bus: Bus, database: Database) -> bool:
    await bus.relay.drain()
    async with database.reading() as tx:
        return await oldest_pending(tx) is None


async def silent(database: Database, request_id: str) -> bool:
    async with database.reading() as tx:
        news = storage.request_news
        wanted = sa.select(news.c.request_id).where(news.c.request_id == request_id, news.c.silenced)
        return (await tx.execute(wanted)).first() is not None


@asynccontextmanager
async def running(url: str, nats: NatsServer) -> AsyncIterator[FastAPI]:
    settings = ResourcesSettings.read(
        {"RESOURCES_DATABASE_URL": url, "RESOURCES_LINK_KEYS": "k" * 32, "PRACTICE_NATS_URL": nats.url}
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def intake_speaking(nats: NatsServer, database: Database) -> AsyncIterator[Any]:
    bus = Bus("intake", BusSettings(nats.url), database, utc_now, RandomIds())
    bus.register((), (), {})
    await bus.start()

    async def say(*facts: Any) -> None:
        async with database.transaction() as tx:
            await announce(tx, facts, now=utc_now())
        await until(lambda: published(bus, database))

    yield say
    await bus.stop()


async def test_a_request_heard_twice_is_answered_once_and_silence_before_it_not_at_all(
    nats: NatsServer, open_database: Opener, database_url: Callable[[str], Awaitable[str]]
) -> None:
    await provision(BusSettings(nats.url), {"resources": [each.fact for each in LISTENERS]})
    connection = await nats_client.connect(nats.url)
    heard = await connection.subscribe(ReadingListPrepared.subject())
    async with (
        running(await database_url("resources"), nats) as app,
        intake_speaking(nats, await open_database("messaging")) as say,
    ):
        await say(silence(2))
        await until(lambda: silent(app.state.database, "req-2"))
        await say(a_readiness_request(1), a_readiness_request(2), a_readiness_request(1))
        first = ReadingListPrepared.model_validate_json((await heard.next_msg(timeout=10)).data)
        await say(a_readiness_request(3, concerns=("trauma",)))
        second = ReadingListPrepared.model_validate_json((await heard.next_msg(timeout=10)).data)
    await connection.close()

    assert (first.request_id, first.items) == ("req-1", ("general_theory_of_love",))
    assert (second.request_id, second.items) == ("req-3", ("power_of_attachment",))
