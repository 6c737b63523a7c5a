"""When nothing more follows in a product whose services share one process and the clock of a test.

Quiet is what is seen twice with nothing moved between: whatever goes from one place to the next is seen in
one of them, or has left a trace where it went.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from nats.js.manager import JetStreamManager

from services.notifications.storage import deliveries
from shared.database import Database
from shared.messaging.tables import outbox
from shared.messaging.topology import stream_name
from tests.conftest import TestClock
from tests.notifications.mail_servers import MailServerDouble

PATIENCE_SECONDS = 90.0  # for a machine whose cores others keep busy; a quick one waits no longer for it
TOO_SLOW = sa.or_(  # nobody in a journey is away for good
    deliveries.c.reason.endswith("_away", autoescape=True),
    deliveries.c.reason.endswith("_timed_out", autoescape=True),
    deliveries.c.reason.in_(["unreachable", "connection_lost", "no_answer_after_content", "interrupted"]),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Every place where something can be under way."""

    clock: TestClock
    apps: Mapping[str, FastAPI]
    server: MailServerDouble
    streams: JetStreamManager

    def look(self) -> None:
        """Every service looks what is due."""
        for app in self.apps.values():
            app.state.ticker.look()

    async def settle(self) -> None:
        """Returns when nothing more follows: all have looked, outboxes empty, facts read, mails settled.

        As long as a look leads to a fact or a mail, all look again: it may be what another waited for.
        """
        seen = None
        while seen != (so_far := await self._moved()):
            seen = so_far
            self.look()
            await self.quiet()

    async def quiet(self) -> None:
        """Returns when nothing is under way, twice in a row, and nothing has moved meanwhile.

        What somebody was too slow for is not waited for but tried again. Raises TimeoutError with what is
        still under way.
        """
        loop = asyncio.get_running_loop()
        ends, before = loop.time() + PATIENCE_SECONDS, None
        while True:
            moved, under_way = await self._moved(), await self._under_way()
            if not under_way and moved == before == await self._moved() and not await self.hasten():
                return
            if loop.time() > ends:
                raise TimeoutError(under_way or "it never ends")
            before = None if under_way else moved
            await asyncio.sleep(0.01 if under_way else 0)

    async def hasten(self) -> bool:
        """Whether a mail waited for somebody who was too slow to answer; it is tried again at once."""
        database: Database = self.apps["notifications"].state.database
        late = (deliveries.c.state == "planned") & TOO_SLOW & (deliveries.c.due_at > self.clock.now)
        async with database.reading() as tx:
            found = (await tx.execute(sa.select(deliveries.c.id).where(late))).scalars().all()
        if found:
            async with database.transaction() as tx:
                await tx.execute(sa.update(deliveries).where(late).values(due_at=self.clock.now))
            self.look()
        return bool(found)

    async def rows(self, service: str, query: sa.Executable) -> Sequence[Mapping[str, Any]]:
        """What a service's database says."""
        database: Database = self.apps[service].state.database
        async with database.reading() as tx:
            return [dict(row) for row in (await tx.execute(query)).mappings()]

    async def _moved(self) -> tuple[int, ...]:
        """How many mails arrived, how many facts were ever announced, and how many stand in each stream."""
        said = [
            await self.rows(each, sa.select(sa.func.max(outbox.c.seq).label("seq"))) for each in self.apps
        ]
        infos = [await self.streams.stream_info(stream_name(service)) for service in self.apps]
        announced = (row["seq"] or 0 for [row] in said)
        return (len(self.server.taken), *announced, *(info.state.last_seq for info in infos))

    async def _under_way(self) -> list[str]:
        """What waits for somebody to go on with it now; the first place where something does is enough."""
        looking = [f"{name} looks" for name, app in self.apps.items() if not app.state.ticker.at_rest]
        if looking:
            return looking
        for service in self.apps:
            waiting = sa.select(outbox.c.subject).where(outbox.c.published_at.is_(None))
            if unpublished := [row["subject"] for row in await self.rows(service, waiting)]:
                return [f"{service} has not published {subject}" for subject in unpublished]
            readers = await self.streams.consumers_info(stream_name(service))
            if unread := [each.name for each in readers if each.num_pending or each.num_ack_pending]:
                return [f"{reader} has not read all of {service}" for reader in unread]
        due = deliveries.c.state.in_(["planned", "held"]) & (deliveries.c.due_at <= self.clock.now)
        going = sa.select(deliveries.c.template).where(due | (deliveries.c.state == "sending"))
        return [f"{row['template']} is to be sent" for row in await self.rows("notifications", going)]
