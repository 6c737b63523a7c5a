"""Of the bytes: MIME, headers, lines."""

import re
from collections import Counter
from collections.abc import Iterator
from email.header import decode_header
from email.message import EmailMessage

from services.notifications.domain.delivery import READINGS
from tests.mails.specimen import Specimen

LONGEST_LINE = 998
LONGEST_WORD = 75
REQUIRED = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"}
OPTIONAL = {"reply-to", "x-auto-response-suppress", "list-unsubscribe", "list-unsubscribe-post"}
FOR_MACHINES = re.compile(
    r"message-id|references|in-reply-to|auto-submitted|list-[a-z-]+|return-path|mime-version|content-.*",
    re.IGNORECASE,
)
ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[^?\s]+\?[^?\s]*\?=")
STOP = re.compile(r"<https://[\w.-]+(?:/[\w.-]+)*/readiness/[\w.-]{20,}/stop>")
MESSAGE_ID = re.compile(r"<[\w.+-]+@[\w.-]+>")


def is_built_as_promised(specimen: Specimen) -> Iterator[str]:
    """Programs show the last alternative they know, so text comes first; an entry needs its file, too."""
    alternatives = ["text/plain", "text/html"]
    wanted = ["multipart/alternative", *alternatives]
    if specimen.invited:
        wanted = ["multipart/mixed", *wanted, "text/calendar", "application/ics"]
    found = list(specimen.kinds)
    if found != wanted:
        yield f"is {found}, not {wanted}"
        return
    if specimen.invited:
        yield from _entry_wrong(specimen)
    for part, kind in zip(specimen.parts, specimen.kinds, strict=True):
        yield from (f"{kind}: {defect}" for defect in part.defects)
        if not part.is_multipart():
            yield from _part_wrong(part, kind)


def _entry_wrong(specimen: Specimen) -> Iterator[str]:
    entry, file = specimen.parts[-2:]
    if len(list(specimen.parts[1].iter_parts())) != 3:
        yield "the entry is no alternative"
    methods = {entry.get_param("method"), *re.findall(r"METHOD:(\w+)", str(entry.get_content()))}
    if methods != {specimen.invited}:
        yield f"the entry's methods are {methods}"
    if file.get_content_disposition() != "attachment" or not file.get_filename():
        yield "the file has no name"
    if file.get_payload(decode=True) != entry.get_payload(decode=True):
        yield "the entry and its file differ"


def _part_wrong(part: EmailMessage, kind: str) -> Iterator[str]:
    encoding = part.get("content-transfer-encoding")
    if encoding not in {"7bit", "quoted-printable", "base64"}:
        yield f"{kind} travels as {encoding}"
    if kind.startswith("text/") and part.get_content_charset() != "utf-8":
        yield f"{kind} is in {part.get_content_charset()}"


def lines_are_short_and_plain(specimen: Specimen) -> Iterator[str]:
    """Servers may cut a line after 998 bytes, and turn what is no ASCII into something else (RFC 5321)."""
    for line in specimen.letter.split(b"\r\n"):
        if len(line) > LONGEST_LINE:
            yield f"a line of {len(line)} bytes"
        if not line.isascii() or b"\0" in line:
            yield f"a line that is not plain ASCII: {line[:40]!r}"
        if b"\n" in line or b"\r" in line:
            yield f"a line that does not end with CRLF: {line[:40]!r}"


def every_header_comes_once(specimen: Specimen) -> Iterator[str]:
    """Of two, programs choose different ones (RFC 5322, 3.6); of one that nobody knows, filters think ill."""
    count = Counter(name.lower() for name, _ in specimen.fields)
    yield from (f"{name} comes {times} times" for name, times in count.items() if times > 1)
    yield from (f"{name} is missing" for name in sorted(REQUIRED - set(count)))
    yield from (f"nobody knows {name}" for name in sorted(set(count) - REQUIRED - OPTIONAL))


def goes_to_one_person(specimen: Specimen) -> Iterator[str]:
    """One envelope a recipient: nobody learns who else was written to, and no receipt is asked for."""
    for name in ("From", "To", "Reply-To"):
        addresses = getattr(specimen.message[name], "addresses", ())
        if name in specimen.message and len(addresses) != 1:
            yield f"{name} has {len(addresses)} addresses"
        yield from (f"{name}: {one.addr_spec!r}" for one in addresses if "@" not in one.addr_spec)
    named = {name.lower() for name, _ in specimen.fields}
    yield from sorted(named & {"cc", "bcc", "disposition-notification-to", "return-receipt-to"})


def an_answer_reaches_somebody(specimen: Specimen) -> Iterator[str]:
    """Who answers a mail has something to say: it reaches the practice, and no address that nobody reads."""
    answered = specimen.message.get("Reply-To", specimen.message["From"])
    found = {one.addr_spec for one in getattr(answered, "addresses", ())}
    if not found or not found <= specimen.read_by_us:
        yield f"an answer goes to {sorted(found)}"


def encoded_words_are_short_and_whole(specimen: Specimen) -> Iterator[str]:
    """At most 75 characters each, and each readable by itself (RFC 2047, 2 and 5)."""
    for name, value in specimen.fields:
        for word in ENCODED_WORD.findall(value):
            if len(word) > LONGEST_WORD:
                yield f"{name}: {len(word)} characters in {word[:20]}…"
            ((content, charset),) = decode_header(word)
            try:
                assert isinstance(content, bytes)
                content.decode(charset or "ascii")
            except (UnicodeError, LookupError):
                yield f"{name}: a letter is cut in two in {word}"
        if "=?" in ENCODED_WORD.sub("", value):
            yield f"{name}: a broken encoded word"


def what_machines_read_is_plain(specimen: Specimen) -> Iterator[str]:
    """An encoded word in a structured header is read as it stands: a link with one in it stops nothing."""
    for name, value in specimen.fields:
        if FOR_MACHINES.fullmatch(name) and "=?" in value:
            yield f"{name} is encoded"
        if name.lower() == "message-id" and not MESSAGE_ID.fullmatch(value):
            yield f"the Message-ID is {value!r}"


def no_machine_answers_it(specimen: Specimen) -> Iterator[str]:
    """A holiday reply to us could meet one of ours; RFC 3834 ends that before it begins."""
    said = [value for name, value in specimen.fields if name.lower() == "auto-submitted"]
    if said != ["auto-generated"]:
        yield f"Auto-Submitted is {said}"


def readings_alone_stop_in_one_click(specimen: Specimen) -> Iterator[str]:
    """RFC 8058 is for what comes in a series; a booked call or an alert is nothing to unsubscribe from."""
    lists = {name.lower(): value for name, value in specimen.fields if name.lower().startswith("list-")}
    if specimen.template not in READINGS:
        yield from sorted(lists)
        return
    if not STOP.fullmatch(lists.get("list-unsubscribe", "")):
        yield f"List-Unsubscribe is {lists.get('list-unsubscribe')!r}"
    if b"\r\nList-Unsubscribe: <https://" not in specimen.letter:
        yield "List-Unsubscribe begins on another line than its link"
    if lists.get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield f"List-Unsubscribe-Post is {lists.get('list-unsubscribe-post')!r}"


RULES = (
    is_built_as_promised,
    lines_are_short_and_plain,
    every_header_comes_once,
    goes_to_one_person,
    an_answer_reaches_somebody,
    encoded_words_are_short_and_whole,
    what_machines_read_is_plain,
    no_machine_answers_it,
    readings_alone_stop_in_one_click,
)
