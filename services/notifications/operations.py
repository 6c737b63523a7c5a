"""What an operator may see and do about mail: the functions behind `practice trail` and `practice doctor`.

They work on this service's own database. Codes only: who a mail went to is a role and an id.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notifications import storage
from services.notifications.handlers.erasing import erase_requests
from services.notifications.imap import Conversation, Unreadable
from services.notifications.mailbox import server_of
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import Mailer, MailServer
from services.notifications.storage import Cursor, ListedDelivery, NotedReturn
from shared.database import Database

LATE_AFTER = timedelta(minutes=10)
CHECK_SECONDS = 5.0

ADVICE: Mapping[str, str] = {
    "unreachable": "does not answer; is it running, and is NOTIFICATIONS_SMTP_URL right?",
    "login_refused": "refuses the user or password in NOTIFICATIONS_SMTP_URL",
    "certificate_refused": "shows a certificate that is not trusted; set NOTIFICATIONS_SMTP_CA for your own",
}
MAILBOX_ADVICE: Mapping[str, str] = {
    "unreachable": "does not answer; is it running, and is NOTIFICATIONS_IMAP_URL right?",
    "timed_out": "does not answer in time; is NOTIFICATIONS_IMAP_URL right?",
    "certificate_refused": "shows a certificate that is not trusted; set NOTIFICATIONS_IMAP_CA for your own",
    "tls_failed": "and we find no way to TLS; is NOTIFICATIONS_IMAP_CA a file of certificates?",
    "tls_refused": "does not begin TLS; try imaps:// in NOTIFICATIONS_IMAP_URL",
    "login_refused": "refuses the user of NOTIFICATIONS_IMAP_URL or NOTIFICATIONS_IMAP_PASSWORD",
    "folder_missing": "has no such folder as NOTIFICATIONS_IMAP_URL names",
    "read_only": "does not let us mark mails as read; give the user of NOTIFICATIONS_IMAP_URL the right to",
}


@dataclass(frozen=True, slots=True)
class MailHealth:
    """How the mail is going."""

    by_state: Mapping[str, int]
    late: int  # open deliveries that were due over ten minutes ago
    late_since: datetime | None


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """Notifications' part of `practice trail`: every mail of a request, and what became of it."""
    async with database.reading() as tx:
        found = await storage.deliveries_about(tx, reference)
        came_back = await storage.returns_about(tx, reference)
    return [*(_entry(each) for each in found), *(_return(each) for each in came_back)]


async def undelivered(
    database: Database, after: Cursor | None = None
) -> tuple[Sequence[ListedDelivery], Cursor | None]:
    """A page of the mails that failed or are held, oldest first, and where the next page begins."""
    async with database.reading() as tx:
        return await storage.deliveries_in(tx, ("failed", "held"), after)


async def keep_back(database: Database, backed_up_at: datetime, until: datetime, now: datetime) -> int:
    """After a restore: what was due until then, when the system before was last alive, is not sent again.

    Gives how many mails of the backup that is; what facts still bring of that time is kept back as well.
    """
    async with database.transaction() as tx:
        await storage.note_restore(tx, backed_up_at, until, now)
        return await storage.keep_back(tx, until, now)


async def kept_back(
    database: Database, after: Cursor | None = None
) -> tuple[Sequence[ListedDelivery], Cursor | None]:
    """A page of the mails that a restore keeps back, oldest first, and where the next page begins."""
    async with database.reading() as tx:
        return await storage.deliveries_in(tx, ("not_sent", "planned"), after, storage.RESTORED)


async def let_go(database: Database, delivery_ids: Sequence[str], now: datetime) -> int:
    """Of these, the mails that a restore keeps back go at once, if they may; gives how many there were."""
    async with database.transaction() as tx:
        return await storage.let_go(tx, delivery_ids, now)


async def health(database: Database, now: datetime) -> MailHealth:
    """How many mails are in each state, and how many are late."""
    async with database.reading() as tx:
        counts = await storage.count_by_state(tx)
        late, since = await storage.count_overdue(tx, now - LATE_AFTER)
    return MailHealth(counts, late, since)


async def retry(database: Database, delivery_ids: Sequence[str], now: datetime) -> int:
    """Failed mails are tried again under the same Message-ID; gives how many there were."""
    async with database.transaction() as tx:
        return await storage.reopen_failed(tx, delivery_ids, now)


async def has_forgotten(database: Database, request_ids: Collection[str]) -> bool:
    """Whether all that is left here of each of these requests is that it was erased."""
    wanted = set(request_ids)
    async with database.reading() as tx:
        return await storage.load_buried(tx, wanted) == wanted and not await storage.still_kept(tx, wanted)


async def forget_again(database: Database, since: datetime, now: datetime) -> None:
    """What came about somebody at the moment at which they were erased goes too; `since`: erased since."""
    async with database.transaction() as tx:
        buried = await storage.load_buried_since(tx, since)
        if buried:
            await erase_requests(tx, buried, (), now)


async def check_mail_server(settings: NotificationsSettings) -> str | None:
    """Connects and logs in, and sends nothing. None when all is well, else what is wrong and what to do.

    Raises Misconfigured when the address itself is wrong.
    """
    server = MailServer.of(settings)
    mailer = Mailer(server, hello="localhost", command_seconds=CHECK_SECONDS)
    try:
        why = await mailer.check()
    finally:
        await mailer.close()
    if why is None:
        return None
    return f"the mail server at {server.shown} {ADVICE.get(why, f'does not let us in ({why})')}"


async def check_mailbox(settings: NotificationsSettings) -> str | None:
    """Logs in and opens the folder, and reads nothing. None when all is well, else what is wrong.

    Raises Misconfigured when the address itself is wrong.
    """
    server = server_of(settings)
    mailbox = Conversation(server, CHECK_SECONDS, most_bytes=1)
    try:
        await asyncio.to_thread(mailbox.opened)
    except Unreadable as error:
        advice = MAILBOX_ADVICE.get(error.why, f"cannot be read ({error.why})")
        return f"the mailbox at {server.shown} {advice}"
    finally:
        await asyncio.to_thread(mailbox.close)
    return None


async def mailbox_read_at(database: Database, settings: NotificationsSettings) -> datetime | None:
    """When the mailbox was last looked into and all was well; None when it never was."""
    server = server_of(settings)
    async with database.reading() as tx:
        progress = await storage.progress_in(tx, server.key)
    return None if progress is None else progress.read_at


def _return(each: NotedReturn) -> dict[str, Any]:
    detail = {"state": "returned", "why": each.kind, "smtp": each.status}
    return {"at": each.noted_at, "kind": "mail", "name": each.template, "detail": detail}


def _entry(each: ListedDelivery) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "state": each.state,
        "why": each.reason,
        "to": each.role,
        "recipient_id": each.recipient_id,
        "attempts": each.attempts,
        "uncertain": each.uncertain,
        "message_id": each.message_id,
        "smtp": each.smtp_code,
    }
    if each.state in ("planned", "held"):
        detail["due_at"] = each.due_at.isoformat()
    return {"at": each.changed_at, "kind": "mail", "name": each.template, "detail": detail}
