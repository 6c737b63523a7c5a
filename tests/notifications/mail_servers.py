"""Real SMTP servers for tests: one that takes mail, and ones that do what servers do on a bad day."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Received:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    content: bytes
    encrypted: bool

    @property
    def message(self) -> Message:
        return message_from_bytes(self.content)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class MailServerDouble:
    """A real server whose answers a test may change while it runs."""

    port: int = 0
    taken: list[Received] = field(default_factory=list)
    connections: int = 0
    mail_answers: list[str] = field(default_factory=list)  # used up first, then 250
    rcpt_answers: dict[str, str] = field(default_factory=dict)  # by recipient
    data_answers: list[str] = field(default_factory=list)
    slow: dict[str, asyncio.Event] = field(default_factory=dict)  # by recipient: answers when it is set
    drops_after_data: int = 0  # so many mails are taken and never answered for
    _server: asyncio.Server | None = None
    _transports: set[asyncio.BaseTransport] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [one for mail in self.taken for one in mail.recipients]

    async def start(self, **options: Any) -> None:
        """Listens on the port that it had before, or on a free one."""
        tls = options.pop("implicit_tls", None)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, **options), "127.0.0.1", self.port, ssl=tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Ends as a crash would: nobody is told."""
        if self._server:
            self._server.close()
            for transport in self._transports:
                transport.close()
            await asyncio.sleep(0)
            self._server = None

    def drop_connections(self) -> None:
        """Closes every open connection, as servers do to idle clients."""
        for transport in self._transports:
            transport.close()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        assert server.transport is not None
        self._transports.add(server.transport)
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.mail_answers.pop(0) if self.mail_answers else "250 2.1.0 OK"
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.get(address, "250 2.1.5 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for recipient in envelope.rcpt_tos:
            if recipient in self.slow:
                await self.slow[recipient].wait()
        answer = self.data_answers.pop(0) if self.data_answers else "250 2.0.0 OK"
        if answer.startswith("2"):
            self._take(server, envelope)
        if self.drops_after_data:
            self.drops_after_data -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer

    def _take(self, server: SMTP, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        assert server.transport is not None
        assert envelope.mail_from is not None
        encrypted = server.transport.get_extra_info("sslcontext") is not None
        self.taken.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content, encrypted))


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[MailServerDouble]:
    """A running server; `options` are aiosmtpd's, and `implicit_tls` a context."""
    server = MailServerDouble()
    await server.start(**options)
    try:
        yield server
    finally:
        await server.stop()


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """Lets this user in and nobody else."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        known = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=known)

    return check


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the file that a client needs to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    trusted, both = folder / "trusted.pem", folder / "server.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    trusted.write_bytes(pem)
    both.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context, trusted
