"""The broker looked at by an operator's tool: what of its streams and consumers is not as `topology` says.

It reads what the broker says of streams and consumers, never a message.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import nats.errors
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, ConsumerInfo, DeliverPolicy, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

from shared.contracts.base import Fact
from shared.messaging.entrance import BusSettings
from shared.messaging.rights import Listened
from shared.messaging.topology import SERVICES, consumer_config, durable_name, stream_config, stream_name
from shared.messaging.visit import PATIENCE_SECONDS, visiting

LOOK_AGAIN_SECONDS = 1.0
PROBE_SECONDS = 1
NOBODYS = (
    "$JS.API.STREAM.PURGE.A_STREAM_THAT_IS_NOT_THERE"  # harmless where it is allowed, and it must not be
)
ITS_OWN = frozenset({"metadata", "deliver_policy"})  # written by provisioning; where a consumer began


@dataclass(frozen=True, slots=True)
class StreamSeen:
    """A stream as it is; `differs` names each setting with what it is and what it should be."""

    name: str
    differs: Sequence[str]
    bytes: int
    max_bytes: int
    strangers: int  # consumers that no service listens with
    behind: Sequence[str]  # servers of the cluster without all of it


@dataclass(frozen=True, slots=True)
class ConsumerSeen:
    """A consumer as it is; `stands` where something waits and nothing was handled between two looks."""

    name: str
    service: str
    differs: Sequence[str]
    waiting: int  # never delivered
    unfinished: int  # delivered and not acknowledged
    handled_at: datetime | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """All of it; what is missing, by name."""

    streams: Sequence[StreamSeen]
    consumers: Sequence[ConsumerSeen]
    missing_streams: Sequence[str]
    missing_consumers: Sequence[str]


async def examine(
    settings: BusSettings,
    listened: Listened,
    *,
    replicas: int = 1,
    look_again: float = LOOK_AGAIN_SECONDS,
) -> Examined:
    """Every stream and every consumer against what `topology` says. Raises BrokerAway, Misconfigured."""
    heard = [(service, fact) for service, facts in listened.items() for fact in facts]
    async with visiting(settings) as connection:
        js = connection.jetstream(timeout=PATIENCE_SECONDS)
        streams = dict(zip(SERVICES, await asyncio.gather(*(_stream(js, s) for s in SERVICES)), strict=True))
        infos = await asyncio.gather(*(_consumer(js, service, fact) for service, fact in heard))
        again = await _again(js, heard, infos, look_again)
    expected = {owner: sum(fact.service == owner for _, fact in heard) for owner in SERVICES}
    return Examined(
        [_seen(owner, info, replicas, expected[owner]) for owner, info in streams.items() if info],
        [
            _consumer_seen(*which, info, again.get(info.name))
            for which, info in zip(heard, infos, strict=True)
            if info
        ],
        [stream_name(owner) for owner, info in streams.items() if info is None],
        [durable_name(*which) for which, info in zip(heard, infos, strict=True) if info is None],
    )


async def may_do_too_much(settings: BusSettings) -> bool:
    """Whether this user may do what nobody's tool needs: tried on a stream that is not there.

    The broker keeps silent to whoever may not, and answers whoever may. Raises BrokerAway, Misconfigured.
    """
    async with visiting(settings) as connection:
        await connection.flush(PATIENCE_SECONDS)
        try:
            await connection.request(NOBODYS, timeout=PROBE_SECONDS)
        except (nats.errors.TimeoutError, nats.errors.NoRespondersError):
            return False
        return True


async def _again(
    js: JetStreamContext,
    heard: Sequence[tuple[str, type[Fact]]],
    infos: Sequence[ConsumerInfo | None],
    pause: float,
) -> dict[str, ConsumerInfo]:
    """A second look, after a pause, at the consumers for which something waits; by name."""
    busy = [which for which, info in zip(heard, infos, strict=True) if info and _waits(info)]
    if not busy:
        return {}
    await asyncio.sleep(pause)
    found = await asyncio.gather(*(_consumer(js, *which) for which in busy))
    return {info.name: info for info in found if info}


async def _stream(js: JetStreamContext, owner: str) -> StreamInfo | None:
    try:
        return await js.stream_info(stream_name(owner))
    except NotFoundError:
        return None


async def _consumer(js: JetStreamContext, service: str, fact: type[Fact]) -> ConsumerInfo | None:
    try:
        found: ConsumerInfo = await js.consumer_info(stream_name(fact.service), durable_name(service, fact))
        return found
    except NotFoundError:
        return None


def _seen(owner: str, info: StreamInfo, replicas: int, expected: int) -> StreamSeen:
    wanted = stream_config(owner, replicas=replicas)
    peers = (info.cluster.replicas or []) if info.cluster else []
    return StreamSeen(
        name=stream_name(owner),
        differs=_differences(info.config, wanted),
        bytes=info.state.bytes,
        max_bytes=info.config.max_bytes or -1,
        strangers=max(0, info.state.consumer_count - expected),
        behind=[peer.name or "a server" for peer in peers if peer.offline or not peer.current],
    )


def _consumer_seen(
    service: str, fact: type[Fact], first: ConsumerInfo, again: ConsumerInfo | None
) -> ConsumerSeen:
    last = again or first
    return ConsumerSeen(
        name=first.name,
        service=service,
        differs=_differences(first.config, consumer_config(service, fact, DeliverPolicy.ALL)),
        waiting=last.num_pending or 0,
        unfinished=last.num_ack_pending or 0,
        handled_at=last.ack_floor.last_active if last.ack_floor else None,
        stands=again is not None and _waits(again) and _floor(again) == _floor(first),
    )


def _differences(found: object, wanted: StreamConfig | ConsumerConfig) -> list[str]:
    """`max_bytes is 5, not 1073741824`, for each setting that we say and the broker has otherwise."""
    said = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return [
        f"{name} is {_plain(getattr(found, name))}, not {_plain(value)}"
        for name, value in said.items()
        if name not in ITS_OWN and value is not None and getattr(found, name) != value
    ]


def _plain(value: object) -> object:
    return getattr(value, "value", value)


def _waits(info: ConsumerInfo) -> bool:
    return bool(info.num_pending or info.num_ack_pending)


def _floor(info: ConsumerInfo) -> int:
    return info.ack_floor.stream_seq if info.ack_floor else 0
