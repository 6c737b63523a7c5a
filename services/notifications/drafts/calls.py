"""Mails to the person about the free call, and about how they are reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from services.notifications.describe import called, client_fields, from_the_front_desk
from services.notifications.mails import (
    CallCancelled,
    CallConfirmed,
    CallMissed,
    CallMoved,
    CallReminder,
    ContactChanged,
    Ending,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.language import listed_in
from shared.practice import Practice

DIGITS_SHOWN = 2  # enough to see a slip of the finger, too few to call
ENDINGS: dict[str, Ending] = {"person": "as_asked", "coordinator": "by_the_desk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirCall:
    """A call as the person's mails have it: with whom, when, and where they change it.

    `zone`: in which they saw its time. `interpreter`: languages of theirs that who calls does not speak.
    `book_url`: the page where a time is chosen; below it the call is
    cancelled, and it is said where they will be. `contact_url`: how they are reached.
    """

    contact: Contact
    request: RequestDetail
    coordinator_id: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    book_url: str
    contact_url: str
    interpreter: Sequence[str] = ()


class MailFields(TypedDict):
    """What every mail about a call to the person has."""

    language: str
    zone: str
    greeting: str
    signed: str
    discreet: bool
    test: bool
    contact_url: str
    starts_at: datetime
    book_url: str | None


class AheadFields(MailFields):
    """What every mail about a call to come has."""

    minutes: int
    number_ends: str | None
    leaves_message: bool
    interpreter: str | None
    cancel_url: str


def may_book(contact: Contact, request: RequestDetail) -> bool:
    """Whether the person chooses a time themselves, as intake says; not by a mail that must offer nothing."""
    return bool(request.call_offered) and not contact.unsafe_at_home and not contact.silenced


def call_confirmed(practice: Practice, call: TheirCall) -> CallConfirmed:
    """From the coordinator who calls."""
    return CallConfirmed(**_ahead(practice, call))


def call_moved(practice: Practice, call: TheirCall, *, was_at: datetime, was_with: str, by: str) -> CallMoved:
    """`was_at` and `was_with`: when it was to be, and who would have called; `by`: who moved it."""
    before = practice.coordinator(was_with) if was_with != call.coordinator_id else None
    return CallMoved(
        **_ahead(practice, call),
        was_at=was_at if was_at != call.starts_at else None,
        as_asked=by == "person",
        in_place_of=called(before.name) if before is not None else None,
    )


def call_reminder(
    practice: Practice, call: TheirCall, *, offset: str, last: bool, state_known: bool
) -> CallReminder:
    """The one a day before, or else the last that comes days before, says what to expect and asks one thing.

    `state_known`: they have said in which state they will be.
    """
    expect = offset == "1d" or (last and offset.endswith("d"))
    return CallReminder(
        **_ahead(practice, call),
        expect=expect,
        where_url=f"{call.book_url}/where" if expect and not state_known else None,
    )


def call_cancelled(practice: Practice, call: TheirCall, *, why: str) -> CallCancelled:
    """With the way to another time, unless the request itself has come to its end."""
    fields, ending = _fields(practice, call), ENDINGS.get(why, "request_ended")
    if ending == "request_ended":
        fields["book_url"] = None
    return CallCancelled(**fields, why=ending)


def call_missed(practice: Practice, call: TheirCall) -> CallMissed:
    """Nobody is asked why."""
    return CallMissed(**_fields(practice, call))


def contact_changed(
    contact: Contact, practice: Practice, *, contact_url: str, book_url: str | None
) -> ContactChanged:
    """To the new address, from the front desk; earlier links to a call have ended with the old one."""
    return ContactChanged(
        **from_the_front_desk(contact, practice, contact_url),
        book_url=book_url,
    )


def _fields(practice: Practice, call: TheirCall) -> MailFields:
    """Signed by who calls, or by the front desk for one who has left."""
    caller = practice.coordinator(call.coordinator_id)
    signed = called(caller.name) if caller is not None else practice.discreet_name.text(call.contact.language)
    fields = client_fields(call.contact, signed, call.contact_url)
    fields["zone"] = call.zone
    offered = may_book(call.contact, call.request)
    return MailFields(**fields, starts_at=call.starts_at, book_url=call.book_url if offered else None)


def _ahead(practice: Practice, call: TheirCall) -> AheadFields:
    digits = "".join(filter(str.isdigit, call.contact.phone or ""))
    return AheadFields(
        **_fields(practice, call),
        minutes=round((call.ends_at - call.starts_at).total_seconds() / 60),
        number_ends=digits[-DIGITS_SHOWN:] or None,
        leaves_message=call.contact.voicemail_ok,
        interpreter=_spoken(practice, call),
        cancel_url=f"{call.book_url}/cancel",
    )


def _spoken(practice: Practice, call: TheirCall) -> str | None:
    """The languages that somebody translates, in the mail's own."""
    mine = call.contact.language
    return listed_in((practice.label(code, mine, "language") for code in call.interpreter), mine) or None
