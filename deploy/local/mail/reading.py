"""A kept mail, as the inbox page shows it."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from deploy.local.mail.folder import arrived_at

# what headers that are almost right end in
PARSER_BREAKS = (
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    AssertionError,
    RecursionError,
    MessageError,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What a reader of the inbox looks for."""

    name: str
    arrived_at: datetime
    sender: str
    delivered_to: tuple[str, ...]  # the envelope's recipients, whatever the headers say
    subject: str
    message_id: str
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    calendar: str | None = None  # the entry that it brings for the reader's calendar

    @property
    def invite(self) -> str | None:
        """What it asks of the reader's calendar: REQUEST or CANCEL."""
        lines = (self.calendar or "").splitlines()
        return next((line.partition(":")[2] for line in lines if line.startswith("METHOD:")), None)


def read_mail(name: str, content: bytes) -> Mail:
    """Parses a mail; a part that is missing or undecodable is None, and no mail is an error.

    One that Python's own parser breaks on is shown as it came: it must not take the others' page away.
    """
    try:
        return _parsed(name, content)
    except PARSER_BREAKS:
        return _as_it_came(name, content)


def _parsed(name: str, content: bytes) -> Mail:
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    headers = tuple((key, str(value)) for key, value in message.items())
    return Mail(
        name=name,
        arrived_at=arrived_at(name),
        sender=str(message.get("From", "")),
        delivered_to=tuple(value for key, value in headers if key == "Delivered-To"),
        subject=str(message.get("Subject", "")) or "(no subject)",
        message_id=str(message.get("Message-ID", "")).strip(),
        headers=headers,
        text=_body(message, "plain"),
        html=_body(message, "html"),
        calendar=_calendar(message),
    )


def _as_it_came(name: str, content: bytes) -> Mail:
    message = message_from_bytes(content)
    return Mail(
        name=name,
        arrived_at=arrived_at(name),
        sender=str(message.get("Return-Path", "")),
        delivered_to=tuple(map(str, message.get_all("Delivered-To", ()))),
        subject="(unreadable)",
        message_id="",
        headers=(),
        text=content.decode("utf-8", errors="replace"),
        html=None,
    )


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that nobody knows
        return None


def _calendar(message: EmailMessage) -> str | None:
    parts = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    return next((str(part.get_content()) for part in parts), None)
