"""Rubbish on the bus costs nobody but itself: it is parked, on both databases, and the next is handled."""

import json
from typing import Any

import nats as nats_client
import pytest

from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from tests.conftest import NatsServer
from tests.shared.bus import Ear, make_streams, parked, prepared, running, send_raw

WHOLE = json.loads(prepared(1).model_dump_json())


@pytest.mark.parametrize(
    ("changed", "event_id"),
    [({"version": 2**70}, "one"), ({"version": "many"}, "i" * 300), ({"version": "many"}, "a\0b")],
)
async def test_a_message_that_no_column_can_hold_is_parked(
    nats: NatsServer, database: Database, changed: dict[str, Any], event_id: str
) -> None:
    ear = Ear()
    await make_streams(nats)
    client = await nats_client.connect(nats.url)
    payload = json.dumps(WHOLE | changed).encode()
    await client.jetstream().publish(ReadingListPrepared.subject(), payload, headers={"ce-id": event_id})
    await client.close()
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await send_raw(nats, prepared(2))
        await ear.until(1)
        await parked(database)
