"""Every mail of a call as it leaves: what it says of the time, and what calendars take from it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
import vobject

from services.notifications.asking import Known
from services.notifications.domain.call import CALL_MAILS
from services.notifications.domain.decide import Send
from services.notifications.domain.delivery import Role, Template
from services.notifications.press import Press
from shared.practice import Practice
from tests.notifications.builders import (
    NOW,
    catalogue,
    contact,
    delivery,
    doors,
    planned,
    practice,
    request_detail,
)

STARTS = NOW + timedelta(days=2)
CALL: Mapping[str, Any] = {
    "consultation_id": "call-1",
    "sequence": 2,
    "coordinator_id": "dana",
    "starts_at": STARTS.isoformat(),
    "ends_at": (STARTS + timedelta(minutes=20)).isoformat(),
    "previous_starts_at": NOW.isoformat(),
    "previous_coordinator_id": "dana",
    "time_zone": "America/Los_Angeles",
    "by": "person",
    "interpreter": (),
    "offset": "1d",
    "last": False,
    "state": "NV",
    "why": "person",
}
ROLES: tuple[Role, ...] = ("client", "coordinator")
TO_THE_PERSON: Mapping[Template, str | None] = {
    "call_confirmed": "REQUEST",
    "call_moved": "REQUEST",
    "call_cancelled": "CANCEL",
    "call_reminder": None,
    "call_missed": None,
}
TO_THE_DESK: Mapping[Template, str | None] = {
    "call_booked_notice": "REQUEST",
    "call_moved_notice": "REQUEST",
    "call_cancelled_notice": "CANCEL",
    "call_soon": None,
    "call_outcome": None,
    "call_elsewhere": None,
}


def printed(
    template: Template,
    role: Role,
    call: Mapping[str, Any] = CALL,
    version: int = 1,
    office: Practice | None = None,
    **person: Any,
) -> EmailMessage:
    """The mail to Sam, or to Dana about Sam."""
    known = Known(contact(phone="+13235550123", **person), request_detail())
    codes = {name: said for name, said in call.items() if said is not None}
    reader = "request-1" if role == "client" else "dana"
    row = replace(
        delivery(),
        plan=replace(
            planned(),
            template=template,
            role=role,
            recipient_id=reader,
            subject_id="call-1",
            subject_version=version,
            codes=codes,
        ),
    )
    press = Press.of(office or practice(), catalogue(), doors())
    to = press.address_of(row, known)
    assert to is not None
    decision = Send(discreet=person.get("discreet", True), neutral=False)
    content = press.print(row, known, decision, to, NOW + timedelta(hours=1)).content
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def entry_in(message: EmailMessage) -> Any:
    """The calendar that it brings, or None."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    return vobject.readOne(cast(EmailMessage, parts[0]).get_content()) if parts else None


def words_of(message: EmailMessage) -> str:
    """What it says, in one line."""
    return " ".join(cast(EmailMessage, message.get_body(("plain",))).get_content().split())


def test_every_mail_of_a_call_is_looked_at() -> None:
    assert {*TO_THE_PERSON, *TO_THE_DESK} == set(CALL_MAILS)


@pytest.mark.parametrize("template", list(TO_THE_PERSON))
def test_a_person_reads_when_the_call_is_now_and_on_their_own_clock(template: Template) -> None:
    message = printed(template, "client", {**CALL, "time_zone": "America/New_York"})

    assert "Wednesday, November 25 at 1:00 pm" in words_of(message)
    assert ("November 23" in words_of(message)) is (template == "call_moved")


@pytest.mark.parametrize("template", list(TO_THE_DESK))
def test_a_coordinator_reads_when_the_call_is_now_and_on_her_own_clock(template: Template) -> None:
    message = printed(template, "coordinator", {**CALL, "time_zone": "America/New_York"})

    assert "Wednesday, November 25 at 10:00 am" in words_of(message)


def test_who_has_a_call_no_more_reads_when_it_was_hers() -> None:
    message = printed("call_cancelled_notice", "coordinator", {**CALL, "coordinator_id": "lee", "why": None})

    assert "Monday, November 23 at 10:00 am" in words_of(message)
    assert "November 25" not in words_of(message)
    assert entry_in(message).vevent.dtstart.value == NOW


def test_a_coordinator_reads_in_which_state_they_will_be() -> None:
    assert "Nevada" in words_of(printed("call_elsewhere", "coordinator"))


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize(("template", "method"), list(TO_THE_PERSON.items()))
def test_a_persons_calendar_is_told_what_their_mail_says(
    template: Template, method: str | None, discreet: bool
) -> None:
    message = printed(template, "client", discreet=discreet)
    calendar = entry_in(message)

    assert (calendar.method.value if calendar else None) == method
    if calendar:
        assert calendar.vevent.summary.value == "Phone call"
        assert calendar.vevent.dtstart.value == STARTS
        assert calendar.vevent.sequence.value == "2"


@pytest.mark.parametrize(("template", "method"), list(TO_THE_DESK.items()))
def test_a_coordinators_calendar_is_told_what_her_mail_says(template: Template, method: str | None) -> None:
    calendar = entry_in(printed(template, "coordinator"))

    assert (calendar.method.value if calendar else None) == method
    if calendar:
        assert calendar.vevent.summary.value == "Call Sam Rivera, R-7F3K2"


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        ({"voicemail_ok": False}, "Leave no voicemail. If somebody else picks up, say only your name."),
        ({"voicemail_ok": True, "unsafe_at_home": True}, "Leave no voicemail."),
        ({"voicemail_ok": True, "discreet": False}, "Voicemail is fine."),
    ],
)
def test_her_entry_says_what_may_be_left_on_their_telephone_as_her_mail_does(
    person: dict[str, Any], rule: str
) -> None:
    entry = entry_in(printed("call_booked_notice", "coordinator", **person))

    assert rule in entry.vevent.description.value
    assert rule in words_of(printed("call_soon", "coordinator", **person))
    assert "E-mail only" not in entry.vevent.description.value


def test_only_a_person_who_need_not_be_discreet_has_our_number_in_their_calendar() -> None:
    said = {
        discreet: entry_in(printed("call_confirmed", "client", discreet=discreet)).vevent.getChildValue(
            "description"
        )
        for discreet in (True, False)
    }

    assert said == {True: None, False: "Our number: (323) 555-0100"}


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize(
    "template", [one for one, method in {**TO_THE_PERSON, **TO_THE_DESK}.items() if method]
)
def test_what_changes_a_calendar_comes_from_its_organizer(template: Template, discreet: bool) -> None:
    message = printed(template, "client" if template in TO_THE_PERSON else "coordinator", discreet=discreet)

    (sender,) = [each.addr_spec for each in message["From"].addresses]
    assert entry_in(message).vevent.organizer.value == f"mailto:{sender}"


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_one_sender_writes_everything_about_a_persons_call(template: Template, discreet: bool) -> None:
    (sender,) = [each.addr_spec for each in printed(template, "client", discreet=discreet)["From"].addresses]

    assert sender == practice().discreet_from


CHANGES: tuple[tuple[Template, Template], ...] = (
    ("call_confirmed", "call_booked_notice"),
    ("call_moved", "call_moved_notice"),
    ("call_moved", "call_moved_notice"),
    ("call_cancelled", "call_cancelled_notice"),
)


def test_booking_moving_and_cancelling_speak_of_one_entry() -> None:
    """Whatever else has changed by then: when it is, who calls, and how often it was changed."""
    entries = [
        entry_in(printed(template, role, changed_so_often(number), version=number + 1)).vevent
        for number, templates in enumerate(CHANGES)
        for template, role in zip(templates, ROLES, strict=True)
    ]

    assert {each.uid.value for each in entries} == {f"call-1@{practice().discreet_from.partition('@')[2]}"}
    assert [each.sequence.value for each in entries] == ["0", "0", "1", "1", "2", "2", "3", "3"]


def changed_so_often(number: int) -> Mapping[str, Any]:
    starts_at = STARTS + timedelta(hours=number)
    return {
        **CALL,
        "sequence": number,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=20)).isoformat(),
        "coordinator_id": "lee" if number > 1 else "dana",
    }


def test_her_entry_names_the_languages_that_somebody_must_interpret() -> None:
    entry = entry_in(printed("call_booked_notice", "coordinator", {**CALL, "interpreter": ("es",)})).vevent

    assert "An interpreter is needed: Spanish" in entry.description.value


def test_her_entry_leads_to_the_page_of_the_referral() -> None:
    entry = entry_in(
        printed("call_booked_notice", "coordinator", {**CALL, "referral_id": "referral-1"})
    ).vevent

    assert "/referrals/case/" in entry.description.value


def test_a_practice_that_wants_no_names_in_its_mail_has_none_in_its_calendars() -> None:
    minimal = practice().model_copy(update={"coordinator_mail": "minimal"})
    message = printed("call_booked_notice", "coordinator", office=minimal)
    entry = entry_in(message).vevent

    assert entry.summary.value == "Call R-7F3K2"
    assert not re.search("Sam|Rivera|555", message.as_string() + entry.serialize())


def test_the_stamp_of_an_entry_is_when_the_call_changed_not_when_the_mail_left() -> None:
    stamp: datetime = entry_in(printed("call_confirmed", "client")).vevent.dtstamp.value

    assert stamp == NOW
