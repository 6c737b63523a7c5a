"""A call is booked, moved and cancelled, and the calendars of both sides follow.

The calendars are the importing library `ical`, which shares no code with what writes the entries, behind the
rules that programs keep (RFC 5546, RFC 6047): by UID the highest SEQUENCE counts, then the latest DTSTAMP; a
change is believed from the organizer alone.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import permutations
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import CalendarStream
from ical.event import Event
from ical.store import EventStore

from services.notifications.invite import Invite
from tests.notifications.entries import LEE, SAM, STARTS, UID, for_lee, for_sam, mail

MOVED = STARTS + timedelta(days=1)
MOVED_AGAIN = STARTS - timedelta(hours=1)
BOOKED_AT = STARTS - timedelta(days=2)


@dataclass
class CalendarProgram:
    """Somebody's calendar, which takes in entries from their mail."""

    address: str
    calendar: Calendar = field(default_factory=Calendar)
    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    organizers: dict[str, str] = field(default_factory=dict)

    def receive(self, content: bytes) -> str:
        """What came of it: added, replaced, removed, or ignored with the reason."""
        message = cast(EmailMessage, message_from_bytes(content, policy=default))
        (part,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
        (calendar,) = CalendarStream.from_ics(cast(EmailMessage, part).get_content()).calendars
        (event,) = calendar.events
        if part.get_param("method") != calendar.method:
            return "ignored: two methods"
        if reason := self._distrust(message, event):
            return reason
        return self._take(calendar.method, event)

    def _distrust(self, message: EmailMessage, event: Event) -> str:
        organizer = event.organizer.uri.removeprefix("mailto:")
        if [each.addr_spec for each in message["From"].addresses] != [organizer]:
            return "ignored: not from its organizer"
        if self.organizers.setdefault(event.uid, organizer) != organizer:
            return "ignored: another organizer"
        if f"mailto:{self.address}" not in [guest.uri for guest in event.attendees]:
            return "ignored: for somebody else"
        return ""

    def _take(self, method: str, event: Event) -> str:
        revision = (event.sequence, event.dtstamp)
        if revision <= self.seen.get(event.uid, (-1, event.dtstamp)):
            return "ignored: old"
        self.seen[event.uid] = revision
        store, there = EventStore(self.calendar), [each.uid for each in self.calendar.events]
        if event.uid in there:
            store.delete(event.uid)
        if method == "CANCEL":
            return "removed" if event.uid in there else "ignored: unknown"
        store.add(event)
        return "replaced" if event.uid in there else "added"

    @property
    def shown(self) -> list[tuple[str, datetime]]:
        """What its owner sees ahead."""
        return [(event.summary, event.start) for event in self.calendar.timeline]


def sam() -> CalendarProgram:
    return CalendarProgram(SAM[1])


def said(number: int) -> timedelta:
    return BOOKED_AT + timedelta(hours=number)


HISTORY: list[Invite] = [
    for_sam(sequence=0, stamp=said(0)),
    for_sam(sequence=1, stamp=said(1), starts_at=MOVED),
    for_sam(sequence=2, stamp=said(2), starts_at=MOVED_AGAIN),
    for_sam(sequence=3, stamp=said(3), starts_at=MOVED_AGAIN, method="CANCEL"),
]
MAILS = [mail(invite) for invite in HISTORY]
SEEN_AFTER: list[list[tuple[str, datetime]]] = [
    [("Phone call", STARTS)],
    [("Phone call", MOVED)],
    [("Phone call", MOVED_AGAIN)],
    [],
]


def test_a_calendar_follows_from_booking_over_two_moves_to_the_end() -> None:
    program = sam()
    steps = [(program.receive(each), program.shown) for each in MAILS]

    assert steps == list(zip(["added", "replaced", "replaced", "removed"], SEEN_AFTER, strict=True))


def test_one_call_is_one_entry_however_often_it_moves() -> None:
    program = sam()
    for content in MAILS[:3]:
        program.receive(content)

    assert [event.uid for event in program.calendar.events] == [UID]
    assert program.calendar.events[0].sequence == 2


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_mail_comes_the_latest_word_counts(order: tuple[int, ...]) -> None:
    program = sam()
    for position, number in enumerate(order):
        program.receive(MAILS[number])
        assert program.shown == SEEN_AFTER[max(order[: position + 1])]


@settings(deadline=None)  # the library takes its time
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_mail_that_comes_twice_or_late_or_never_changes_nothing_else(arrived: list[int]) -> None:
    program = sam()
    for number in arrived:
        program.receive(MAILS[number])

    assert program.shown == SEEN_AFTER[max(arrived)]


def test_the_same_mail_again_changes_nothing() -> None:
    program = sam()

    assert [program.receive(MAILS[0]) for _ in range(3)] == ["added", "ignored: old", "ignored: old"]


def test_after_a_cancelled_call_a_new_one_is_a_new_entry() -> None:
    program = sam()
    for content in MAILS:
        program.receive(content)
    again = for_sam(uid="0b8e4c5d-52a7-4df2-8f19-8a0c27a1b9f3", starts_at=MOVED, stamp=said(4))

    assert program.receive(mail(again)) == "added"
    assert program.receive(MAILS[2]) == "ignored: old"
    assert program.shown == [("Phone call", MOVED)]


def test_the_latest_stamp_counts_between_equals() -> None:
    program = sam()
    program.receive(MAILS[0])
    same = mail(for_sam(sequence=0, stamp=said(1), starts_at=MOVED))

    assert program.receive(same) == "replaced"
    assert program.receive(MAILS[0]) == "ignored: old"


def test_a_call_that_changes_hands_leaves_one_calendar_and_enters_the_other_and_may_come_back() -> None:
    dana_address = ("Dana", "dana@practice.example.org")
    dana, lee = CalendarProgram(dana_address[1]), CalendarProgram(LEE[1])
    dana.receive(mail(for_lee(attendee=dana_address, sequence=0, stamp=said(0))))
    handed = {"sequence": 1, "stamp": said(1)}

    assert dana.receive(mail(for_lee(attendee=dana_address, method="CANCEL", **handed))) == "removed"
    assert lee.receive(mail(for_lee(**handed))) == "added"
    assert dana.receive(mail(for_lee(attendee=dana_address, sequence=2, stamp=said(2)))) == "added"
    assert (dana.shown, lee.shown) == ([("Call Sam Rivera, R-7F3K2", STARTS)],) * 2


def test_a_calendar_believes_only_mail_from_the_organizer() -> None:
    program, elsewhere = sam(), ("Practice", "hello@practice.example.org")
    program.receive(MAILS[0])
    forged = MAILS[3].replace(b"From: Dana at the front desk <dana@frontdesk", b"From: Dana <dana@elsewhere")
    taken_over = for_sam(organizer=elsewhere, method="CANCEL", sequence=3, stamp=said(3))

    assert program.receive(forged) == "ignored: not from its organizer"
    assert program.receive(mail(taken_over, sender=elsewhere)) == "ignored: another organizer"
    assert program.receive(MAILS[3]) == "removed"


def test_each_side_reads_its_own_entry_of_one_call() -> None:
    theirs, hers = sam(), CalendarProgram(LEE[1])
    theirs.receive(mail(for_sam()))
    hers.receive(mail(for_lee()))

    assert theirs.shown == [("Phone call", STARTS)]
    assert hers.shown == [("Call Sam Rivera, R-7F3K2", STARTS)]
    assert [len(each.calendar.events[0].alarm) for each in (theirs, hers)] == [0, 1]
    assert theirs.calendar.events[0].start.tzinfo == UTC
