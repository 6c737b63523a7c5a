"""The service's handlers on a database of their own."""

from datetime import datetime

import sqlalchemy as sa

from services.resources.handlers import on_contacts_changed, on_readiness_requested, on_safety_cleared
from shared.contracts.intake import ContactChanged, ReadinessRequested, SafetyCleared
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.tables import outbox
from shared.practice import Catalogue, Practice
from tests.resources.builders import NOW


class Resources:
    """Facts go in as they arrive from intake; what is announced comes out."""

    def __init__(self, database: Database, practice: Practice, catalogue: Catalogue) -> None:
        self.database, self.practice, self.catalogue = database, practice, catalogue

    async def hear(self, *events: ReadinessRequested, at: datetime = NOW) -> None:
        given = {"practice": self.practice, "catalogue": self.catalogue}
        async with self.database.transaction() as tx:
            await on_readiness_requested(list(events), tx, at, RandomIds(), **given)

    async def hear_of_contact(self, *events: ContactChanged, at: datetime = NOW) -> None:
        async with self.database.transaction() as tx:
            await on_contacts_changed(list(events), tx, at, RandomIds())

    async def hear_cleared(self, *events: SafetyCleared, at: datetime = NOW) -> None:
        given = {"practice": self.practice, "catalogue": self.catalogue}
        async with self.database.transaction() as tx:
            await on_safety_cleared(list(events), tx, at, RandomIds(), **given)

    async def announced(self) -> list[ReadingListPrepared]:
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(outbox.c.payload).order_by(outbox.c.seq))
            return [ReadingListPrepared.model_validate_json(each) for each in rows.scalars()]
