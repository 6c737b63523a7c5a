"""The service's handlers on a database of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.resources.handlers import LISTENERS
from services.resources.handlers.acts import Acts
from services.resources.handlers.desk import course_of
from services.resources.timers import rules, ticks
from shared.clock import Clock
from shared.contracts import FACTS
from shared.contracts.base import Fact
from shared.contracts.intake import ContactChanged, ReadinessRequested, SafetyCleared
from shared.contracts.resources import ReadinessFact, ReadingListPrepared
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.listen import Listener
from shared.messaging.retention import sweep
from shared.messaging.tables import outbox
from shared.practice import Catalogue, Practice
from tests.resources.builders import NOW

HEARING: dict[type[Fact], Listener[Any]] = {each.fact: each for each in LISTENERS}
TOLD = {fact.subject(): fact for fact in FACTS}


class Resources:
    """Facts go in as they arrive from others; what is announced comes out."""

    def __init__(self, database: Database, practice: Practice, catalogue: Catalogue) -> None:
        self.database, self.practice, self.catalogue = database, practice, catalogue
        self.acts = Acts(database, practice, catalogue)

    async def hear(self, *events: ReadinessRequested, at: datetime = NOW) -> None:
        await self.hear_all(events, at=at)

    async def hear_of_contact(self, *events: ContactChanged, at: datetime = NOW) -> None:
        await self.hear_all(events, at=at)

    async def hear_cleared(self, *events: SafetyCleared, at: datetime = NOW) -> None:
        await self.hear_all(events, at=at)

    async def hear_all(self, events: Sequence[Fact], *, at: datetime = NOW) -> None:
        """Facts of one kind, in one transaction, as they come from the collector."""
        listener = HEARING[type(events[0])]
        given = {"practice": self.practice, "course": course_of(self.practice, self.catalogue)}
        needed = {name: given[name] for name in listener.needs}
        async with self.database.transaction() as tx:
            await listener(list(events), tx, at, RandomIds(), **needed)

    async def look(self, at: datetime) -> None:
        """The tick by which journeys go on."""
        await self.tick("go_on", lambda: at)

    async def tick(self, name: str, clock: Clock) -> None:
        ours = ticks(self.database, self.practice, self.catalogue, clock)
        await next(each for each in ours if each.name == name).run()

    async def keep_no_longer(self, at: datetime) -> None:
        """What is over for long enough goes."""
        await sweep(self.database, rules(self.practice.retention), at)

    async def told(self) -> list[Any]:
        """Every fact that was announced, in order."""
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
            return [TOLD[each.subject].model_validate_json(each.payload) for each in rows]

    async def announced(self) -> list[ReadingListPrepared]:
        """The lists that were announced."""
        return [each for each in await self.told() if isinstance(each, ReadingListPrepared)]

    async def steps(self) -> list[Any]:
        """What was announced of journeys after their lists."""
        return [each for each in await self.told() if isinstance(each, ReadinessFact)]

    async def journey_id(self, number: int = 1) -> str:
        """The journey of this request."""
        return next(
            each.reading_list_id for each in await self.announced() if each.request_id == f"req-{number}"
        )
