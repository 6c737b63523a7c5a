"""A crisis and those who are told of it, as tests meet them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from services.intake.alarming import Watch
from services.intake.delivery import SecondWay
from services.intake.domain.decision import Admitted
from services.intake.domain.submission import Writer
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.tables import metadata
from shared.database import Database
from shared.practice import Practice
from shared.servers import mail_server
from shared.tokens import Links
from tests.conftest import TestClock
from tests.intake.builders import NOW, CountedIds, a_desk, a_vault, assessed, calm, the_practice
from tests.intake.webhouse import LINK_KEY, PUBLIC_URL

outbox = metadata.tables["outbox"]
QUARTER = timedelta(minutes=15)
MESSAGE = "It is too much, and I have written the letters."
_ASSESSED = assessed(safety=replace(calm("crisis"), rules=("en.direct.die",)))
CRISIS = replace(_ASSESSED, submission=replace(_ASSESSED.submission, message=MESSAGE))


async def arrive(database: Database, ids: CountedIds, *, test: bool = False) -> Receipt:
    """Somebody has just written words of crisis."""
    async with database.transaction() as tx:
        crisis = Admitted(replace(CRISIS, test=test))
        receipt = await receive(tx, Post(crisis), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


async def said(database: Database, name: str) -> list[dict[str, Any]]:
    """What intake announced of this name, in order."""
    async with database.reading() as tx:
        rows = await tx.execute(
            sa.select(outbox.c.payload).where(outbox.c.subject == f"intake.{name}.v1").order_by(outbox.c.seq)
        )
        return [json.loads(payload) for payload in rows.scalars()]


def a_watch(
    database: Database, clock: TestClock, mail_url: str = "", practice: Practice | None = None
) -> Watch:
    """What watches over crises by this clock, with a second way if there is a mail server."""
    ours = practice or the_practice()
    way = None
    if mail_url:
        way = SecondWay(mail_server(mail_url, "INTAKE_ALERT_SMTP"), ours, Links([LINK_KEY]), PUBLIC_URL)
    return Watch(database, ours, a_vault(), clock, CountedIds(), way)


def writer_of(crisis: Any) -> Writer:
    """Who wrote it."""
    found: Writer = crisis.submission.writer
    return found
