"""MIME: the bytes of one mail to one recipient.

Written by hand for speed and for two habits of `email.policy.SMTP`: it encodes a long List-Unsubscribe and
cuts References apart. Text first, HTML second (RFC 2046); both quoted-printable when they need it, so that
every line is 7-bit and within 76 characters on any server; header lines folded at spaces, other languages as
RFC 2047 words. `Auto-Submitted` (RFC 3834) and `X-Auto-Response-Suppress` keep holiday replies away.

A calendar entry comes twice, as the large calendars send it themselves: as the last alternative, with its
method (RFC 6047), for programs that put it into a calendar, and as a file for those that only open files.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from services.notifications.addresses import Mailbox, travelling
from services.notifications.describe import one_line
from services.notifications.invite import Invite
from services.notifications.rendering import Rendered
from shared.errors import Defect

LINE = 76  # characters, RFC 5322's advice; 998 is the limit
ENCODED_WORD = 75  # RFC 2047
FIELD_NAME = re.compile(r"[!-9;-~]+")
FILE_NAME = re.compile(r"[a-z-]+\.ics")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def compose(
    rendered: Rendered,
    *,
    sender: Mailbox,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
    reply_to: Mailbox | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The whole mail, CRLF at every line's end; the same arguments give the same bytes.

    `message_id` is written as it is, angle brackets included. `headers` are further ones, each written
    verbatim, folded at spaces only. Raises Defect for a line break or anything unprintable in a header, a
    header given twice, an address that not every mail server takes, or an entry that says another method or
    is organized by somebody else than the sender.
    """
    if rendered.invite is not None and rendered.invite.organizer != sender[1]:
        raise Defect("a calendar entry comes from somebody else than its organizer")
    fields = {
        "From": _mailbox("From", sender),
        "To": _mailbox("To", recipient),
        "Subject": _worded("Subject", rendered.subject),
        "Date": format_datetime(date),
        "Message-ID": _verbatim("Message-ID", message_id),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if reply_to is not None:
        fields["Reply-To"] = _mailbox("Reply-To", reply_to)
    fields |= _further(fields, headers or {})
    seal = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    fields["MIME-Version"] = "1.0"
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode("ascii") + _body(rendered, seal)


def _body(rendered: Rendered, seal: str) -> bytes:
    """The last header and all that follows it."""
    parts = [_part("text/plain", rendered.text), _part("text/html", rendered.html)]
    invite = rendered.invite
    if invite is None:
        return _multipart("alternative", f"part-{seal}", parts)
    parts.append(_entry(invite))
    return _multipart(
        "mixed", f"whole-{seal}", [_multipart("alternative", f"part-{seal}", parts), _file(invite)]
    )


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()
    between = f"\r\n--{boundary}\r\n".encode()
    return head + b"".join(between + part for part in parts) + f"\r\n--{boundary}--\r\n".encode()


def _further(fields: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """The caller's own headers, verbatim; none may take the place of one of ours."""
    taken = {name.lower() for name in fields} | {"mime-version", "content-type", "content-transfer-encoding"}
    further = {}
    for name, value in headers.items():
        if name.lower() in taken or not FIELD_NAME.fullmatch(name):
            raise Defect(f"the header {name!r} is not one that can be added")
        taken.add(name.lower())
        further[name] = _verbatim(name, value)
    return further


def _part(kind: str, content: str) -> bytes:
    """One part without its last line's end, which belongs to the boundary; no server need trim or fold it."""
    content = content.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    body, encoding = content.encode(), "7bit"
    if not content.isascii() or " \n" in content or max(map(len, content.split("\n"))) > LINE:
        body, encoding = binascii.b2a_qp(body, istext=True), "quoted-printable"
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body.replace(b"\n", b"\r\n")


def _entry(invite: Invite) -> bytes:
    """The calendar entry as an alternative; a program that finds two methods in it takes neither."""
    if f"\r\nMETHOD:{invite.method}\r\n".encode() not in invite.content:
        raise Defect("a calendar entry says another method than its mail")
    return _part(f"text/calendar; method={invite.method}", invite.content.decode())


def _file(invite: Invite) -> bytes:
    """The same entry as a file."""
    name = invite.file_name
    if not FILE_NAME.fullmatch(name):
        raise Defect("a calendar entry needs a plain file name")
    head = (
        f'Content-Type: application/ics; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(invite.content).rstrip().replace(b"\n", b"\r\n")


def _verbatim(name: str, value: str) -> str:
    """The value as it is, folded at spaces; a token too long for a line stays whole."""
    if not value.isascii() or not value.isprintable():
        raise Defect(f"the header {name} has something unprintable in it")
    return _folded(name, value)


def _worded(name: str, value: str) -> str:
    """Free text: plain when it is short ASCII, else encoded words."""
    if not value.isprintable():
        raise Defect(f"the header {name} has something unprintable in it")
    if value.isascii() and "=?" not in value:
        return _folded(name, value)
    return _encoded(name, value)


def _encoded(name: str, value: str) -> str:
    return Header(value, "utf-8", maxlinelen=ENCODED_WORD, header_name=name).encode(linesep="\r\n")


def _mailbox(name: str, mailbox: Mailbox) -> str:
    """`Sam Rivera <sam@example.org>`; a name is what people typed, so it is made fit rather than refused."""
    phrase, address = one_line(mailbox[0]), travelling(mailbox[1], f"the header {name}")
    if not phrase:
        return address
    if phrase.isascii() and "=?" not in phrase:
        if not ATOMS.fullmatch(phrase):
            phrase = '"' + phrase.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return _folded(name, f"{phrase} <{address}>")
    worded = _encoded(name, phrase)
    last = len(worded) - (worded.rfind("\n") + 1)
    gap = " " if last + len(name) + len(address) + 5 <= LINE else "\r\n "
    return f"{worded}{gap}<{address}>"


def _folded(name: str, value: str) -> str:
    """Lines of at most 76 characters where spaces allow it."""
    if len(name) + 2 + len(value) <= LINE:
        return value
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > LINE and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    return "\r\n".join(lines)[len(name) + 2 :]
