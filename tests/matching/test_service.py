"""The whole service against a real NATS server: from intake's fact to the fact that others hear."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import nats as nats_client
import sqlalchemy as sa
from fastapi import FastAPI

from services.matching import operations
from services.matching.app import create_app
from services.matching.handlers import LISTENERS
from services.matching.settings import MatchingSettings
from services.matching.storage.tables import known_requests
from shared.clock import utc_now
from shared.contracts.matching import CliniciansAnswered, CliniciansAsked, ReferralFact
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.outbox import announce
from shared.messaging.provision import provision
from shared.practice import load_practice
from tests.conftest import NatsServer, Opener
from tests.matching.builders import a_requested, a_withdrawal
from tests.matching.conftest import LOS_ANGELES


@asynccontextmanager
async def running(url: str, nats: NatsServer) -> AsyncIterator[FastAPI]:
    told = {
        "MATCHING_DATABASE_URL": url,
        "MATCHING_LINK_KEYS": "k" * 32,
        "PRACTICE_NATS_URL": nats.url,
        "PRACTICE_CONFIG_DIR": str(LOS_ANGELES),
    }
    app = create_app(MatchingSettings.read(told))
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def another(service: str, nats: NatsServer, database: Database) -> AsyncIterator[Bus]:
    bus = Bus(service, BusSettings(nats.url), database, utc_now, RandomIds())
    bus.register((), (), {})
    await bus.start()
    yield bus
    await bus.stop()


async def say(bus: Bus, database: Database, *facts: Any) -> None:
    async with database.transaction() as tx:
        await announce(tx, facts, now=utc_now())
    await bus.relay.drain()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


async def known(database: Database, request_id: str) -> bool:
    async with database.reading() as tx:
        return bool(
            await tx.scalar(sa.select(known_requests).where(known_requests.c.request_id == request_id))
        )


async def test_requests_become_referrals_and_a_withdrawal_ends_one_whichever_comes_first(
    nats: NatsServer, open_database: Opener, database_url: Callable[[str], Awaitable[str]]
) -> None:
    await provision(BusSettings(nats.url), {"matching": [each.fact for each in LISTENERS]})
    connection = await nats_client.connect(nats.url)
    heard = await connection.subscribe("matching.referral.*.v1")
    intake_database = await open_database("messaging")
    async with (
        running(await database_url("matching"), nats) as app,
        another("intake", nats, intake_database) as intake,
    ):
        database: Database = app.state.database
        practice = load_practice(LOS_ANGELES)
        await operations.import_first_roster(database, LOS_ANGELES / "clinicians.yaml", practice, utc_now())

        async def hear() -> tuple[str, ReferralFact]:
            message = await heard.next_msg(timeout=10)
            return message.subject, ReferralFact.model_validate_json(message.data)

        await say(intake, intake_database, a_withdrawal(2), a_requested(1))
        await until(lambda: known(database, "q-2"))
        proposed, first = await hear()
        await say(intake, intake_database, a_requested(2), a_requested(1), a_withdrawal(1), a_requested(3))
        rest = dict([await hear(), await hear()])

        asked = CliniciansAsked(clinician_ids=("c-rivera",), asked_by="intake")
        answered = await intake.ask(asked, CliniciansAnswered)
        open_now = [each.reference for each in await operations.open_referrals(database)]
    await connection.close()

    assert (proposed, first.request_id) == ("matching.referral.proposed.v1", "q-1")
    assert rest["matching.referral.cancelled.v1"].referral_id == first.referral_id
    assert rest["matching.referral.proposed.v1"].request_id == "q-3"
    assert open_now == ["R-00003"]
    assert answered.clinicians[0].name == "Alex Rivera"
