"""MIME: the bytes of one mail to one recipient.

Written by hand for speed and for two habits of `email.policy.SMTP`: it encodes a long List-Unsubscribe and
cuts References apart. Text first, HTML second (RFC 2046); both quoted-printable when they need it, so that
every line is 7-bit and within 76 characters on any server; header lines folded at spaces, other languages as
RFC 2047 words. `Auto-Submitted` (RFC 3834) and `X-Auto-Response-Suppress` keep holiday replies away.
"""

import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from services.notifications.describe import one_line
from services.notifications.rendering import Rendered
from shared.errors import Defect

LINE = 76  # characters, RFC 5322's advice; 998 is the limit
ENCODED_WORD = 75  # RFC 2047
FIELD_NAME = re.compile(r"[!-9;-~]+")
ADDRESS = re.compile(r"[!-;=?-~]+@[A-Za-z0-9.-]+")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


Mailbox = tuple[str, str]  # a name, which may be empty, and an address


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
    header given twice, or an address that not every mail server takes.
    """
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
    boundary = f"part-{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    fields["MIME-Version"] = "1.0"
    fields["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"".join(
        (
            head.encode("ascii"),
            f"\r\n--{boundary}\r\n".encode(),
            _part("plain", rendered.text),
            f"\r\n--{boundary}\r\n".encode(),
            _part("html", rendered.html),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )


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
    """One part without its last line's end, which belongs to the boundary."""
    content = content.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    body, encoding = content.encode(), "7bit"
    if not content.isascii() or max(map(len, content.split("\n"))) > LINE:
        body, encoding = binascii.b2a_qp(body, istext=True), "quoted-printable"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body.replace(b"\n", b"\r\n")


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
    phrase, address = one_line(mailbox[0]), _ascii_address(mailbox[1])
    if not ADDRESS.fullmatch(address):
        raise Defect(f"the header {name} needs an address that every mail server takes")
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


def _ascii_address(address: str) -> str:
    """The domain in the form that travels; a local part outside ASCII has none."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode()}"


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
