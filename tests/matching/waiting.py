"""A practice with a waitlist, over a real database: its roster can be changed, and somebody looks."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from services.matching import operations
from services.matching.handlers.waitlist import Waitlist
from shared.contracts.matching import MatchingFact
from shared.database import Database
from shared.messaging.tables import outbox
from shared.practice import Practice
from tests.matching.builders import NOW
from tests.matching.conftest import WriteRoster
from tests.matching.loop import Loop

DAY = timedelta(days=1)
FULL: dict[str, Any] = {"capacity": 10, "caseload": 10}
ONE_FREE: dict[str, Any] = {"capacity": 10, "caseload": 9}


class House:
    """Matching with a roster that a test can change at any time."""

    def __init__(self, database: Database, practice: Practice, write_roster: WriteRoster) -> None:
        self.loop = Loop(database)
        self.database, self._practice, self._write = database, practice, write_roster
        self.waitlist = Waitlist(database, self.loop.terms, self.loop.rosters, self.loop.clock)

    async def roster(self, *clinicians: dict[str, Any]) -> None:
        """These are the clinicians from now on."""
        file = self._write(*clinicians)
        await operations.import_roster(self.database, file, self._practice, self.loop.clock.now)

    async def waiting(self, *numbers: int, **said: Any) -> list[str]:
        """Requests that nobody can take yet; a lower number came first. Their referrals' ids."""
        since = NOW - 9 * DAY
        return [
            await self.loop.request(number, **{"received_at": since + number * DAY} | said)
            for number in numbers
        ]

    async def stages(self, *referral_ids: str) -> list[str]:
        """Where they stand after a look."""
        await self.waitlist.look()
        return [(await self.loop.get(each)).stage for each in referral_ids]


async def facts(database: Database, fact: type[MatchingFact]) -> list[dict[str, Any]]:
    """What was announced under this name, oldest first."""
    async with database.reading() as tx:
        chosen = sa.select(outbox.c.payload).where(outbox.c.subject == fact.subject())
        return [json.loads(each) for each in await tx.scalars(chosen.order_by(outbox.c.seq))]
