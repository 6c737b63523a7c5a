"""Provisioning: makes streams and consumers, as its own step; no service ever does.

Streams are made only in an empty store. When some are there and one is missing, something is wrong (a wrong
encryption key makes a stream look missing), and making a new one would hide it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import DeliverPolicy
from nats.js.errors import NotFoundError

from shared.contracts.base import Fact
from shared.errors import Misconfigured
from shared.messaging.bus import BusSettings
from shared.messaging.topology import SERVICES, consumer_config, durable_name, stream_config, stream_name
from shared.messaging.visit import visiting

Listened = Mapping[str, Sequence[type[Fact]]]  # service to the facts it listens to


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was made just now, by name."""

    streams: tuple[str, ...]
    consumers: tuple[str, ...]


async def provision(
    settings: BusSettings, listened: Listened, *, replay: bool = False, allow_missing: bool = False
) -> Provisioned:
    """Afterwards every stream and consumer exists as `topology` describes it.

    A consumer that is new on a stream with messages starts at new ones; with `replay` it starts at the
    beginning, which is safe for one that existed before, since the inbox knows what was handled.

    Raises Misconfigured when a stream is missing in a store that is not empty, unless `allow_missing`, and
    BrokerAway when the broker is not there.
    """
    async with visiting(settings, patience_seconds=5) as connection:
        js = connection.jetstream(timeout=10)
        made = await _streams(js, allow_missing=allow_missing)
        consumers = await _consumers(js, listened, made, replay=replay)
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


async def _streams(js: JetStreamContext, *, allow_missing: bool) -> list[str]:
    absent = [service for service in SERVICES if not await _stream_exists(js, service)]
    if absent and len(absent) < len(SERVICES) and not allow_missing:
        names = ", ".join(stream_name(service) for service in absent)
        raise Misconfigured(
            f"stream {names} is missing in a store that is not empty: "
            "look at the store and its encryption key first, then provision with --allow-missing"
        )
    for service in SERVICES:
        if service in absent:
            await js.add_stream(stream_config(service))
        else:
            await js.update_stream(stream_config(service))
    return [stream_name(service) for service in absent]


async def _consumers(
    js: JetStreamContext, listened: Listened, fresh_streams: Sequence[str], *, replay: bool
) -> list[str]:
    made = []
    for service, facts in listened.items():
        for fact in facts:
            stream = stream_name(fact.service)
            exists = await _consumer_exists(js, service, fact)
            from_start = replay or stream in fresh_streams
            start = DeliverPolicy.ALL if from_start else DeliverPolicy.NEW
            if exists:
                start = await _start_of(js, service, fact)
            await js.add_consumer(stream, consumer_config(service, fact, start))
            made += [] if exists else [durable_name(service, fact)]
    return made


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
