"""A referral's whole life over a real database: what coordinators, clinicians, people and the clock do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from services.matching import storage, timers
from services.matching.domain.change import Done
from services.matching.domain.referral import Referral
from services.matching.handlers.acts import Acts
from services.matching.handlers.requests import (
    on_consultations_requested,
    on_consultations_withdrawn,
    on_contacts_changed,
    on_professionals_requested,
    on_safety_cleared,
)
from services.matching.handlers.safety import on_safety_flagged
from services.matching.settings import Terms
from services.matching.storage.tables import clinicians, referrals
from shared.contracts.intake import (
    ContactChanged,
    ProfessionalRequested,
    SafetyCleared,
    SafetyFlagged,
)
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.outbox import claim
from tests.conftest import TestClock
from tests.matching.builders import NOW, TERMS, a_requested, a_withdrawal

DANA, LEE = "coordinator:dana", "coordinator:lee"
SETTLED = timedelta(minutes=10)


class Loop:
    """Matching without a bus: facts are handed to the handlers, and time is moved by hand."""

    def __init__(self, database: Database, clock: TestClock | None = None, terms: Terms = TERMS) -> None:
        self.database, self.terms = database, terms
        self.clock = clock or TestClock(NOW)
        self.ids = RandomIds()
        self.rosters = storage.RosterCache()
        self.acts = Acts(database, terms, self.rosters, self.clock, self.ids)
        self.ticks = timers.ticks(database, terms, self.rosters, self.clock, self.ids)

    async def request(self, number: int = 1, **said: Any) -> str:
        """A request arrives; its referral's id."""
        event = a_requested(number, **({"received_at": self.clock.now} | said))
        await self.hear(on_consultations_requested, event, rosters=self.rosters)
        return await self.referral_of(event.request_id)

    async def professional(self, number: int = 1) -> str:
        """A colleague writes; the referral's id."""
        event = ProfessionalRequested(
            version=1,
            request_id=f"q-{number}",
            reference=f"R-{number:05d}",
            person_id=f"p-{number}",
            received_at=self.clock.now,
            language="en",
        )
        await self.hear(on_professionals_requested, event, rosters=self.rosters)
        return await self.referral_of(event.request_id)

    async def withdraw(self, number: int) -> None:
        """Intake says that the request no longer stands."""
        await self.hear(on_consultations_withdrawn, a_withdrawal(number))

    async def silence(self, number: int, silenced: bool = True) -> None:
        """Intake says whether the person asked to hear nothing more."""
        event = ContactChanged(
            version=2,
            request_id=f"q-{number}",
            reference=f"R-{number:05d}",
            person_id=f"p-{number}",
            changed_at=self.clock.now,
            silenced=silenced,
        )
        await self.hear(on_contacts_changed, event, rosters=self.rosters)

    async def clear(self, number: int) -> None:
        """Intake says that a named person cleared a crisis."""
        event = SafetyCleared(
            version=2,
            request_id=f"q-{number}",
            reference=f"R-{number:05d}",
            path="consultation",
            level="elevated",
            cleared_at=self.clock.now,
            cleared_by="dana",
        )
        await self.hear(on_safety_cleared, event)

    async def flag(self, number: int) -> None:
        """Intake says that they added words of crisis."""
        event = SafetyFlagged(
            version=1,
            request_id=f"q-{number}",
            reference=f"R-{number:05d}",
            path="consultation",
            level="crisis",
            rules=("en.direct.die",),
            rules_version="1",
            flagged_at=self.clock.now,
            language="en",
        )
        await self.hear(on_safety_flagged, event)

    async def hear(self, handler: Any, event: Any, **given: Any) -> None:
        """The handler hears this one fact, in a transaction of its own."""
        async with self.database.transaction() as tx:
            await handler([event], tx, self.clock.now, self.ids, terms=self.terms, **given)

    async def pass_time(self, by: timedelta = SETTLED) -> None:
        """Time passes, and what is due happens."""
        self.clock.move(by)
        await self.look()

    async def look(self) -> None:
        """Every tick of the service looks once."""
        for tick in self.ticks:
            await tick.run()

    async def choose(self, referral_id: str, clinician_id: str, by: str = DANA) -> Done | None:
        """A coordinator who sees the newest version chooses."""
        return await self.acts.choose(referral_id, by, (await self.get(referral_id)).version, clinician_id)

    async def offered(self, number: int = 1, clinician_id: str = "c-a", **said: Any) -> Referral:
        """A request that has been offered to this clinician, whose mail has left."""
        referral_id = await self.request(number, **said)
        await self.choose(referral_id, clinician_id)
        await self.pass_time()
        return await self.get(referral_id)

    async def introduced(self, number: int = 1, clinician_id: str = "c-a", **said: Any) -> Referral:
        """A request whose clinician has said yes, and both have been introduced."""
        offered = await self.offered(number, clinician_id, **said)
        assert offered.choice is not None
        await self.acts.answer_offer(offered.choice.offer_id, f"clinician:{clinician_id}", "accept")
        await self.pass_time()
        return await self.get(offered.referral_id)

    async def get(self, referral_id: str) -> Referral:
        """The referral as it stands."""
        async with self.database.reading() as tx:
            found = await storage.load_referral(tx, referral_id)
        assert found is not None
        return found

    async def referral_of(self, request_id: str) -> str:
        """The id of the request's referral; `none` where it was withdrawn before it came."""
        async with self.database.reading() as tx:
            chosen = sa.select(referrals.c.referral_id).where(referrals.c.request_id == request_id)
            return str((await tx.execute(chosen)).scalar_one_or_none() or "none")

    async def announced(self) -> Sequence[str]:
        """What was announced of referrals so far, oldest first; left as it was."""
        async with self.database.reading() as tx:
            rows = await claim(tx, "looking", NOW)
        about = [row for row in rows if row.subject.startswith("matching.referral.")]
        return [row.subject.removeprefix("matching.") for row in about]

    async def broken(self) -> list[str]:
        """What must never be so, and is."""
        async with self.database.reading() as tx:
            kept = (await tx.execute(sa.select(referrals))).mappings().all()
            roster = (await tx.execute(sa.select(clinicians))).mappings().all()
        wrong = [
            f"{row['reference']} is open without owner, next action or due time"
            for row in kept
            if row["closed_at"] is None and not (row["owner"] and row["next_action"] and row["due_at"])
        ]
        for each in roster:
            for place in ("held", "taken"):
                said = sum(
                    row["clinician_id"] == each["clinician_id"] and row["place"] == place and not row["test"]
                    for row in kept
                )
                if each[place] != said:
                    wrong.append(f"{each['clinician_id']}: {each[place]} {place}, {said} by the referrals")
        return wrong
