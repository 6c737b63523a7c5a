"""A mailbox of a test's own, on a real server, and who looks into it."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.notifications import storage
from services.notifications.domain.outcome import Reply, Sent
from services.notifications.imap import MailboxServer
from services.notifications.mailbox import Mailbox
from services.notifications.metrics import returned
from services.notifications.returned import Returns
from services.notifications.storage import Progress
from shared.database import Database
from tests.conftest import TestClock
from tests.logs import captured
from tests.notifications.builders import NOW, CountedIds, planned
from tests.notifications.dovecot import Dovecot, Kept
from tests.notifications.returned_mails import Original
from tests.notifications.returning import ADDRESSES, SENDERS

DONE = frozenset({r"\Seen", "PracticeRead"})
UNTOUCHED: frozenset[str] = frozenset()
KEPT_FOR = timedelta(days=396)


@dataclass
class Postbox:
    """The mailbox of one user, and the database of the service that looks into it."""

    dovecot: Dovecot
    user: str
    returns: Returns
    database: Database
    clock: TestClock
    folder: str = "INBOX"
    looking: dict[MailboxServer, Mailbox] = field(default_factory=dict)

    def bring(self, *mails: bytes, at: datetime = NOW) -> None:
        self.dovecot.bring(*mails, user=self.user, folder=self.folder, at=at)

    def kept(self) -> Sequence[Kept]:
        return self.dovecot.kept(self.user, self.folder)

    @property
    def flags(self) -> Sequence[frozenset[str]]:
        return [one.flags for one in self.kept()]

    def server(self, scheme: str = "imaps") -> MailboxServer:
        return self.dovecot.mailbox(self.user, self.folder, scheme)

    def mailbox(self, server: MailboxServer | None = None, seconds: float = 20.0) -> Mailbox:
        """Who looks into it, by this way; the same one each time."""
        server = server or self.server()
        made = Mailbox(server, self.returns, self.database, self.clock, KEPT_FOR, command_seconds=seconds)
        return self.looking.setdefault(server, made)

    async def look(self, server: MailboxServer | None = None) -> None:
        await self.mailbox(server).look()

    async def progress(self, server: MailboxServer | None = None) -> Progress | None:
        async with self.database.reading() as tx:
            return await storage.progress_in(tx, (server or self.server()).key)

    async def noted(self) -> int:
        """How many mails something came back of."""
        async with self.database.reading() as tx:
            return int(
                (await tx.execute(sa.select(sa.func.count()).select_from(storage.returns))).scalar_one()
            )


def taken(kind: str, done: str) -> float:
    """How often such a mail was taken back, as the service counts."""
    return float(returned.labels(kind, done)._value.get())


async def many_gone(database: Database, count: int) -> Sequence[Original]:
    """So many mails that have gone, each to another person."""
    plans = [planned("acknowledgement", f"request-{number}") for number in range(count)]
    async with database.transaction() as tx:
        await storage.save_planned(tx, plans, CountedIds(), "frontdesk.example.org", NOW)
        claimed = await storage.claim_due(tx, "lease", count, NOW)
        sent = {one.id: Sent(Reply(250), "a" * 64) for one in claimed}
        await storage.save_outcomes(tx, "lease", sent, NOW)
    return [Original(ADDRESSES.of_mail(SENDERS[1], one.id), message_id=one.message_id) for one in claimed]


async def warned(looking: Awaitable[None]) -> Sequence[Mapping[str, object]]:
    """The lines that a look leaves in the log, but for those that say that all is well."""
    with captured() as lines:
        await looking
    return [one for one in lines if one["log_level"] != "info"]
