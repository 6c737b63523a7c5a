"""The entry of a call in somebody's calendar, as a second parser reads it."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.describe import one_line
from services.notifications.discretion import gives_away
from services.notifications.invite import Invite
from services.notifications.words import words_of
from shared.errors import Defect
from shared.language import house_languages
from tests.mails.vocabulary import CARE
from tests.notifications.entries import STARTS, UID, for_lee, for_sam

GOLDEN = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Front desk//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Call Sam Rivera\\, R-7F3K2
DTSTART:20261124T180000Z
DTEND:20261124T182000Z
DTSTAMP:20261123T180000Z
UID:6f0d2a1e-7c1b-4c5e-9d57-3f0b9d1c2a44
SEQUENCE:0
ATTENDEE;CN=Lee;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;R
 SVP=FALSE:mailto:lee@practice.example.org
CLASS:PRIVATE
DESCRIPTION:Number: (323) 555-0100\\nNo voicemail\\, no texts.\\nLanguage: Sp
 anish\\nAn interpreter is needed: Korean\\nhttps://desk.example.org/referral
 s/R-7F3K2
ORGANIZER;CN="Dana at the front desk":mailto:dana@frontdesk.example.org
STATUS:CONFIRMED
TRANSP:OPAQUE
X-MICROSOFT-DISALLOW-COUNTER:TRUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Phone call
TRIGGER:-PT5M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
NAMES = [
    "Thích Nhất Hạnh",
    "محمد أمين",
    "שרה לוי",
    "Sam; Rivera, \\ Jr.",
    "🏳️‍🌈 Sam 🌿",
    'Sam "Sammy" Rivera',
    "a^nb^'c",
    "ñ" * 80,
]
SMUGGLED = [
    "Sam\r\nATTENDEE:mailto:evil@example.org",
    "Sam\nEND:VEVENT\nBEGIN:VEVENT",
    "Sam\u2028DESCRIPTION:x",
    "Sam\x85URL:https://evil.example.org",
    'Sam";X-A="b:mailto:evil@example.org',
    "Sam\x00\x0b\x0c",
]


def unfolded(invite: Invite) -> list[str]:
    return invite.content.decode().replace("\r\n ", "").split("\r\n")


def names(invite: Invite) -> list[str]:
    return [re.split("[;:]", line)[0] for line in unfolded(invite) if line]


def read(invite: Invite) -> Any:
    """As vobject understands it; it refuses what RFC 5545 forbids."""
    calendar = vobject.readOne(invite.content.decode())
    assert calendar.validate(raiseException=True)
    return calendar


def test_one_entry_byte_for_byte() -> None:
    assert for_lee(interpreter=("Korean",)).content.decode() == GOLDEN.replace("\n", "\r\n")


def test_the_person_is_told_of_a_phone_call_and_nothing_else() -> None:
    event = read(for_sam()).vevent

    assert event.summary.value == "Phone call"
    assert {"description", "location", "url", "valarm", "categories"}.isdisjoint(event.contents)


def test_the_person_is_told_in_spanish() -> None:
    invite = for_sam("es", our_number="+1 323-555-0100")

    assert read(invite).vevent.summary.value == "Llamada"
    assert read(invite).vevent.description.value == "Nuestro número: (323) 555-0100"
    assert invite.file_name == "llamada.ics"


def test_a_language_that_no_mail_speaks_is_told_in_english() -> None:
    assert read(for_sam("ko")).vevent.summary.value == "Phone call"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_in_a_persons_entry_says_care(language: str, method: str) -> None:
    invite = for_sam(language, our_number="(323) 555-0100", method=method, sequence=1)
    said = invite.content.decode().replace("\r\n ", "") + invite.file_name

    assert not CARE.findall(said)
    assert not any(gives_away(line) for line in [*unfolded(invite), invite.file_name])
    assert not re.search("practice|coordinat|consult|referral|R-7F3K2|http", said, re.IGNORECASE)


def test_every_word_of_ours_that_can_stand_in_a_persons_entry_is_neutral() -> None:
    keys = ("invite.summary", "invite.file_name", "invite.our_number")
    said = [words_of(language)(key, number="") for language in house_languages() for key in keys]

    assert not [word for word in said if CARE.search(word) or gives_away(word)]


def test_the_coordinator_reads_whom_to_call_and_how() -> None:
    event = read(for_lee(interpreter=("Korean", "Farsi"))).vevent

    assert event.summary.value == "Call Sam Rivera, R-7F3K2"
    assert event.description.value.split("\n") == [
        "Number: (323) 555-0100",
        "No voicemail, no texts.",
        "Language: Spanish",
        "An interpreter is needed: Korean, Farsi",
        "https://desk.example.org/referrals/R-7F3K2",
    ]


def test_where_mail_names_nobody_an_entry_has_the_reference_alone() -> None:
    event = read(for_lee(name=None, phone=None, notes=(), language=None, url=None)).vevent

    assert event.summary.value == "Call R-7F3K2"
    assert "description" not in event.contents


def test_a_link_is_never_cut() -> None:
    link = "https://desk.example.org/referrals/" + "k" * 400

    assert read(for_lee(url=link)).vevent.description.value.endswith(link)


def test_only_the_coordinator_is_reminded_and_once() -> None:
    assert [alarm.trigger.value for alarm in read(for_lee()).vevent.valarm_list] == [-timedelta(minutes=5)]
    assert "VALARM" not in for_sam().content.decode()


@pytest.mark.parametrize("make", [for_sam, for_lee])
def test_what_cancels_has_the_same_uid_and_neither_details_nor_an_alarm(make: Any) -> None:
    booked, gone = read(make()), read(make(method="CANCEL", sequence=3))

    assert gone.method.value == "CANCEL"
    assert gone.vevent.status.value == "CANCELLED"
    assert gone.vevent.uid.value == booked.vevent.uid.value == UID
    assert gone.vevent.sequence.value == "3"
    assert gone.vevent.organizer.value == booked.vevent.organizer.value
    assert {"description", "valarm", "url"}.isdisjoint(gone.vevent.contents)


@pytest.mark.parametrize("make", [for_sam, for_lee])
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_entry_is_private_and_asks_nobody_for_a_reply(make: Any, method: str) -> None:
    calendar = read(make(method=method))
    event, (attendee,) = calendar.vevent, calendar.vevent.attendee_list

    assert (calendar.method.value, event.getChildValue("class")) == (method, "PRIVATE")
    assert (attendee.rsvp_param, attendee.partstat_param) == ("FALSE", "ACCEPTED")
    assert (event.transp.value, event.x_microsoft_disallow_counter.value) == ("OPAQUE", "TRUE")


def test_who_organizes_stays_the_same_whoever_calls() -> None:
    organizers = {read(make()).vevent.organizer.value for make in (for_sam, for_lee)}

    assert organizers == {"mailto:dana@frontdesk.example.org"}


@pytest.mark.parametrize("zone", [ZoneInfo("America/Los_Angeles"), timezone(timedelta(hours=5, minutes=45))])
def test_times_are_the_same_instants_in_utc(zone: Any) -> None:
    event = read(for_sam(starts_at=STARTS.astimezone(zone))).vevent

    assert (event.dtstart.value, event.dtend.value) == (STARTS, STARTS + timedelta(minutes=20))
    assert "TZID" not in for_sam(starts_at=STARTS.astimezone(zone)).content.decode()


@pytest.mark.parametrize("month", [3, 11])
def test_a_call_in_the_hour_that_comes_twice_or_never_is_where_it_was_put(month: int) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    night = datetime(2026, month, 8 if month == 3 else 1, 9, 30, tzinfo=UTC)

    assert read(for_sam(starts_at=night.astimezone(zone))).vevent.dtstart.value == night


def test_a_test_call_says_so() -> None:
    assert read(for_sam(test=True)).vevent.summary.value == "[test] Phone call"
    assert read(for_lee(test=True)).vevent.summary.value == "[test] Call Sam Rivera, R-7F3K2"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_is_read_as_it_was_written(name: str) -> None:
    invite = for_lee(name=name)

    assert read(invite).vevent.summary.value == f"Call {one_line(name)}, R-7F3K2"


def test_a_persons_own_name_stands_beside_their_address_only_when_it_is_one() -> None:
    named = read(for_sam()).vevent.attendee_list[0]
    linked = read(for_sam(attendee=("See www.evil.example.org", "sam@example.org"))).vevent.attendee_list[0]

    assert named.cn_param == "Sam"
    assert "CN" not in linked.params


def test_a_guests_name_has_no_marks_that_calendars_read_differently() -> None:
    guest = ('Lee "Lou" ^n Park', "lee@practice.example.org")

    assert read(for_lee(attendee=guest)).vevent.attendee_list[0].cn_param == "Lee 'Lou' n Park"


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_name_cannot_add_a_line_or_a_guest(name: str) -> None:
    mailboxes = {"attendee": (name, "lee@practice.example.org"), "organizer": (name, "dana@example.org")}
    invite = for_lee(name=name, phone=name, notes=(name,), language=name, url=name, **mailboxes)

    assert names(invite) == names(for_lee())
    assert [each.value for each in read(invite).vevent.attendee_list] == ["mailto:lee@practice.example.org"]


@given(st.text(max_size=300), st.lists(st.text(max_size=300), max_size=4), st.text(max_size=100))
def test_whatever_is_said_of_a_call_its_entry_keeps_its_shape(
    name: str, notes: list[str], phone: str
) -> None:
    invite = for_lee(name=name, notes=notes, phone=phone, attendee=(name, "lee@practice.example.org"))
    said = [line for line in (one_line(note, 200) for note in notes) if line]
    lines = [line.decode() for line in invite.content.split(b"\r\n")]  # no character is cut in two
    event = read(invite).vevent

    assert max(len(line.encode()) for line in lines) <= 75
    assert not [line for line in lines if {"\r", "\n"} & set(line)]
    assert Counter(names(invite)) == Counter(names(for_lee()))
    assert event.summary.value == "Call " + ", ".join(filter(None, (one_line(name), "R-7F3K2")))
    assert event.description.value.split("\n")[bool(phone) : -2] == said


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("o'brien+call@example.org", "o'brien+call@example.org"),
        ("a?b&c=d%e@example.org", "a%3Fb%26c%3Dd%25e@example.org"),
        ("sam@bücher.example", "sam@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_written_as_a_link_to_it(address: str, written: str) -> None:
    (attendee,) = read(for_sam(attendee=("Sam", address))).vevent.attendee_list

    assert attendee.value == f"mailto:{written}"


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": "a\r\nATTENDEE:mailto:evil@example.org"},
        {"uid": ""},
        {"sequence": -1},
        {"ends_at": STARTS},
        {"stamp": STARTS.replace(tzinfo=None)},
        {"attendee": ("Sam", "sam@example.org\r\nX-A:b")},
        {"organizer": ("Dana", "dana")},
        {"attendee": ("Sam", "sám@example.org")},
    ],
)
def test_an_entry_that_no_calendar_could_keep_is_a_defect(changes: dict[str, Any]) -> None:
    with pytest.raises(Defect):
        for_sam(**changes)
