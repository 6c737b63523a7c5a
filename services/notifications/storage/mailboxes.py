"""How far a mailbox has been read, by the numbers that its server gives to mails."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.notifications.storage.tables import MAIL_WAITS, mailboxes
from shared.database import Transaction, insert_new, wake_after_commit


@dataclass(frozen=True, slots=True)
class Progress:
    """Every mail up to this one has been looked at; the numbers count under one validity alone."""

    validity: int
    last_uid: int
    read_at: datetime | None  # when all was well last


async def progress_in(tx: Transaction, key: str) -> Progress | None:
    """How far this mailbox has been read; None when it never was."""
    columns = (mailboxes.c.validity, mailboxes.c.last_uid, mailboxes.c.read_at)
    found = await tx.execute(sa.select(*columns).where(mailboxes.c.key == key))
    row = found.mappings().first()
    return None if row is None else Progress(**row)


async def save_progress(tx: Transaction, key: str, progress: Progress, *, more_waits: bool) -> None:
    """Remembers it. Of two replicas the later word counts: what is read twice changes nothing."""
    values: Mapping[str, Any] = asdict(progress)
    if not await insert_new(tx, mailboxes, [{"key": key, **values}], returning=mailboxes.c.key):
        await tx.execute(sa.update(mailboxes).where(mailboxes.c.key == key).values(**values))
    if more_waits:
        wake_after_commit(tx, MAIL_WAITS)
