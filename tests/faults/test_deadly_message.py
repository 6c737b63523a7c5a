"""A message that kills the process is parked, and costs the others nothing but time."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import nats as nats_client
import pytest
import sqlalchemy as sa
from nats.js.api import DeliverPolicy

from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.messaging import dead_letters
from shared.messaging.tables import inbox
from shared.messaging.topology import consumer_config
from tests.conftest import NatsServer
from tests.faults.deadly import DEADLY
from tests.shared.bus import make_streams, prepared, send_raw

pytestmark = [pytest.mark.faults]

REPOSITORY = Path(__file__).resolve().parents[2]
LIVES = 30


async def shorten_ack_wait(server: NatsServer) -> None:
    """What a crashed process held is delivered again after a quarter of a second."""
    client = await nats_client.connect(server.url)
    config = consumer_config("notifications", ReadingListPrepared, DeliverPolicy.ALL)
    await client.jetstream().add_consumer("RESOURCES", replace(config, ack_wait=0.25))
    await client.close()


async def one_life(server: NatsServer, url: str, parked: Callable[[], Awaitable[bool]]) -> None:
    """Runs the service until it dies, or until the message is parked."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.deadly", server.url, url, cwd=REPOSITORY
    )
    ended = asyncio.create_task(process.wait())
    while not ended.done() and not await parked():
        await asyncio.wait([ended], timeout=0.1)
    if not ended.done():
        process.kill()
    await ended


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_message_that_kills_the_process_is_parked_and_the_others_are_handled(
    nats: NatsServer, database_url: Callable[[str], Awaitable[str]], engine: str
) -> None:
    url = await database_url("messaging")
    await make_streams(nats)
    await shorten_ack_wait(nats)
    for number in range(5):
        deadly = {"reference": DEADLY} if number == 2 else {}
        await send_raw(nats, prepared(number).model_copy(update=deadly))
    database = Database.open(url)

    async def is_parked() -> bool:
        async with database.reading() as tx:
            return (
                bool(await dead_letters.listed(tx))
                and await tx.scalar(sa.select(sa.func.count(inbox.c.event_id))) == 4
            )

    lives = 0
    while not await is_parked() and lives < LIVES:
        lives += 1
        await one_life(nats, url, is_parked)

    async with database.reading() as tx:
        [row] = await dead_letters.listed(tx)
        handled = await tx.scalar(sa.select(sa.func.count(inbox.c.event_id)))
    await database.close()
    assert row["why"] == "ends_the_process"
    assert handled == 4
    assert lives < LIVES
