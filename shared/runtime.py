"""Builds a service: database, bus, timers, doors, health and metrics, and their end in the right order.

A service starts while NATS is down. It stops by taking no new work, finishing what is begun, and closing the
database last.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import APIRouter, FastAPI

from shared import health, logs
from shared.clock import Clock, utc_now
from shared.database import Database
from shared.errors import Misconfigured
from shared.gauges import Gauge
from shared.ids import Ids, RandomIds
from shared.messaging import outbox
from shared.messaging.ask import Answerer
from shared.messaging.bus import Bus
from shared.messaging.entrance import BusSettings
from shared.messaging.listen import Listener
from shared.messaging.retention import OF_MESSAGES, Rule, sweep
from shared.messaging.topology import KEPT_FOR
from shared.messaging.watchdog import Watchdog
from shared.metrics import Board
from shared.pages import docs
from shared.settings import ServiceSettings
from shared.tasks import ended
from shared.ticks import Tick, Ticker

log = logs.get_logger(__name__)

S = TypeVar("S", bound=ServiceSettings)

VERSION = "0.1.0"
RELAY_EVERY = timedelta(seconds=5)
RELAY_AGAIN_SECONDS = 1.0  # while the stream takes nothing, such as between two leaders
GRACE_SECONDS = 15

Forget = Callable[[Database, datetime, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """What a service stands in: handed to its `assemble`."""

    settings: Any  # the service's own settings type
    database: Database
    bus: Bus
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service is made of."""

    listeners: Sequence[Listener[Any]] = ()
    answers: Sequence[Answerer[Any]] = ()
    ticks: Sequence[Tick] = ()
    routers: Sequence[APIRouter] = ()
    given: Mapping[str, Any] = field(default_factory=dict)  # what handlers and answers name beyond the usual
    dress: Callable[[FastAPI], None] = lambda _app: None  # middleware and error pages of services with doors
    closing: Sequence[Callable[[], Any]] = ()  # awaited at the end, before the database closes
    retention: Sequence[Rule] = ()  # how long it keeps what is its own
    forget_again: Forget | None = None  # what came about who was erased since then, at that very moment
    gauges: Sequence[Gauge] = ()  # what else can be seen of it from outside


def build(
    settings: ServiceSettings,
    assemble: Callable[[House], Parts],
    *,
    clock: Clock = utc_now,
    ids: Ids | None = None,
) -> FastAPI:
    """The service as an ASGI application; nothing runs until its lifespan does.

    Raises Misconfigured when a setting is wrong or the database file is taken.
    """
    database = Database.open(settings.database_url, exclusive=settings.service, ca=settings.ca)
    ids = ids or RandomIds()
    bus = Bus(settings.service, bus_settings(settings), database, clock, ids)
    parts = assemble(House(settings, database, bus, clock, ids))
    bus.register(parts.listeners, parts.answers, parts.given)
    ticks = (*_house_ticks(database, bus, clock, parts), *parts.ticks)
    app = FastAPI(
        title=f"Practice operations: {settings.service}",
        version=VERSION,
        lifespan=_lifespan(settings.service, database, bus, ticks, parts),
        docs_url=None,  # a page of our own: the usual one loads its script from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json" if parts.routers else None,
    )
    app.state.database, app.state.bus = database, bus
    board = Board(settings.service, VERSION, database, bus, clock, parts.gauges)
    app.include_router(health.router(settings.service, database, bus, clock, board))
    for router in (*parts.routers, *((docs.router(),) if parts.routers else ())):
        app.include_router(router)
    parts.dress(app)
    return app


def bus_settings(settings: ServiceSettings) -> BusSettings:
    """Where NATS is and as whom to speak to it, as somebody was told."""
    return BusSettings(
        settings.nats_url, settings.nats_user, settings.nats_password, settings.nats_seed, settings.ca
    )


def serve(read: type[S], create: Callable[[S], FastAPI]) -> None:
    """Runs the service until SIGINT or SIGTERM. Misconfiguration ends it with one sentence."""
    try:
        settings = read.read()
        logs.configure(settings.service, settings.log_format)
        app = create(settings)
    except Misconfigured as error:
        raise SystemExit(f"{read.model_fields['service'].default}: {error}") from None
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="h11",  # the parser that bounds a request's head
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose post it is, is for the doors to say; any client could claim an address
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=16 * 1024,
    )


def _lifespan(
    service: str, database: Database, bus: Bus, ticks: Sequence[Tick], parts: Parts
) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watchdog = asyncio.create_task(Watchdog().run(), name="watchdog")
        app.state.ticker = ticker = Ticker(AsyncIOScheduler(timezone="UTC"), database, ticks)
        await bus.start()
        ticker.start()
        log.info("service.started")
        try:
            yield
        finally:
            await ticker.stop()
            await bus.stop()
            for close in parts.closing:
                await close()
            await database.close()
            await ended(watchdog)
            log.info("service.stopped")

    return lifespan


def _house_ticks(database: Database, bus: Bus, clock: Clock, parts: Parts) -> Sequence[Tick]:
    async def relay() -> None:
        await bus.relay.drain()
        if bus.relay.is_held_up:
            asyncio.get_running_loop().call_later(RELAY_AGAIN_SECONDS, database.signal(outbox.SIGNAL).set)

    async def recheck() -> None:
        bus.relay.forget_stream()
        database.signal(outbox.SIGNAL).set()

    async def replay() -> None:
        await bus.replay_parked()

    async def keep_no_longer() -> None:
        now = clock()
        if parts.forget_again is not None:
            await parts.forget_again(database, now - KEPT_FOR, now)
        if await sweep(database, (*OF_MESSAGES, *parts.retention), now):
            await database.scrub()

    return (
        Tick("relay", RELAY_EVERY, relay, wakes_on=outbox.SIGNAL),
        Tick("recheck_stream", timedelta(seconds=10), recheck),
        Tick("replay_parked", timedelta(seconds=5), replay),
        Tick("retention", timedelta(hours=6), keep_no_longer),
    )
