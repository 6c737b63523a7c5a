"""The relay: publishes what the outbox holds, and again what a wiped broker has lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from shared.clock import Clock
from shared.database import Database
from shared.errors import Retryable
from shared.ids import Ids
from shared.logs import get_logger
from shared.messaging import outbox

log = get_logger(__name__)

A_MOMENT = timedelta(seconds=10)  # as long as a start or a reconnection takes; nobody need hear of it


@dataclass(frozen=True, slots=True)
class Stored:
    """The stream's receipt: where it keeps the message, and whether it had it already."""

    sequence: int
    duplicate: bool


class Publisher(Protocol):
    """The way to one service's own stream."""

    async def publish(self, subject: str, payload: bytes, headers: dict[str, str]) -> Stored:
        """The stream has the message. Raises Retryable when it did not say so in time."""

    async def stream_created(self) -> str:
        """When this incarnation of the stream was made; raises Retryable when it cannot be told."""


class Relay:
    """Publishes one service's outbox; safe to run in several replicas at once."""

    def __init__(self, database: Database, publisher: Publisher, clock: Clock, ids: Ids) -> None:
        self._database, self._publisher, self._clock, self._ids = database, publisher, clock, ids
        self._created: str | None = None
        self._sure = False  # whether the stream was looked at since the connection was last lost
        self._highest = 0  # the highest stream sequence that this incarnation of the stream has told us
        self._away_since: datetime | None = None
        self._told = False  # whether this absence has been logged

    async def drain(self) -> None:
        """Publishes everything that waits; stops, to be called again, when the broker is away.

        An absence is logged once, after a moment, and only when a fact waits through it.
        """
        try:
            await self._check_stream()
            while await self._publish_some() == outbox.AT_ONCE:
                pass
        except Retryable:
            await self._tell_what_waits()
        else:
            self._away_since, self._told = None, False

    @property
    def is_held_up(self) -> bool:
        """Whether the last attempt ended before everything was published."""
        return self._away_since is not None

    def forget_stream(self) -> None:
        """Looks anew at the stream before the next publishing: it may have been made anew meanwhile."""
        self._sure = False

    async def _tell_what_waits(self) -> None:
        now = self._clock()
        self._away_since = self._away_since or now
        if self._told or now - self._away_since < A_MOMENT:
            return
        async with self._database.reading() as tx:
            oldest = await outbox.oldest_pending(tx)
        if oldest is not None and now - oldest >= A_MOMENT:
            log.warning("outbox.waits", seconds=round((now - oldest).total_seconds()))
            self._told = True

    async def _check_stream(self) -> None:
        if self._sure:
            return
        created = await self._publisher.stream_created()
        if created == self._created:
            self._sure = True
            return
        async with self._database.transaction() as tx:
            lost = await outbox.reopen_lost(tx, created)
            self._highest = await outbox.highest_sequence(tx, created)
        if lost:
            log.warning("outbox.replayed", count=lost, why="stream_made_anew")
        self._created, self._sure = created, True

    async def _publish_some(self) -> int:
        lease = None if self._database.alone else self._ids.new()
        rows = await self._take(lease)
        if not rows:
            return 0
        receipts = await asyncio.gather(*(self._publish(row) for row in rows), return_exceptions=True)
        stored = {
            row.seq: receipt
            for row, receipt in zip(rows, receipts, strict=True)
            if isinstance(receipt, Stored)
        }
        await self._record(lease, stored, all_published=len(stored) == len(rows))
        failures = [receipt for receipt in receipts if isinstance(receipt, BaseException)]
        if failures:
            raise failures[0]
        return len(rows)

    async def _take(self, lease: str | None) -> Sequence[Any]:
        """What waits; alone it is enough to look, since nobody else publishes it."""
        if lease is None:
            async with self._database.reading() as tx:
                return await outbox.waiting(tx)
        async with self._database.transaction() as tx:
            return await outbox.claim(tx, lease, self._clock())

    async def _publish(self, row: Any) -> Stored:
        return await self._publisher.publish(row.subject, row.payload.encode(), dict(row.headers))

    async def _record(self, lease: str | None, stored: dict[int, Stored], *, all_published: bool) -> None:
        receipts = list(stored.values())
        async with self._database.transaction() as tx:
            if _cut_back(receipts, self._highest):
                lost = await outbox.reopen_from(tx, min(receipt.sequence for receipt in receipts))
                log.warning("outbox.replayed", count=lost, why="stream_cut_back")
                self._highest = 0
            sequences = {row: receipt.sequence for row, receipt in stored.items()}
            await outbox.mark_published(tx, lease, sequences, self._created or "", self._clock())
            if lease is not None and not all_published:
                await outbox.give_back(tx, lease)
        self._highest = max([self._highest, *(receipt.sequence for receipt in receipts)])


def _cut_back(receipts: Sequence[Stored], highest: int) -> bool:
    """A new message below the highest known sequence: the stream lost its end."""
    return any(not receipt.duplicate and receipt.sequence <= highest for receipt in receipts)
