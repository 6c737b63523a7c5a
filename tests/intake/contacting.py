"""People who change how they are reached; a test says only what matters to it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.intake import storage
from services.intake.domain.contact import Reach
from services.intake.domain.contact_change import Change
from services.intake.domain.decision import Admitted, Decision
from services.intake.handlers import Post, Receipt, contact, receive
from services.intake.handlers.contact import Changing, Mailed
from services.intake.storage.tables import people, requests
from services.intake.vault import Vault
from shared.database import Database
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_consultation,
    a_desk,
    a_vault,
    a_writer,
    assessed,
    reached,
)

SAM, PAM, EVE, NEW = "sam@example.org", "pam@example.org", "eve@example.org", "new@example.org"
PHONE, OTHER_PHONE = "+13235550100", "+13235550177"
AN_HOUR = timedelta(hours=1)
LATER = NOW + AN_HOUR


@dataclass
class Inbox:
    """Intake over a real database, and whoever holds a link from one of its mails."""

    database: Database
    vault: Vault = field(default_factory=a_vault)
    ids: CountedIds = field(default_factory=CountedIds)

    async def note(self, email: str | None = SAM, phone: str | None = None, **said: Any) -> Receipt:
        """Somebody wrote to us from this address."""
        writer = a_writer(email=email, phone=phone)
        return await self.arrived(Admitted(assessed(a_consultation(writer=writer, **said))))

    async def arrived(self, decision: Decision) -> Receipt:
        async with self.database.transaction() as tx:
            receipt = await receive(tx, Post(decision), a_desk(self.vault), NOW, self.ids)
        assert isinstance(receipt, Receipt)
        return receipt

    async def change(
        self, note: Receipt, now: datetime = LATER, mailed_at: datetime = NOW, **wanted: Any
    ) -> Changing | None:
        """What the link in a mail about this note changes."""
        async with self.database.transaction() as tx:
            mailed = link(note, mailed_at)
            return await contact.change(tx, mailed, Change(**wanted), self.vault, now)

    async def stop(self, note: Receipt, now: datetime = LATER, mailed_at: datetime = NOW) -> bool:
        async with self.database.transaction() as tx:
            return await contact.stop(tx, link(note, mailed_at), now)

    async def allow(self, note: Receipt, now: datetime = LATER, mailed_at: datetime = NOW) -> bool:
        async with self.database.transaction() as tx:
            return await contact.allow_again(tx, link(note, mailed_at), now)

    async def is_good(self, note: Receipt, now: datetime = LATER, mailed_at: datetime = NOW) -> bool:
        async with self.database.reading() as tx:
            return await contact.is_good(tx, link(note, mailed_at), now)

    async def reach(self, note: Receipt) -> Reach:
        (reach,) = await reached(self.database, self.vault, note.request_id)
        return reach

    async def email(self, note: Receipt) -> str | None:
        return (await self.reach(note)).writer.email

    async def silenced(self, *notes: Receipt) -> list[bool]:
        return [(await self.reach(each)).silenced for each in notes]

    async def facts(self) -> list[dict[str, Any]]:
        """What was announced about contact, in order."""
        outbox = storage.metadata.tables["outbox"]
        async with self.database.reading() as tx:
            rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
            return [json.loads(row.payload) for row in rows if row.subject == "intake.contact.changed.v1"]

    async def trail(self, note: Receipt) -> list[tuple[str, tuple[str, ...]]]:
        async with self.database.reading() as tx:
            return [(each.name, each.detail) for each in await storage.load_steps(tx, note.request_id)]

    async def row(self, note: Receipt) -> Any:
        async with self.database.reading() as tx:
            return (await tx.execute(sa.select(people).where(people.c.id == note.person_id))).one()

    async def erase(self, note: Receipt) -> None:
        """As if this person had never written."""
        async with self.database.transaction() as tx:
            await tx.execute(sa.delete(requests).where(requests.c.id == note.request_id))
            await tx.execute(sa.delete(people).where(people.c.id == note.person_id))


def link(note: Receipt, mailed_at: datetime = NOW) -> Mailed:
    """By which a mail about this note lets its reader change how they are reached."""
    return Mailed(note.person_id, note.request_id, mailed_at)
