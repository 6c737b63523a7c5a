"""A few kept connections to the mail server, and one mail to one recipient over each at a time.

The address is validated again here, because it becomes part of a command. A local part outside ASCII, such
as `josé@…`, needs SMTPUTF8 at every server on its way and a mail in that form: refused, with that reason.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from aiosmtplib import SMTP
from email_validator import EmailNotValidError, validate_email

from services.notifications.smtp.results import (
    SERVER_ERRORS,
    Accepted,
    Envelope,
    Refused,
    Result,
    Stage,
    Stopped,
    reply_of,
)
from services.notifications.smtp.server import MailServer
from shared.logs import get_logger

log = get_logger(__name__)

CONNECTIONS = 4
CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
QUIT_SECONDS = 2.0
KEPT_FOR_SECONDS = 300.0
KEPT_FOR_MAILS = 100
CHECKED_AFTER_SECONDS = 5.0  # a connection idle for longer says NOOP before it is used
LEFT_ALONE_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # a server that could not be reached, each time longer


@dataclass(slots=True)
class _Connection:
    client: SMTP
    opened_at: float
    used_at: float
    mails: int = 0


@dataclass(slots=True)
class _Patience:
    """Leaves a server alone that cannot be reached, for a little longer each time."""

    failures: int = 0
    until: float = 0.0

    def failed(self, now: float) -> None:
        if now >= self.until:
            self.until = now + LEFT_ALONE_SECONDS[min(self.failures, len(LEFT_ALONE_SECONDS) - 1)]
            self.failures += 1

    def worked(self) -> None:
        self.failures, self.until = 0, 0.0


class Carrier(Protocol):
    """What the sender needs of a way to the mail server."""

    async def reachable(self) -> bool:
        """Whether it is worth taking mails up."""

    async def send(self, envelope: Envelope) -> Result:
        """What the server made of it; never raises for anything that a server or a network does."""

    async def close(self) -> None:
        """Ends it; nothing is sent afterwards."""


@dataclass(slots=True)
class Mailer:
    """Sends envelopes over at most four kept connections. Close it at the end."""

    server: MailServer
    hello: str  # the name we give ourselves in EHLO
    command_seconds: float = COMMAND_SECONDS
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))
    _idle: list[_Connection] = field(default_factory=list)
    _patience: _Patience = field(default_factory=_Patience)

    async def reachable(self) -> bool:
        """Whether it is worth taking mails up; while the server is away, looks for it now and then."""
        if self._patience.failures == 0:
            return True
        return _now() >= self._patience.until and await self.check() is None

    async def check(self) -> str | None:
        """Connects, logs in and says NOOP. None when all is well, else why not, as a code."""
        try:
            async with self._free:
                self._keep(await self._opened())
        except Stopped as stopped:
            return stopped.why
        return None

    async def send(self, envelope: Envelope) -> Result:
        """What the server made of it; never raises for anything that a server or a network does."""
        address = checked(envelope.recipient)
        if isinstance(address, Refused):
            return address
        try:
            return await self._over_a_connection(replace(envelope, recipient=address))
        except Stopped as stopped:
            return stopped.result()

    async def close(self) -> None:
        """Says goodbye on every kept connection."""
        while self._idle:
            await _quit(self._idle.pop())

    async def _over_a_connection(self, envelope: Envelope) -> Result:
        """A kept connection that the server has left is replaced by a fresh one, once."""
        async with self._free:
            kept = await self._kept()
            if kept is not None:
                try:
                    return await self._deliver(kept, envelope)
                except Stopped as stopped:
                    if not stopped.connection_was_stale:
                        raise
            if _now() < self._patience.until:
                raise Stopped("connect", ConnectionRefusedError("left alone for a while"))
            return await self._deliver(await self._opened(), envelope)

    async def _deliver(self, connection: _Connection, envelope: Envelope) -> Result:
        """One conversation; afterwards the connection is kept, unless it broke off in the middle."""
        connection.mails += 1
        try:
            result: Result = await _conversation(connection.client, envelope)
        except Stopped as stopped:
            if not stopped.server_is_listening or not await _says_yes(connection.client.rset()):
                connection.client.close()
            if stopped.connection_was_stale:
                raise
            result = stopped.result()
        except BaseException:
            connection.client.close()
            raise
        self._keep(connection)
        return result

    async def _kept(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if _now() - connection.opened_at > KEPT_FOR_SECONDS or connection.mails >= KEPT_FOR_MAILS:
                await _quit(connection)
                continue
            fresh = _now() - connection.used_at <= CHECKED_AFTER_SECONDS and connection.client.is_connected
            if fresh or await _says_yes(connection.client.noop()):
                return connection
            connection.client.close()
        return None

    def _keep(self, connection: _Connection) -> None:
        if connection.client.is_connected:
            connection.used_at = _now()
            self._idle.append(connection)

    async def _opened(self) -> _Connection:
        client = SMTP(
            hostname=self.server.host,
            port=self.server.port,
            username=self.server.username,
            password=self.server.password,
            use_tls=self.server.security == "tls",
            start_tls=self.server.security == "starttls",
            tls_context=self.server.context(),
            local_hostname=self.hello,
            timeout=self.command_seconds,
        )
        try:
            async with _at("connect"):
                await client.connect(timeout=min(CONNECT_SECONDS, self.command_seconds))
                await client.ehlo()
        except BaseException as error:
            client.close()
            if isinstance(error, Stopped):
                self._patience.failed(_now())
                log.warning("mail_server.away", why=error.why, error=type(error.error).__name__)
            raise
        self._patience.worked()
        return _Connection(client, _now(), _now())


def checked(address: str) -> str | Refused:
    """The address as it travels, an international domain in its ASCII form, or why no mail can go there."""
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Refused("address_invalid")
    return Refused("address_needs_smtputf8") if valid.ascii_email is None else valid.ascii_email


async def _conversation(client: SMTP, envelope: Envelope) -> Accepted:
    """MAIL, RCPT, DATA. Raises Stopped with the stage at which the server or the network ended it."""
    eight_bit = not envelope.content.isascii() and client.supports_extension("8bitmime")
    async with _at("sender"):
        await client.mail(envelope.sender, options=["BODY=8BITMIME"] if eight_bit else [])
    async with _at("recipient"):
        await client.rcpt(envelope.recipient)
    async with _at("content"):
        reply = await client.data(envelope.content)
    return Accepted(reply_of(reply.code, reply.message))


@asynccontextmanager
async def _at(stage: Stage) -> AsyncIterator[None]:
    try:
        yield
    except SERVER_ERRORS as error:
        raise Stopped(stage, error) from error


async def _says_yes(asked: Awaitable[object]) -> bool:
    try:
        await asked
    except SERVER_ERRORS:
        return False
    return True


async def _quit(connection: _Connection) -> None:
    if not await _says_yes(connection.client.quit(timeout=QUIT_SECONDS)):
        connection.client.close()


def _now() -> float:
    return asyncio.get_running_loop().time()
