"""The mailbox that mails come back to: looked into now and then, and what has come is taken back.

A mail is looked at once, the oldest first, so many at a time. What is done is marked as read; an automatic
answer only gets our keyword; whatever a person may have written stays as it is, and nothing is ever moved or
deleted (ADR 42). A mail counts as looked at once it has been taken back and marked: after a crash between
the two it is taken back once more, which changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from services.notifications import storage
from services.notifications.imap import Conversation, MailboxServer, Opened, Unreadable
from services.notifications.metrics import passed_over, unread_seconds
from services.notifications.returned import Returns
from services.notifications.returns.opening import MOST_BYTES
from services.notifications.settings import NotificationsSettings
from services.notifications.storage import Progress
from shared.clock import Clock
from shared.database import Database
from shared.logs import get_logger

log = get_logger(__name__)

MAILS_AT_ONCE = 50
AT_ONCE_SECONDS = 120.0  # no further mail is begun after this
COMMAND_SECONDS = 30.0
LEFT_ALONE = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))  # each time longer
TRIES = 3  # of one mail; then the next one has its turn

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Trouble:
    """What went wrong, since when, and until when the server is left alone."""

    times: int = 0
    until: datetime | None = None
    mail: int | None = None  # at which it broke off
    mail_times: int = 0


@dataclass(slots=True)
class Mailbox:
    """Looks into one mailbox. Replicas may do it at the same time: what comes back counts once."""

    server: MailboxServer
    returns: Returns
    database: Database
    clock: Clock
    deliveries_kept_for: timedelta  # nothing older can speak of a mail that is known
    command_seconds: float = COMMAND_SECONDS
    mails_at_once: int = MAILS_AT_ONCE
    _trouble: _Trouble = field(default_factory=_Trouble)
    _well_at: datetime | None = None

    async def look(self) -> None:
        """Takes back what has come, unless the server is left alone; says why when it cannot be read."""
        now = self.clock()
        if self._well_at is None:
            known = await self._known()
            self._well_at = (known and known.read_at) or now
        if self._trouble.until is None or now >= self._trouble.until:
            try:
                await self._read(now)
            except Unreadable as error:
                self._failed(error, now)
            else:
                self._trouble, self._well_at = _Trouble(), now
        unread_seconds.set((now - self._well_at).total_seconds())

    async def _read(self, now: datetime) -> None:
        async with self._talking() as mailbox:
            opened = await _apart(mailbox.opened)
            progress = await self._progress(opened)
            since = (now - self.deliveries_kept_for).date()
            waiting = await _apart(mailbox.newer, progress.last_uid, since)
            until = asyncio.get_running_loop().time() + AT_ONCE_SECONDS
            for number, uid in enumerate(waiting):
                if number == self.mails_at_once or asyncio.get_running_loop().time() > until:
                    break
                try:
                    await self._take(mailbox, uid)
                except Unreadable:
                    last_uid = uid if self._passes_over(uid) else progress.last_uid
                    await self._save(replace(progress, last_uid=last_uid))
                    raise
                progress = replace(progress, last_uid=uid)
        more_waits = bool(waiting) and progress.last_uid != waiting[-1]
        await self._save(replace(progress, read_at=now), more_waits=more_waits)

    async def _take(self, mailbox: Conversation, uid: int) -> None:
        raw = await _apart(mailbox.beginning, uid)
        if raw is None:
            return  # somebody has put it away meanwhile
        taken = await self.returns.take_back(raw)
        if not taken.is_for_somebody and not await _apart(mailbox.mark, uid, as_read=taken.done != "ignored"):
            log.warning("mailbox.not_marked")

    async def _progress(self, opened: Opened) -> Progress:
        """From the beginning where the numbers are not those that we know, as after a move of the mailbox."""
        known = await self._known()
        if known is None:
            return Progress(opened.validity, 0, None)
        if known.validity != opened.validity or known.last_uid >= opened.next_uid:
            return Progress(opened.validity, 0, known.read_at)
        return known

    async def _known(self) -> Progress | None:
        async with self.database.reading() as tx:
            return await storage.progress_in(tx, self.server.key)

    async def _save(self, progress: Progress, *, more_waits: bool = False) -> None:
        async with self.database.transaction() as tx:
            await storage.save_progress(tx, self.server.key, progress, more_waits=more_waits)

    @asynccontextmanager
    async def _talking(self) -> AsyncIterator[Conversation]:
        """Whatever ends it ends the thread that listens, too."""
        mailbox = Conversation(self.server, self.command_seconds, MOST_BYTES)
        is_done = False
        try:
            yield mailbox
            is_done = True
        finally:
            if not is_done:
                mailbox.hang_up()
            await _apart(mailbox.close)

    def _passes_over(self, uid: int) -> bool:
        """Whether this mail has been tried often enough: it stays, and those behind it have their turn."""
        trouble = self._trouble
        trouble.mail_times = trouble.mail_times + 1 if trouble.mail == uid else 1
        trouble.mail = uid
        if trouble.mail_times < TRIES:
            return False
        passed_over.inc()
        log.warning("mailbox.mail_passed_over", attempts=trouble.mail_times)
        return True

    def _failed(self, error: Unreadable, now: datetime) -> None:
        trouble = self._trouble
        pause = LEFT_ALONE[min(trouble.times, len(LEFT_ALONE) - 1)]
        trouble.times, trouble.until = trouble.times + 1, now + pause
        cause = type(error.__cause__).__name__
        seconds = pause.total_seconds()
        log.warning("mailbox.unreadable", why=error.why, error=cause, attempt=trouble.times, seconds=seconds)


def server_of(settings: NotificationsSettings) -> MailboxServer:
    """The mailbox that the settings name. Raises Misconfigured when they name none that may be read."""
    return MailboxServer.read(settings.imap_url, settings.imap_password, settings.imap_ca)


def mailbox_of(
    settings: NotificationsSettings,
    returns: Returns,
    database: Database,
    clock: Clock,
    deliveries_kept_for: timedelta,
) -> Mailbox | None:
    """Who looks into the mailbox that the settings name; nobody where they name none."""
    if not settings.imap_url:
        return None
    return Mailbox(server_of(settings), returns, database, clock, deliveries_kept_for)


async def _apart(call: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """In a thread: what imaplib does it waits for."""
    return await asyncio.to_thread(call, *given, **named)
