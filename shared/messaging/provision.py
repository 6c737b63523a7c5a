"""Provisioning: makes streams and consumers, as its own step; no service ever does.

Streams are made only in an empty store. When some are there and one is missing, something is wrong (a wrong
encryption key makes a stream look missing), and making a new one would hide it.

A stream's metadata names every consumer ever made on it, so that a missing one is known to be new or deleted.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DeliverPolicy
from nats.js.errors import NotFoundError

from shared.contracts.base import Fact
from shared.errors import Misconfigured
from shared.messaging.entrance import BusSettings
from shared.messaging.rights import HEALTH, Listened
from shared.messaging.topology import SERVICES, consumer_config, durable_name, stream_config, stream_name
from shared.messaging.visit import visiting

MADE = "made"
HEALTH_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was made just now, by name."""

    streams: tuple[str, ...]
    consumers: tuple[str, ...]


async def provision(
    settings: BusSettings,
    listened: Listened,
    *,
    replay: bool = False,
    allow_missing: bool = False,
    replicas: int = 1,
) -> Provisioned:
    """Afterwards every stream and consumer exists as `topology` describes it.

    A consumer that is new on a stream with messages starts at new ones, unless `replay`. One that was deleted
    starts at the beginning: nothing that came meanwhile is lost, and the inbox knows what was handled before.
    `replicas` is how many servers of a cluster keep each stream.

    Raises Misconfigured when a stream is missing in a store that is not empty, unless `allow_missing`, and
    BrokerAway when the broker is not there.
    """
    async with visiting(settings, patience_seconds=5) as connection:
        js = connection.jetstream(timeout=10)
        absent = [service for service in SERVICES if not await _stream_exists(js, service)]
        if absent:
            await _refuse_unreadable(connection)
        made = await _streams(js, absent, replicas, allow_missing=allow_missing)
        consumers = await _consumers(js, listened, made, replay=replay)
        await _remember_consumers(js, listened, replicas)
        return Provisioned(tuple(made), tuple(consumers))


async def missing(settings: BusSettings, listened: Listened) -> tuple[list[str], list[str]]:
    """The names of the streams and consumers that are not there."""
    async with visiting(settings) as connection:
        js = connection.jetstream(timeout=3)
        streams = [service for service in SERVICES if not await _stream_exists(js, service)]
        consumers = [
            durable_name(service, fact)
            for service, facts in listened.items()
            for fact in facts
            if fact.service not in streams and not await _consumer_exists(js, service, fact)
        ]
        return [stream_name(service) for service in streams], consumers


async def _refuse_unreadable(connection: Client) -> None:
    """Streams that are there and cannot be read look as if there were none; to make one deletes the old.

    A server that does not tell this user its health is believed: it is configured by somebody else.
    """
    with suppress(nats.errors.NoRespondersError, nats.errors.TimeoutError):
        told = json.loads((await connection.request(HEALTH, timeout=HEALTH_SECONDS)).data)
        problem = told.get("data", {}).get("error", "")
        if "recovered" in problem:
            raise Misconfigured(
                f"NATS cannot read what it has stored ({problem}): give it the encryption key it was started "
                "with first; nothing was changed"
            )


async def _streams(
    js: JetStreamContext, absent: Sequence[str], replicas: int, *, allow_missing: bool
) -> list[str]:
    if absent and len(absent) < len(SERVICES) and not allow_missing:
        names = ", ".join(stream_name(service) for service in absent)
        raise Misconfigured(
            f"stream {names} is missing in a store that is not empty: "
            "look at the store and its encryption key first, then provision with --allow-missing"
        )
    for service in SERVICES:
        if service in absent:
            await js.add_stream(stream_config(service, replicas=replicas))
        else:
            await _update_stream(js, service, await _ever_made(js, service), replicas)
    return [stream_name(service) for service in absent]


async def _consumers(
    js: JetStreamContext, listened: Listened, fresh_streams: Sequence[str], *, replay: bool
) -> list[str]:
    made = []
    for service, facts in listened.items():
        for fact in facts:
            stream = stream_name(fact.service)
            exists = await _consumer_exists(js, service, fact)
            was_deleted = not exists and durable_name(service, fact) in await _ever_made(js, fact.service)
            from_start = replay or was_deleted or stream in fresh_streams
            start = DeliverPolicy.ALL if from_start else DeliverPolicy.NEW
            if exists:
                start = await _start_of(js, service, fact)
            await js.add_consumer(stream, consumer_config(service, fact, start))
            made += [] if exists else [durable_name(service, fact)]
    return made


async def _remember_consumers(js: JetStreamContext, listened: Listened, replicas: int) -> None:
    """Writes down which consumers there are, beside those that were there once."""
    for owner in SERVICES:
        known = await _ever_made(js, owner)
        there = {
            durable_name(service, fact): MADE
            for service, facts in listened.items()
            for fact in facts
            if fact.service == owner
        }
        if there.keys() - known.keys():
            await _update_stream(js, owner, {**known, **there}, replicas)


async def _ever_made(js: JetStreamContext, owner: str) -> Mapping[str, str]:
    """The consumers that were ever made on this service's stream."""
    noted = (await js.stream_info(stream_name(owner))).config.metadata or {}
    return {name: said for name, said in noted.items() if said == MADE}


async def _update_stream(
    js: JetStreamContext, owner: str, consumers: Mapping[str, str], replicas: int
) -> None:
    await js.update_stream(replace(stream_config(owner, replicas=replicas), metadata=dict(consumers)))


async def _start_of(js: JetStreamContext, service: str, fact: type[Fact]) -> DeliverPolicy:
    """Where the existing consumer started; the server refuses to change it."""
    found = await js.consumer_info(stream_name(fact.service), durable_name(service, fact))
    return found.config.deliver_policy or DeliverPolicy.ALL


async def _stream_exists(js: JetStreamContext, service: str) -> bool:
    try:
        await js.stream_info(stream_name(service))
    except NotFoundError:
        return False
    return True


async def _consumer_exists(js: JetStreamContext, service: str, fact: type[Fact]) -> bool:
    try:
        await js.consumer_info(stream_name(fact.service), durable_name(service, fact))
    except NotFoundError:
        return False
    return True
