"""Invented coordinators, and people who want to be called; a test says only what matters to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.intake.domain.call import Call, Done, Offer, Refused
from services.intake.domain.decision import Admitted, Decision
from services.intake.domain.request import Request, announced
from services.intake.domain.slots import Kept
from services.intake.domain.submission import Submission
from services.intake.handlers import Post, Receipt, receive
from services.intake.handlers.calls import Calls, Wish
from services.intake.storage.tables import call_minutes, metadata
from services.intake.vault import Vault
from shared.contracts.intake import CallAsked
from shared.database import Database
from shared.ids import RandomIds
from shared.practice import Practice
from shared.practice.practice import Coordinator
from tests.intake.builders import NOW, a_consultation, a_desk, a_vault, a_writer, assessed, the_practice

PHONE = "+13235550100"
ALL_DAY = {"mon-sun": "09:00-17:00"}
DANA, LEE = "dana", "lee"
outbox = metadata.tables["outbox"]


def a_coordinator(id_: str = DANA, **said: Any) -> Coordinator:
    """On duty every day from nine to five, by the clock of Los Angeles; speaks English."""
    plain: dict[str, Any] = {"name": id_.title(), "email": f"{id_}@example.org", "call_hours": ALL_DAY}
    return Coordinator(id=id_, **{**plain, **said})


def a_practice(*coordinators: Coordinator, **said: Any) -> Practice:
    """With these coordinators and no holidays: a call of 20 minutes, 10 kept free, two hours' notice."""
    return the_practice().model_copy(
        update={"coordinators": coordinators or (a_coordinator(),), "holidays": None, **said}
    )


def a_person(submission: Submission | None = None, **known: Any) -> Request:
    """A request as it was announced; English, from California."""
    what = assessed(submission, **known)
    return announced(what, id_="q", person_id="p", reference="R-00001", now=NOW)


def somebody(number: int) -> Submission:
    """Who asks for a consultation from an e-mail address of their own."""
    return a_consultation(writer=a_writer(email=f"p{number}@example.org", phone=PHONE))


def local(text: str, hours_behind: int = 8) -> datetime:
    """`11-24 10:00` of 2026, by default on the winter clock of Los Angeles."""
    plain = datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return plain + timedelta(hours=hours_behind)


def kept(starts_at: datetime, who: str = DANA, minutes: int = 20, buffer: int = 10, id_: str = "k") -> Kept:
    """A call that is booked with a coordinator."""
    ends_at = starts_at + timedelta(minutes=minutes)
    return Kept(id_, who, starts_at, ends_at, ends_at + timedelta(minutes=buffer))


def why(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.why


@dataclass
class Office:
    """Intake's calls over a real database."""

    database: Database
    vault: Vault
    practice: Practice
    calls: Calls

    @classmethod
    def of(cls, database: Database, *coordinators: Coordinator, **said: Any) -> "Office":
        practice, vault = a_practice(*coordinators, **said), a_vault()
        return cls(database, vault, practice, Calls(database, practice, vault, RandomIds()))

    async def asked(self, submission: Submission | None = None, **known: Any) -> str:
        """Somebody asked for a consultation; gives the id of the request. They gave a number."""
        plain = a_consultation(writer=a_writer(phone=PHONE))
        return await self.arrived(Admitted(assessed(submission or plain, **known)))

    async def arrived(self, decision: Decision) -> str:
        async with self.database.transaction() as tx:
            receipt = await receive(tx, Post(decision), a_desk(self.vault), NOW, RandomIds())
        assert isinstance(receipt, Receipt)
        return receipt.request_id

    async def offer(self, request_id: str, now: datetime = NOW) -> Offer:
        offer = await self.calls.offer(request_id, now)
        assert offer is not None
        return offer

    async def book(
        self, request_id: str, starts_at: datetime | None = None, now: datetime = NOW, **said: Any
    ) -> Any:
        """Books the first free time, or the one that is named, seeing the call as it stands."""
        offer = await self.offer(request_id, now)
        said.setdefault("version", offer.call.version if offer.call else 0)
        wish = Wish(starts_at=starts_at or offer.slots[0].starts_at, **said)
        return await self.calls.book(request_id, wish, now)

    async def booked(self, request_id: str, starts_at: datetime | None = None, **said: Any) -> Call:
        """The same, and it is."""
        done = await self.book(request_id, starts_at, **said)
        assert isinstance(done, Done), done
        return done.call

    async def arrange(self, request_id: str, act: str, now: datetime = NOW, **said: Any) -> Any:
        """What Dana asks for, seeing the call as it stands."""
        offer = await self.offer(request_id, now)
        said.setdefault("version", offer.call.version if offer.call else 0)
        said.setdefault("by", f"coordinator:{DANA}")
        question = CallAsked.model_validate({"request_id": request_id, "act": act, **said})
        return await self.calls.arrange(question, now)

    async def call(self, request_id: str) -> Call | None:
        return (await self.offer(request_id)).call

    async def facts(self, entity: str = "consultation") -> Sequence[dict[str, Any]]:
        """What was announced about calls, in order."""
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
            told = [
                {"fact": row.subject.split(".")[2], **json.loads(row.payload), "_": row.subject}
                for row in rows
            ]
        return [each for each in told if each["_"].split(".")[1] == entity and each["fact"] != "requested"]

    async def minutes(self, who: str | None = None) -> list[datetime]:
        """Every piece of time that a booked call keeps."""
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(call_minutes).order_by(call_minutes.c.at))
            return [row.at for row in rows if who in (None, row.coordinator_id)]
