"""A short visit to the broker by an operator's tool: provisioning, looking after it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import nats
from nats.aio.client import Client

from shared.errors import Misconfigured, Retryable
from shared.messaging.entrance import BusSettings, Refusal, options_of, refusal_in
from shared.messaging.topology import SERVICES, stream_name

PATIENCE_SECONDS = 3


class BrokerAway(Retryable):
    """The broker cannot be reached."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the broker says of itself; `time` is None when it does not tell."""

    version: str
    time: datetime | None


@asynccontextmanager
async def visiting(settings: BusSettings, patience_seconds: int = PATIENCE_SECONDS) -> AsyncIterator[Client]:
    """A connection that is closed afterwards.

    Raises BrokerAway when it is not there or falls silent, Misconfigured when it, or we, refuse to speak.
    """
    refused: list[Refusal] = []

    async def noted(error: Exception) -> None:
        """What goes wrong is raised; the client would print it as well."""
        refused.extend(filter(None, [refusal_in(error)]))

    try:
        connection = await nats.connect(
            **options_of(settings),
            allow_reconnect=False,
            max_reconnect_attempts=1,  # else the first connect is tried for two minutes
            reconnect_time_wait=0.1,
            connect_timeout=patience_seconds,
            error_cb=noted,
        )
        try:
            yield connection
        finally:
            await connection.close()
    except (nats.errors.Error, OSError, TimeoutError) as error:
        if refused:
            raise Misconfigured(refused[0].value) from error
        raise BrokerAway(f"the broker cannot be reached: {type(error).__name__}") from error


async def look(settings: BusSettings) -> Seen:
    """The broker lets us in and JetStream is on. Raises BrokerAway when not."""
    async with visiting(settings) as connection:
        await connection.jetstream(timeout=PATIENCE_SECONDS).account_info()
        subject = f"$JS.API.STREAM.INFO.{stream_name(SERVICES[0])}"
        answer = json.loads((await connection.request(subject, timeout=PATIENCE_SECONDS)).data)
        time = datetime.fromisoformat(answer["ts"][:19] + "+00:00") if "ts" in answer else None
        return Seen(str(connection.connected_server_version), time)
