"""Streams and consumers: their names and settings, each in one place.

One stream a service, holding that service's facts; one durable pull consumer for each kind of fact that a
service listens to. `provision` makes them; nothing else may.
"""

from datetime import timedelta

from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)

from shared.contracts.base import Fact

SERVICES = ("intake", "matching", "notifications", "resources")

KEPT_FOR = timedelta(days=14)  # outbox rows are kept as long, so that a wiped stream can be refilled
DUPLICATE_WINDOW = timedelta(minutes=10)
MAX_BYTES = 1 << 30
MAX_MESSAGE_BYTES = 64 * 1024
ACK_WAIT = timedelta(seconds=5)  # how long a crashed service's messages wait for the next one
MAX_UNACKNOWLEDGED = 512


def stream_name(service: str) -> str:
    """`INTAKE` for `intake`."""
    return service.upper()


def durable_name(service: str, fact: type[Fact]) -> str:
    """The consumer with which `service` reads this fact, such as `matching-consultation-requested-v1`."""
    return f"{service}-{fact.name.replace('.', '-')}"


def stream_config(service: str, *, replicas: int = 1) -> StreamConfig:
    """One service's stream. A full stream refuses new messages at once instead of dropping old ones."""
    return StreamConfig(
        name=stream_name(service),
        subjects=[f"{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=KEPT_FOR.total_seconds(),
        max_bytes=MAX_BYTES,
        max_msg_size=MAX_MESSAGE_BYTES,
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
        num_replicas=replicas,
        allow_rollup_hdrs=False,
        deny_delete=True,
    )


def consumer_config(service: str, fact: type[Fact], start: DeliverPolicy) -> ConsumerConfig:
    """One durable consumer. Deliveries are never limited by the server: that would be silence."""
    return ConsumerConfig(
        durable_name=durable_name(service, fact),
        filter_subject=fact.subject(),
        deliver_policy=start,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT.total_seconds(),
        max_deliver=-1,
        max_ack_pending=MAX_UNACKNOWLEDGED,
    )
