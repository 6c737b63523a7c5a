"""The entry of a call in somebody's calendar: an iCalendar object (RFC 5545) that asks or cancels (RFC 5546).

A calendar knows an entry by its UID and believes the highest SEQUENCE, so both are given, never made up here,
and no clock is read. The person's entry says "Phone call" and no more; the coordinator's has what she needs
when she dials.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from icalendar import Alarm, Calendar, Event, vCalAddress

from services.notifications.addresses import Mailbox, travelling
from services.notifications.describe import greeting, one_line
from services.notifications.describe import phone as phone_as_dialled
from services.notifications.words import words_of
from shared.errors import Defect
from shared.language import ENGLISH

Method = Literal["REQUEST", "CANCEL"]

MAKER = "-//Front desk//Calendar//EN"
STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}
AHEAD = timedelta(minutes=5)  # of the alarm; her mail comes a quarter of an hour before
LONGEST_LINE = 200
UID = re.compile(r"[A-Za-z0-9.@-]{1,255}")
UNQUOTED = "!$'*+-._~"  # in an address within a `mailto:` (RFC 6068)
UNQUOTABLE = str.maketrans({'"': "'", "^": ""})  # few calendars read them as RFC 6868 writes them


@dataclass(frozen=True, slots=True)
class Invite:
    """What a calendar imports, and how the mail that brings it calls it.

    The content has `method` too, and names the address of `organizer`: calendars believe a change only in a
    mail from there.
    """

    method: Method
    content: bytes
    file_name: str
    organizer: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Which call, when, and between whom.

    `uid` and `organizer` stay the same through every change of one call, whoever calls; `sequence` grows with
    each. `stamp` is when the call was last changed, so that the same change is the same bytes. `organizer` is
    who the mail comes from.
    """

    method: Method
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    organizer: Mailbox
    attendee: Mailbox
    test: bool = False


def to_person(entry: Entry, *, language: str, our_number: str | None = None) -> Invite:
    """Their entry: a phone call with the front desk, and nothing else.

    `our_number` is for those who need not be discreet: whoever looks the number up finds the practice.
    Raises Defect for an entry that no calendar could keep.
    """
    say = words_of(language)
    number = say("invite.our_number", number=phone_as_dialled(our_number)) if our_number else ""
    event = _event(entry, say("invite.summary"), greeting(entry.attendee[0]), number)
    return _invite(entry, event, say("invite.file_name"))


def to_coordinator(
    entry: Entry,
    *,
    reference: str,
    name: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    interpreter: Sequence[str] = (),
    notes: Sequence[str] = (),
    url: str | None = None,
) -> Invite:
    """Her entry: whom to call, at which number, in which language, what to keep in mind, and one alarm.

    `name`, `phone` and `notes` (cautions, rules about voicemail) are for a practice that wants such things in
    its mail. `language` and `interpreter` are names of languages, as she reads them. `url` is the page of the
    request. One that cancels says whose call it was, and sets no alarm.
    Raises Defect for an entry that no calendar could keep.
    """
    lines = [
        f"Number: {phone}" if phone else "",
        *notes,
        f"Language: {language}" if language else "",
        f"An interpreter is needed: {', '.join(interpreter)}" if interpreter else "",
    ]
    kept = [one_line(line, LONGEST_LINE) for line in lines] + ([one_line(url, len(url))] if url else [])
    details = "\n".join(filter(None, kept))
    whom = ", ".join(filter(None, (one_line(name or ""), reference)))
    event = _event(entry, f"Call {whom}", one_line(entry.attendee[0]), details)
    if entry.method == "REQUEST":
        event.add_component(_alarm())
    return _invite(entry, event, words_of(ENGLISH)("invite.file_name"))


def _event(entry: Entry, summary: str, attending: str, details: str) -> Event:
    """One entry; what cancels needs no details."""
    if not UID.fullmatch(entry.uid) or entry.sequence < 0 or entry.ends_at <= entry.starts_at:
        raise Defect("an entry in a calendar needs a plain uid, a sequence, and an end after its start")
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(entry.stamp))
    event.add("dtstart", _utc(entry.starts_at))
    event.add("dtend", _utc(entry.ends_at))
    event.add("summary", f"[test] {summary}" if entry.test else summary)
    if details and entry.method == "REQUEST":
        event.add("description", details)
    event.add("organizer", _calendar_user("ORGANIZER", one_line(entry.organizer[0]), entry.organizer[1]))
    event.add("attendee", _attending(attending, entry.attendee[1]))
    event.add("status", STATUS[entry.method])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-disallow-counter", "TRUE")  # another time is asked for by the mail's link
    return event


def _invite(entry: Entry, event: Event, file_name: str) -> Invite:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    return Invite(entry.method, bytes(calendar.to_ical()), file_name, entry.organizer[1])


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words_of(ENGLISH)("invite.summary"))
    alarm.add("trigger", -AHEAD)
    return alarm


def _attending(name: str, address: str) -> vCalAddress:
    """They agreed to the time before it was written, so nobody waits for their reply."""
    user = _calendar_user("ATTENDEE", name, address)
    user.params |= {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    return user


def _calendar_user(where: str, name: str, address: str) -> vCalAddress:
    local, _, domain = travelling(address, where).rpartition("@")
    user = vCalAddress(f"mailto:{quote(local, safe=UNQUOTED)}@{domain}")
    if name := name.translate(UNQUOTABLE).strip():
        user.params["CN"] = name
    return user


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise Defect("an entry in a calendar needs to know the zone of its times")
    return at.astimezone(UTC)
