"""Reads one mail that came back: what it is, and which of our mails it may speak of.

Reports of delivery (RFC 3464) and the letters of older servers are found by flufl.bounce; that a status lasts
or passes stands in the report's own fields. Complaints are RFC 5965, automatic answers RFC 3834. Nothing of
what is read here leaves but codes and the addresses and ids in which a token of ours may stand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from services.notifications.domain.returned import (
    Automatic,
    Came,
    Complaint,
    Delayed,
    FromAPerson,
    Undelivered,
)
from services.notifications.returns.opening import opened

STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,300}>")
REPORTS = ("message/delivery-status", "message/global-delivery-status")
REPORT = "multipart/report"
COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
BULK = frozenset({"bulk", "auto_reply", "junk", "list"})
ANSWERED = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")
MACHINES = re.compile(r"mailer-daemon@|postmaster@|mail-daemon@", re.IGNORECASE)
ENVELOPE = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "to",
    "cc",
    "x-failed-recipients",
)
OF_THE_ORIGINAL = ("return-path", "original-mail-from", "x-original-mail-from", "errors-to")
MOST_NAMED = 40
UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Read:
    """What came, and where it may name our mail; texts that others wrote, to be looked at and let go."""

    came: Came
    addresses: Sequence[str]
    message_ids: Sequence[str]


def read(raw: bytes) -> Read:
    """What one mail is. Never raises: what cannot be read is a person's until one has looked."""
    try:
        message = opened(raw)
        parts = list(message.walk())
        named = (_addresses(message, parts), _message_ids(parts))
        return Read(_came(message, parts), *named)
    except UNREADABLE:
        return Read(FromAPerson(), (), ())


def _came(message: Message, parts: Sequence[Message]) -> Came:
    """A report that somebody forwards in a mail of theirs is theirs: they may have written beside it."""
    if message.get_content_type() != REPORT and not _is_of_a_machine(message):
        return FromAPerson()
    complaint = next((one for one in parts if one.get_content_type() == "message/feedback-report"), None)
    if complaint is not None:
        kind = next((_said(one, "feedback-type") for one in complaint.walk() if one["feedback-type"]), "")
        return Complaint() if kind in COMPLAINTS else Automatic("report")
    return _report(message, parts) or _automatic(message) or FromAPerson()


def _report(message: Message, parts: Sequence[Message]) -> Came | None:
    """What a server says of a delivery, in a report or, if only a machine wrote it, in a letter.

    Ours has one recipient, so that the gravest of a report speaks for all.
    """
    passing, lasting = all_failures(message)
    blocks = [one for part in parts if part.get_content_type() in REPORTS for one in _blocks(part)]
    told = [(_said(one, "action"), _status(one)) for one in blocks if one["action"]]
    failed = [status for action, status in told if action.startswith(("fail", "error"))]
    delayed = [status for action, status in told if action.startswith("delay")]
    letter = not told and _is_of_a_machine(message)
    if failed or (letter and lasting):
        return Undelivered(next((one for one in failed if one is not None), None))
    if delayed or (letter and passing):
        return Delayed(next((one for one in delayed if one is not None), None))
    return Automatic("receipt") if told or message.get_content_type() == REPORT else None


def _automatic(message: Message) -> Automatic | None:
    if _answers(message):
        return Automatic("answer")
    return Automatic("no_sender") if _has_no_sender(message) else None


def _is_of_a_machine(message: Message) -> bool:
    return bool(MACHINES.search(_said(message, "from"))) or _answers(message) or _has_no_sender(message)


def _answers(message: Message) -> bool:
    submitted = _said(message, "auto-submitted").partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or _said(message, "precedence") in BULK
        or any(message[name] is not None for name in ANSWERED)
    )


def _has_no_sender(message: Message) -> bool:
    return _said(message, "return-path") == "<>"


def _blocks(part: Message) -> Sequence[Message]:
    """The groups of fields of a report; the parser leaves those of RFC 6533 in one piece after the first."""
    payload = part.get_payload()
    groups = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    rest = "\n\n".join(text for one in groups if isinstance(text := one.get_payload(), str))
    later = [one for one in re.split(r"\n\s*\n", rest) if one.strip()]
    return [*groups[:MOST_NAMED], *(opened(one.lstrip().encode() + b"\n\n") for one in later[:MOST_NAMED])]


def _status(block: Message) -> str | None:
    """The status; where that says only of what kind it is, the one in the other server's words (Exim)."""
    own = STATUS.search(_said(block, "status"))
    if own is not None and not own.group().endswith(".0.0"):
        return own.group()
    said = STATUS.search(_said(block, "diagnostic-code"))
    if said is not None:
        return said.group()
    return own.group() if own is not None else None


def _addresses(message: Message, parts: Sequence[Message]) -> Sequence[str]:
    """First where this mail was sent to, then where the mail that it holds came from."""
    outer = [value for name in ENVELOPE for value in _all(message, name)]
    inner = [value for part in _inside(parts) for name in OF_THE_ORIGINAL for value in _all(part, name)]
    return tuple((outer + inner)[:MOST_NAMED])


def _message_ids(parts: Sequence[Message]) -> Sequence[str]:
    """Of the mails that it holds, whole or in part."""
    said = [value for part in _inside(parts) for value in _all(part, "message-id")]
    return tuple(one for value in said[:MOST_NAMED] for one in MESSAGE_ID.findall(value)[:1])


def _inside(parts: Sequence[Message]) -> Iterator[Message]:
    """Every part but the mail itself; headers that were returned as a text are read as headers."""
    for part in parts[1:]:
        yield part
        if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield opened(payload)


def _all(message: Message, name: str) -> list[str]:
    return [str(value) for value in message.get_all(name, [])]


def _said(message: Message, name: str) -> str:
    """A header in small letters, without blanks around it; nothing where there is none."""
    return str(message.get(name, "")).strip().lower()
