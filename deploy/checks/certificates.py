"""The certificates that servers show: for whom, believed or not, and how many days are left.

Each way to TLS is gone as its clients go it: NATS and HTTPS with the first byte, PostgreSQL after its
`SSLRequest`, mail servers at once or after STARTTLS. Nothing is logged into.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from deploy.checks import places
from deploy.checks.finding import Environ, Finding, Round, doubtful, well, wrong
from deploy.checks.places import POSTGRESQL, SMTP_URL, Place, is_this_machine
from deploy.house import Surroundings
from services.notifications.settings import NotificationsSettings
from shared.errors import Retryable
from shared.trust import trusting

SOON, AT_ONCE = timedelta(days=30), timedelta(days=7)
PATIENCE_SECONDS = 3.0
CHECK = "certificates"
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # length 8, code 80877103
WHY = "whoever connects refuses a certificate that is over, and nothing goes through any more"
RENEW_INSIDE = "make the certificates inside anew, and restart what shows them"
RENEW_OUTSIDE = "renew it, or have whoever runs that server renew it"

Begin = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class NoTls(Retryable):
    """The server does not begin TLS."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A server's certificate; `refused` says why it is not believed."""

    names: tuple[str, ...]
    until: datetime
    version: str | None
    refused: str | None = None


async def certificates(given: Round) -> Sequence[Finding]:
    """Every certificate that something of ours, or somebody's browser, has to believe."""
    environ = given.environ
    shown = [_one(place, context, given) for place, context in to_look_at(environ).items()]
    findings = [*_authority(environ, given.clock()), *await asyncio.gather(*shown)]
    return findings or [well(CHECK, "no server is spoken to by TLS")]


def to_look_at(environ: Environ) -> Mapping[Place, ssl.SSLContext]:
    """Each server once, with how its certificate is judged. A trial's own page is not judged."""
    ca, mail = Surroundings.read(environ).ca, NotificationsSettings.read(environ)
    inside = () if ca is None else (*places.brokers(environ), *places.databases(environ))
    found = {place: trusting(ca) for place in inside if ca is not None}
    for place in places.mail_servers(environ):
        if place.scheme not in ("smtp", "imap"):
            theirs = mail.smtp_ca if place.variable == SMTP_URL else mail.imap_ca
            found[place] = ssl.create_default_context(cafile=None if theirs is None else str(theirs))
    for place in places.doors(environ):
        if place.scheme == "https" and not is_this_machine(place.host):
            found[place] = ssl.create_default_context()
    once = {(place.scheme, place.host, place.port): place for place in found}
    return {place: found[place] for place in once.values()}


async def _one(place: Place, context: ssl.SSLContext, given: Round) -> Finding:
    name = place.shown
    try:
        shown = await shown_by(place, context)
    except NoTls:
        do = f"check its configuration, or {place.variable}"
        what, why = f"{name}: the server does not begin TLS", "nothing is sent to it in plain text"
        return wrong(CHECK, what, why, do)
    except (OSError, TimeoutError, EOFError) as error:
        return doubtful(
            CHECK,
            f"{name}: could not be looked at from here ({type(error).__name__})",
            "whether it runs out soon is not known",
            f"look whether the server of {place.variable} runs and can be reached from where this runs",
        )
    return judged(name, shown, given.clock(), _renewing(place))


def judged(name: str, shown: Shown, now: datetime, renew: str) -> Finding:
    """What to think of a certificate at this moment."""
    left, whom = shown.until - now, ", ".join(shown.names) or "nobody"
    if shown.refused:
        what = f"{name}: it is for {whom} and is not believed: {shown.refused}"
        return wrong(CHECK, what, "clients refuse it, so nothing goes through", renew)
    what = f"{name}: it is for {whom}, {left.days} days left, to {shown.until:%Y-%m-%d}"
    if left < AT_ONCE:
        return wrong(CHECK, what, WHY, f"{renew} now")
    if left < SOON:
        return doubtful(CHECK, what, WHY, f"{renew} this week; what renews it by itself has not")
    return well(CHECK, what if shown.version is None else f"{what}; {shown.version}")


async def shown_by(place: Place, context: ssl.SSLContext) -> Shown:
    """The certificate of a server, believed by `context` or not. Raises NoTls, OSError, TimeoutError."""
    begin = BEGINNINGS.get(place.scheme, _at_once)
    try:
        return await asyncio.wait_for(_handshake(place, context, begin), PATIENCE_SECONDS)
    except ssl.SSLCertVerificationError as error:
        refused = error.verify_message.rstrip(".") or "it does not fit"
    except ssl.SSLError as error:
        raise NoTls(error.reason or "no TLS") from error
    unjudged = ssl.create_default_context()
    unjudged.check_hostname, unjudged.verify_mode = False, ssl.CERT_NONE  # only to read what is refused
    seen = await asyncio.wait_for(_handshake(place, unjudged, begin), PATIENCE_SECONDS)
    return Shown(seen.names, seen.until, seen.version, refused)


async def _handshake(place: Place, context: ssl.SSLContext, begin: Begin) -> Shown:
    reader, writer = await asyncio.open_connection(place.host, place.port)
    try:
        await begin(reader, writer)
        await writer.start_tls(context, server_hostname=place.host)
        over: ssl.SSLObject = writer.get_extra_info("ssl_object")
        return _read(
            x509.load_der_x509_certificate(over.getpeercert(binary_form=True) or b""), over.version()
        )
    finally:
        writer.close()


def _read(certificate: x509.Certificate, version: str | None) -> Shown:
    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        listed = x509.SubjectAlternativeName([])
    names = [*listed.get_values_for_type(x509.DNSName), *map(str, listed.get_values_for_type(x509.IPAddress))]
    return Shown(tuple(names), certificate.not_valid_after_utc, version)


def _authority(environ: Environ, now: datetime) -> list[Finding]:
    """The practice's own, which all certificates inside hang on."""
    ca = Surroundings.read(environ).ca
    if ca is None:
        return []
    trusting(ca)  # says what is wrong with the file
    until = _read(x509.load_pem_x509_certificate(Path(ca).read_bytes()), None).until
    name = "the authority inside"
    return [judged(name, Shown(("NATS and PostgreSQL",), until, None), now, RENEW_INSIDE)]


def _renewing(place: Place) -> str:
    return RENEW_INSIDE if place.scheme in ("nats", "tls", POSTGRESQL) else RENEW_OUTSIDE


async def _at_once(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """The first byte is TLS."""


async def _postgresql(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(SSL_REQUEST)
    if await reader.readexactly(1) != b"S":
        raise NoTls("the server goes on in plain text")


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for said, wanted in ((b"", b"220"), (b"EHLO localhost\r\n", b"250"), (b"STARTTLS\r\n", b"220")):
        writer.write(said)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(wanted):
            raise NoTls("the server does not take STARTTLS")


async def _imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"a STARTTLS\r\n")
    line = await reader.readline()
    while line.startswith(b"*"):
        line = await reader.readline()
    if not line.upper().startswith(b"A OK"):
        raise NoTls("the server does not take STARTTLS")


BEGINNINGS: Mapping[str, Begin] = {
    POSTGRESQL: _postgresql,
    "smtp+starttls": _smtp,
    "imap+starttls": _imap,
}
