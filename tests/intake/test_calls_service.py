"""The whole service against a real NATS server: calls arranged by asks, and ended by what matching says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from services.intake.app import create_app
from services.intake.handlers import LISTENERS
from shared.clock import utc_now
from shared.contracts.intake import (
    CallAnswered,
    CallAsked,
    Consultation,
    ConsultationsAnswered,
    ConsultationsAsked,
    SlotsAnswered,
    SlotsAsked,
)
from shared.contracts.matching import ReferralCancelled
from shared.database import Database
from shared.errors import Retryable
from shared.ids import RandomIds
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.outbox import announce
from shared.messaging.provision import provision
from tests.conftest import NatsServer, Opener
from tests.intake.test_app import A_REQUEST, running, told

BY_DANA = "coordinator:dana"


@asynccontextmanager
async def matching(nats: NatsServer, database: Database) -> AsyncIterator[Bus]:
    bus = Bus("matching", BusSettings(nats.url), database, utc_now, RandomIds())
    bus.register((), (), {})
    await bus.start()
    yield bus
    await bus.stop()


async def standing(bus: Bus, request_id: str) -> Consultation:
    asked = ConsultationsAsked(request_ids=(request_id,), asked_by="matching")
    return (await bus.ask(asked, ConsultationsAnswered)).consultations[0]


def a_quarter(now: datetime) -> datetime:
    """A time of tomorrow on the five minutes."""
    return (now + timedelta(days=1)).replace(minute=15, second=0, microsecond=0)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_call_is_arranged_over_the_bus_and_falls_with_its_referral(
    database_url: Callable[[str], Awaitable[str]], open_database: Opener, nats: NatsServer
) -> None:
    await provision(BusSettings(nats.url), {"intake": [each.fact for each in LISTENERS]})
    url, theirs = await database_url("intake"), await open_database("messaging")
    app: FastAPI = create_app(told(INTAKE_DATABASE_URL=url, PRACTICE_NATS_URL=nats.url))
    async with running(app) as browser, matching(nats, theirs) as bus:
        id_ = (await browser.post("/v1/consultation-requests", json=A_REQUEST)).json()["id"]
        await answers(bus, id_)
        starts_at = a_quarter(datetime.now(UTC))
        wanted = CallAsked(request_id=id_, act="book", version=0, by=BY_DANA, starts_at=starts_at)
        booked = await bus.ask(wanted, CallAnswered)
        slots = await bus.ask(SlotsAsked(request_id=id_, asked_by=BY_DANA), SlotsAnswered)
        before = await standing(bus, id_)
        await say(bus, theirs, ended(id_))
        async with asyncio.timeout(20):
            while (after := await standing(bus, id_)).status == "booked":
                await asyncio.sleep(0.05)

    assert booked.done
    assert slots.consultation == before == booked.consultation
    assert (before.starts_at, before.version) == (starts_at, 1)
    assert (after.status, after.version, after.sequence, after.by) == ("cancelled", 2, 1, "intake")


async def answers(bus: Bus, request_id: str) -> None:
    """Waits until intake listens."""
    async with asyncio.timeout(20):
        while not await listens(bus, request_id):
            await asyncio.sleep(0.05)


async def listens(bus: Bus, request_id: str) -> bool:
    try:
        return (await bus.ask(SlotsAsked(request_id=request_id, asked_by=BY_DANA), SlotsAnswered)).known
    except Retryable:
        return False


async def say(bus: Bus, database: Database, fact: ReferralCancelled) -> None:
    async with database.transaction() as tx:
        await announce(tx, [fact], now=utc_now())
    await bus.relay.drain()


def ended(request_id: str) -> ReferralCancelled:
    return ReferralCancelled(
        version=2,
        referral_id="r-1",
        request_id=request_id,
        reference="R-00001",
        person_id="p-1",
        cancelled_at=utc_now(),
        why="unreachable",
    )
