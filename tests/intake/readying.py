"""People who read first and are ready; a test says only what matters to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.intake import storage
from services.intake.domain.admission import assess
from services.intake.domain.decision import Admitted
from services.intake.domain.reopening import Retold
from services.intake.domain.request import Request
from services.intake.domain.submission import SafetyTicks, Submission, Wishes
from services.intake.handlers import Post, Receipt, receive, reopening
from services.intake.handlers.reopening import BeginLinks, Told
from services.intake.storage.tables import people, requests
from services.intake.vault import Vault
from shared.contracts.intake import ReopeningAnswered, ReopeningAsked
from shared.contracts.resources import ReadinessReached
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging import inbox
from shared.practice import Practice
from shared.tokens import Links
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_desk,
    a_readiness,
    a_vault,
    a_writer,
    assessed,
    the_facts,
    the_practice,
    the_rules,
)

LATER = NOW + timedelta(days=90)  # Sunday, ten in the morning in Los Angeles
TOLD = LATER + timedelta(minutes=5)
LINK_KEY = "a link key of the tests, long enough to be one"
BEGIN = BeginLinks(Links([LINK_KEY]), "https://intake.example.org/")
CRISIS = "I want to kill myself tonight"


def retold(**said: Any) -> Retold:
    """A grown-up in California who is ready to talk to somebody."""
    plain: dict[str, Any] = {
        "state": "CA",
        "for_": "self",
        "client": None,
        "partners": (),
        "age": 34,
        "concerns": (),
        "message": "",
        "preferences": Wishes(),
        "safety": SafetyTicks(),
    }
    return Retold(**{**plain, **said})


def told(by: str = "person", time_zone: str | None = "America/Los_Angeles", **said: Any) -> Told:
    submission = replace(retold(**said).submission("en"), time_zone=time_zone)
    return Told(assess(submission, the_rules(), the_facts(), TOLD, test=False), submission, by)


def reached(receipt: Receipt, at: datetime = LATER, version: int = 5, **said: Any) -> ReadinessReached:
    """What resources announces when this person says that they are ready."""
    plain: dict[str, Any] = {
        "journey_id": f"of-{receipt.request_id}",
        "version": version,
        "request_id": receipt.request_id,
        "reference": receipt.reference,
        "person_id": receipt.person_id,
        "language": "en",
        "reached_at": at,
    }
    return ReadinessReached(**{**plain, **said})


@dataclass
class Reader:
    """Intake over a real database, and people who asked for something to read."""

    database: Database
    vault: Vault = field(default_factory=a_vault)
    ids: CountedIds = field(default_factory=CountedIds)

    async def asked(self, email: str = "ana@example.org", **known: Any) -> Receipt:
        """Somebody asked for something to read."""
        words = known.pop("message", "not yet, maybe in spring")
        return await self.arrived(a_readiness(writer=a_writer(email=email), message=words), **known)

    async def arrived(self, submission: Submission, **known: Any) -> Receipt:
        async with self.database.transaction() as tx:
            post = Post(Admitted(assessed(submission, **known)))
            receipt = await receive(tx, post, a_desk(self.vault), NOW, self.ids)
        assert isinstance(receipt, Receipt)
        return receipt

    async def hear(
        self, *facts: ReadinessReached, now: datetime = LATER, practice: Practice | None = None
    ) -> None:
        """As the bus brings them, together."""
        listener = reopening.on_readiness_reached
        async with self.database.transaction() as tx:
            by_id = {f"{fact.journey_id}-{fact.version}"[:64]: fact for fact in facts}
            events: Sequence[Any] = await inbox.admit_new(tx, listener.fact.name, by_id, now)
            if events:
                await listener(events, tx, now, RandomIds(), practice or the_practice())

    async def tell(self, receipt: Receipt, what: Told | None = None, now: datetime = TOLD) -> Request | None:
        """What is still true, told on the page."""
        async with self.database.transaction() as tx:
            return await reopening.confirm(
                tx, receipt.request_id, what or told(), a_desk(self.vault), now, self.ids
            )

    async def take_back(self, receipt: Receipt, now: datetime = TOLD, by: str = "person") -> Request | None:
        async with self.database.transaction() as tx:
            return await reopening.take_back(tx, receipt.request_id, by, now)

    async def reopening(self, receipt: Receipt, now: datetime = LATER, **said: Any) -> ReopeningAnswered:
        plain = {"request_id": receipt.request_id, "person_id": receipt.person_id, "asked_by": "resources"}
        question = ReopeningAsked(**{**plain, **said})
        answered: ReopeningAnswered = await reopening.answer_reopening(
            question, self.database, now, the_practice(), BEGIN
        )
        return answered

    async def request(self, receipt: Receipt) -> Request:
        async with self.database.reading() as tx:
            (found,) = await storage.load_requests(tx, [receipt.request_id])
        return found

    async def facts(self, *names: str) -> list[dict[str, Any]]:
        """What was announced under these names, in order."""
        outbox = storage.metadata.tables["outbox"]
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
            return [
                json.loads(row.payload) for row in rows if row.subject in [f"intake.{name}" for name in names]
            ]

    async def trail(self, receipt: Receipt) -> list[tuple[str, tuple[str, ...]]]:
        async with self.database.reading() as tx:
            return [(each.name, each.detail) for each in await storage.load_steps(tx, receipt.request_id)]

    async def erase(self, receipt: Receipt) -> None:
        """As if this person had never written."""
        async with self.database.transaction() as tx:
            await tx.execute(sa.delete(requests).where(requests.c.id == receipt.request_id))
            await tx.execute(sa.delete(people).where(people.c.id == receipt.person_id))
