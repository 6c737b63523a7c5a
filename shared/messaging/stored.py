"""How much the broker keeps: for who is about to put an older state of the databases in place."""

import json
from collections.abc import Mapping

from shared.messaging.entrance import BusSettings
from shared.messaging.topology import SERVICES, stream_name
from shared.messaging.visit import PATIENCE_SECONDS, visiting


async def messages_stored(settings: BusSettings) -> Mapping[str, int]:
    """How many messages each stream keeps; a stream that is not there is left out. Raises BrokerAway."""
    async with visiting(settings) as connection:
        kept: dict[str, int] = {}
        for service in SERVICES:
            asked = f"$JS.API.STREAM.INFO.{stream_name(service)}"
            answer = json.loads((await connection.request(asked, timeout=PATIENCE_SECONDS)).data)
            if "state" in answer:
                kept[stream_name(service)] = int(answer["state"]["messages"])
        return kept
