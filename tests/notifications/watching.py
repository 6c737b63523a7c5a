"""What tests of the delivery loop look at."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.storage.tables import deliveries
from shared.database import Database
from shared.messaging.tables import outbox
from tests.conftest import PATIENCE_SECONDS
from tests.notifications.builders import practice
from tests.notifications.mail_servers import Received

Save = Callable[..., Awaitable[None]]


async def send_due(postman: Postman) -> None:
    await postman.send_due()
    await postman.worked_off()


async def send_all_due(postman: Postman) -> None:
    """The same, with what a slow machine keeps waiting: for tests whose server answers everybody."""
    await send_due(postman)
    database = postman.ledger.database
    under_way = sa.select(deliveries.c.id).where(deliveries.c.state == "sending")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while await _finds(database, under_way):
        assert time.monotonic() < deadline, "a mail is being sent and does not end"
        await asyncio.sleep(0.01)


async def rows(database: Database, reference: str = "R-7F3K2") -> list[storage.ListedDelivery]:
    async with database.reading() as tx:
        return list(await storage.deliveries_about(tx, reference))


async def states(database: Database, reference: str = "R-7F3K2") -> dict[str, tuple[str, str | None]]:
    found = await rows(database, reference)
    return {f"{row.template} to {row.recipient_id}": (row.state, row.reason) for row in found}


async def announced(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(sa.select(outbox.c.subject).order_by(outbox.c.seq))).scalars())


async def reasons_told(database: Database) -> list[tuple[str, str]]:
    """Of what did not go: which fact says so, and why."""
    async with database.reading() as tx:
        facts = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
    return [(each.subject, json.loads(each.payload)["why"]) for each in facts]


async def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


def words_of(mail: Received) -> str:
    """Both parts as their reader sees them."""
    parts = [part.get_payload(decode=True) for part in mail.message.walk() if not part.is_multipart()]
    return "\n".join(part.decode() for part in parts if isinstance(part, bytes))


def dana() -> str:
    return _email("dana")


def lee() -> str:
    return _email("lee")


def owner() -> str:
    return _email(practice().owner)


async def _finds(database: Database, query: sa.Select[tuple[str]]) -> bool:
    async with database.reading() as tx:
        return (await tx.execute(query)).first() is not None


def _email(coordinator_id: str) -> str:
    found = practice().coordinator(coordinator_id)
    assert found is not None
    return found.email
