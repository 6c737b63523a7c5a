"""The page `/metrics`: what the process counted, and what its database says at this moment.

Nothing from the database is remembered from one look to the next: while it does not answer, its numbers are
not on the page, and `practice_database_up` says why.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from prometheus_client import REGISTRY, Metric, generate_latest

from shared.clock import Clock
from shared.database import Database, Transaction
from shared.errors import PracticeError
from shared.gauges import Gauge, seconds_since, written
from shared.messaging import dead_letters, outbox
from shared.messaging.bus import Bus

LOOK_SECONDS = 5.0  # of the ten after which Prometheus gives up


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that one service lets be seen of itself."""

    service: str
    version: str
    database: Database
    bus: Bus
    clock: Clock
    gauges: Sequence[Gauge] = ()

    async def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        read = await self._read()
        return generate_latest(_Together([*self._known(database_up=read is not None), *(read or ())]))

    def _known(self, *, database_up: bool) -> Iterable[Metric]:
        """What the process itself knows. Consumers are looked at every ten seconds, while NATS is there."""
        own, connected = self.service, self.bus.connected
        yield written("practice_build_info", "The version that runs", "version", {self.version: 1})
        yield written(
            "practice_database_up", "Whether its database answers", "service", {own: float(database_up)}
        )
        yield written(
            "practice_bus_connected", "Whether it is connected to NATS", "service", {own: float(connected)}
        )
        yield written(
            "practice_consumer_waiting",
            "Messages that a consumer has not finished",
            "consumer",
            self.bus.waiting if connected else {},
        )

    async def _read(self) -> list[Metric] | None:
        """What the database says, in one snapshot; None when it does not answer."""
        now = self.clock()
        try:
            async with asyncio.timeout(LOOK_SECONDS), self.database.reading() as tx:
                return [
                    written(one.name, one.says, one.by, await one.look(tx, now))
                    for one in (*house_gauges(self.service), *self.gauges)
                ]
        except (PracticeError, sa.exc.SQLAlchemyError, TimeoutError):
            return None


def house_gauges(service: str) -> Sequence[Gauge]:
    """What every service keeps of its messages."""

    async def outbox_age(tx: Transaction, now: datetime) -> dict[str, float]:
        return {service: seconds_since(await outbox.oldest_pending(tx), now)}

    async def open_letters(tx: Transaction, now: datetime) -> dict[str, float]:
        return {service: await dead_letters.count_open(tx)}

    return (
        Gauge(
            "practice_outbox_age_seconds", "Age of the oldest fact not yet published", outbox_age, "service"
        ),
        Gauge("practice_dead_letters_open", "Messages parked and not yet closed", open_letters, "service"),
    )


@dataclass(frozen=True, slots=True)
class _Together:
    """What was read just now, and what the process has counted."""

    read: Sequence[Metric]

    def collect(self) -> Iterable[Metric]:
        yield from self.read
        yield from REGISTRY.collect()
