"""Opens one mail that anybody may have sent, as far as it is needed: bounded in every direction.

What a mail is stands at its beginning. So no more than that is read: a quarter of a megabyte, lines as long
as RFC 5322 allows, so many folds of a header, so many parts. What is more is not looked at, and what is not
ASCII is made so: a report's fields are ASCII, and nothing else is of use here.
"""

import re
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

MOST_BYTES = 256 * 1024
MOST_LINES = 6000
LONGEST_LINE = 998
MOST_FOLDS = 16  # more lines of one header are no header of a report
MOST_PARTS = 40

PLAIN = bytes(byte if byte in b"\t\n\r" or 32 <= byte < 127 else ord("?") for byte in range(256))
PART = re.compile(rb"^[ \t]*content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)


def opened(raw: bytes) -> Message:
    """The mail; of one with too many parts to be a report, its headers alone. Never raises."""
    content = _bounded(raw)
    if len(PART.findall(content)) > MOST_PARTS:
        return BytesHeaderParser().parsebytes(content)
    return message_from_bytes(content)


def _bounded(raw: bytes) -> bytes:
    lines: list[bytes] = []
    folds = 0
    plain = raw[:MOST_BYTES].translate(PLAIN).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, line in enumerate(plain.split(b"\n", MOST_LINES)[:MOST_LINES]):
        folds = folds + 1 if line[:1] in (b" ", b"\t") and line.strip() else 0
        if number == 0 and line.startswith(b"From "):
            continue  # an mbox's own line, as a pipe of a mail server may put it on top
        if folds <= MOST_FOLDS:
            lines.append(line[:LONGEST_LINE])
    return b"\n".join(lines)
