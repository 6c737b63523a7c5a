"""One instant of four databases, so that what one service knows from another, the other knows too.

While no service may handle a fact, each database is looked at; then all go on, and what was seen is copied
at leisure. A fact that was handled had been announced before anybody was held, so every snapshot has it. One
that was announced and not yet handled is handled after a restore, from the outbox (ADR 48).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from deploy.backup.sources import Snapshot, Source
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class Cut:
    """What was seen, in the order of the sources, and when."""

    at: datetime
    snapshots: Sequence[Snapshot]


@asynccontextmanager
async def cut(sources: Sequence[Source], clock: Clock) -> AsyncIterator[Cut]:
    """The databases at one instant; services wait for as long as it takes to look, not to copy."""
    async with AsyncExitStack() as seen:
        async with AsyncExitStack() as held:
            for source in sources:
                await held.enter_async_context(source.held())
            at = clock()
            snapshots = [await seen.enter_async_context(source.snapshot()) for source in sources]
        yield Cut(at, snapshots)
