"""What every service promises: health that tells the truth, and a start without NATS."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import nats as nats_client
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from shared import runtime
from shared.clock import utc_now
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database, Transaction
from shared.errors import Misconfigured, Retryable
from shared.gauges import Gauge
from shared.ids import RandomIds
from shared.messaging import outbox
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.outbox import announce
from shared.messaging.relay import Relay
from shared.runtime import House, Parts
from shared.settings import ServiceSettings
from tests.conftest import PATIENCE_SECONDS, NatsServer, TestClock
from tests.shared.bus import CONSUMER, Ear, make_streams, prepared
from tests.shared.test_relay import Paper


class SampleSettings(ServiceSettings):
    service: str = "notifications"
    port: int = 0


def sample(url: str, nats_url: str) -> SampleSettings:
    return SampleSettings.read({"NOTIFICATIONS_DATABASE_URL": url, "PRACTICE_NATS_URL": nats_url})


async def test_a_service_tells_what_is_wrong_and_what_is_right(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer, clock: TestClock
) -> None:
    await make_streams(nats)
    settings = sample(await database_url("messaging"), nats.url)
    app = runtime.build(settings, lambda _: Parts(listeners=[Ear().listener()]), clock=clock)

    async with app.router.lifespan_context(app), client_of(app) as client:
        while (await client.get("/readyz")).status_code != 200:
            pass
        assert (await client.get("/healthz")).text == "ok\n"
        metrics = (await client.get("/metrics")).text
        assert 'practice_outbox_age_seconds{service="notifications"} 0.0' in metrics
        described = (await client.get("/asyncapi.json")).json()
        assert ReadingListPrepared.subject() in str(described["channels"])

        async with app.state.database.transaction() as tx:
            await announce(tx, [prepared(1)], now=clock.now - timedelta(seconds=31))
        nats.kill()
        waiting = await client.get("/readyz")
        assert waiting.status_code == 503
        assert "facts have waited for NATS for over 30 seconds" in waiting.json()["problems"]
        assert (await client.get("/healthz")).status_code == 200


async def test_what_its_stream_did_not_take_is_offered_again_within_a_moment(database: Database) -> None:
    paper = Paper(unacknowledged=1)
    bus = Bus("resources", BusSettings("nats://127.0.0.1:1"), database, utc_now, RandomIds())
    bus.relay = Relay(database, paper, utc_now, RandomIds())
    relay = next(
        tick for tick in runtime._house_ticks(database, bus, utc_now, runtime.Parts()) if tick.name == "relay"
    )
    async with database.transaction() as tx:
        await announce(tx, [prepared(1)], now=utc_now())
    again = database.signal(outbox.SIGNAL)
    again.clear()

    await relay.run()
    assert paper.stored == []
    async with asyncio.timeout(PATIENCE_SECONDS):
        await again.wait()
    again.clear()
    await relay.run()

    assert paper.stored == ["list-1"]
    assert not bus.relay.is_held_up


async def test_numbers_of_a_database_that_is_away_are_not_told_from_memory(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer, clock: TestClock
) -> None:
    away: list[str] = []

    async def waiting(tx: Transaction, _now: datetime) -> float:
        if away:
            raise Retryable("the database is not available at the moment")
        return float(await tx.scalar(sa.text("SELECT 3")) or 0)

    gauges = [Gauge("practice_sample_waiting", "What waits in a sample", waiting)]
    await make_streams(nats)
    settings = sample(await database_url("messaging"), nats.url)
    app = runtime.build(settings, lambda _: Parts(listeners=[Ear().listener()], gauges=gauges), clock=clock)

    async with app.router.lifespan_context(app), client_of(app) as client:
        while (await client.get("/readyz")).status_code != 200:
            pass
        there = (await client.get("/metrics")).text
        assert {
            "practice_sample_waiting 3.0",
            'practice_database_up{service="notifications"} 1.0',
            'practice_bus_connected{service="notifications"} 1.0',
            f'practice_build_info{{version="{runtime.VERSION}"}} 1.0',
            f'practice_consumer_waiting{{consumer="{CONSUMER}"}} 0.0',
        } <= set(there.splitlines())

        away.append("for a while")
        nats.kill()
        while app.state.bus.connected:
            await asyncio.sleep(0.01)
        gone = (await client.get("/metrics")).text
        assert 'practice_database_up{service="notifications"} 0.0' in gone
        assert 'practice_bus_connected{service="notifications"} 0.0' in gone
        for name in ("practice_sample_waiting", "practice_outbox_age_seconds{", "practice_consumer_waiting{"):
            assert name not in gone


async def test_what_a_consumer_has_not_finished_is_counted(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer, clock: TestClock
) -> None:
    await make_streams(nats)
    settings = sample(await database_url("messaging"), nats.url)
    app = runtime.build(settings, lambda _: Parts(listeners=[Ear().listener()]), clock=clock)
    connection = await nats_client.connect(nats.url)
    for _ in range(3):
        await connection.jetstream().publish(ReadingListPrepared.subject(), b"{}")
    taken = await connection.jetstream().pull_subscribe_bind(CONSUMER, "RESOURCES")
    await taken.fetch(1)  # by somebody who dies before it is handled
    await connection.close()

    async with app.router.lifespan_context(app):
        while not app.state.bus.waiting:
            await asyncio.sleep(0.01)
        assert app.state.bus.waiting == {CONSUMER: 3}


async def test_a_service_without_doors_shows_no_docs(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    settings = sample(await database_url("messaging"), "nats://127.0.0.1:1")
    app = runtime.build(settings, lambda _: Parts())

    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/openapi.json")).status_code == 404
        assert (await client.get("/readyz")).json()["problems"] == ["not connected to NATS"]


async def test_a_handler_that_needs_what_nobody_gives_stops_the_start(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    async def needy(events: object, tx: object, now: object, ids: object, policy: object) -> None:
        """Needs a policy."""

    from shared.messaging.listen import listen

    def assemble(_house: House) -> Parts:
        return Parts(listeners=[listen(ReadingListPrepared)(needy)])

    with pytest.raises(Misconfigured, match="needy needs policy"):
        runtime.build(sample(await database_url("messaging"), "nats://127.0.0.1:1"), assemble)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service")
