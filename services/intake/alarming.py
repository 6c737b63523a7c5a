"""A crisis by the clock: the next ones are told, and what is not known to have left goes the second way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.intake import storage
from services.intake.delivery import SecondWay, Told
from services.intake.domain.answering import contact_of
from services.intake.handlers import safety
from services.intake.metrics import second_way
from services.intake.storage.alerting import INTAKE
from services.intake.storage.safety import SIGNAL
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids
from shared.practice import Practice
from shared.ticks import Tick

LOOK_EVERY = timedelta(seconds=5)
AGAIN_AFTER = timedelta(seconds=30)  # what its own server did not take
AT_ONCE = 16
PURPOSE = "safety_alert"


@dataclass(frozen=True, slots=True)
class Watch:
    """What watches over crises; `way` is the second one, where intake is told of one."""

    database: Database
    practice: Practice
    sealer: storage.Sealer
    clock: Clock
    ids: Ids
    way: SecondWay | None

    def ticks(self) -> tuple[Tick, ...]:
        """Its ticks."""
        climbing = Tick("tell_the_next", LOOK_EVERY, self.climb, wakes_on=SIGNAL)
        if self.way is None:
            return (climbing,)
        return climbing, Tick("send_alerts", LOOK_EVERY, self.send_unconfirmed)

    async def climb(self) -> None:
        """The next ones are told of every crisis that nobody has taken up in time."""
        while True:
            async with self.database.transaction() as tx:
                if await safety.climb(tx, self.practice, self.clock()) < safety.AT_ONCE:
                    return

    async def send_unconfirmed(self) -> None:
        """Every alert that is not known to have left in time is tried once now."""
        if self.way is None:
            return
        while True:
            now = self.clock()
            async with self.database.transaction() as tx:
                taken = [one for one, _ in await storage.take_unconfirmed(tx, now, AGAIN_AFTER, AT_ONCE)]
            await asyncio.gather(*(self._send(self.way, told) for told in await self._told(taken)))
            if len(taken) < AT_ONCE:
                return

    async def _send(self, way: SecondWay, told: Told) -> None:
        now = self.clock()
        if not await way.send(told, now):
            second_way.labels("refused").inc()
            return
        async with self.database.transaction() as tx:
            await safety.confirm(tx, [told.alert], INTAKE, now)
        second_way.labels("sent").inc()

    async def _told(self, taken: Sequence[storage.Alert]) -> list[Told]:
        """What they are written from; that people were looked up is kept before."""
        if not taken:
            return []
        named = list(dict.fromkeys(one.request_id for one in taken))
        access = storage.Access(self.ids.new(), self.clock(), "contacts", PURPOSE, "intake")
        async with self.database.transaction() as tx:
            await storage.save_access(tx, access, named)
        async with self.database.reading() as tx:
            requests = {each.id: each for each in await storage.load_requests(tx, named)}
            reaches = {each.request_id: each for each in await storage.load_reaches(tx, named, self.sealer)}
            cases = {each: await storage.load_case(tx, each) for each in requests}
        openly = self.practice.coordinator_mail == "full"
        return [
            Told(one, requests[of], case, reaches[of], contact_of(reaches[of]) if openly else None)
            for one in taken
            if (of := one.request_id) in reaches and (case := cases.get(of)) is not None
        ]
