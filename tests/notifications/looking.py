"""Looks into a mailbox once, as a process of its own that can be killed: DATABASE_URL, IMAP_URL."""

import asyncio
import sys
from datetime import timedelta

from services.notifications.imap import MailboxServer
from services.notifications.mailbox import Mailbox
from services.notifications.press import desk_of, mail_domain
from services.notifications.returned import Returns
from services.notifications.settle import Ledger
from shared.database import Database
from shared.ids import RandomIds
from tests.conftest import TestClock
from tests.notifications.builders import NOW, practice
from tests.notifications.dovecot import PASSWORD
from tests.notifications.returning import ADDRESSES


async def main(database_url: str, imap_url: str) -> None:
    database, clock = Database.open(database_url), TestClock(NOW)
    ledger = Ledger(database, desk_of(practice()), mail_domain(practice()), clock, RandomIds())
    server = MailboxServer.read(imap_url, PASSWORD)
    await Mailbox(server, Returns(ledger, ADDRESSES), database, clock, timedelta(days=396)).look()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
