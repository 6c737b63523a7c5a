"""Every mail about the free call with an invented person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.client import BOOK, CONTACT
from services.notifications.samples.desk import CASE
from services.notifications.samples.people import Persona, request_of
from shared.contracts.intake import Contact
from shared.practice import Practice

CALL_AT = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
BEFORE = CALL_AT - timedelta(hours=20)
OFFSETS = (("3d", False), ("1d", False), ("1h", True))
WHYS = ("person", "coordinator", "referral_closed")
ELSEWHERE = "NV"
FAR = "America/New_York"


def calls_to_the_person(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """A call booked, moved by them, moved and handed over, reminded of, cancelled, missed."""
    dana, *others = practice.coordinators
    lee = (others or [dana])[0].id
    call = _their_call(contact, persona, practice)
    yield drafts.call_confirmed(practice, call)
    yield drafts.call_confirmed(practice, replace(call, interpreter=("es",)))
    yield drafts.call_moved(practice, call, was_at=BEFORE, was_with=dana.id, by="person")
    for was_at in (BEFORE, CALL_AT):
        yield drafts.call_moved(practice, call, was_at=was_at, was_with=lee, by=f"coordinator:{dana.id}")
    for offset, last in OFFSETS:
        yield drafts.call_reminder(practice, call, offset=offset, last=last, state_known=False)
    for why in WHYS:
        yield drafts.call_cancelled(practice, call, why=why)
    yield drafts.call_missed(practice, call)


def calls_to_the_desk(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """The same to whoever calls; `far` is where clocks differ and no language is shared."""
    dana, *others = practice.coordinators
    lee = (others or [dana])[0].id
    near = _her_call(contact, persona, practice)
    far = _her_call(contact, persona, practice, zone=FAR, interpreter=("es",), barriers=frozenset({"minor"}))
    yield drafts.call_booked_notice(practice, near, by="person")
    yield drafts.call_booked_notice(practice, far, by=f"coordinator:{lee}")
    yield drafts.call_moved_notice(practice, near, by="person", was_at=BEFORE)
    for why in (*WHYS, "silenced"):
        yield drafts.call_cancelled_notice(practice, near, by=_by(why, lee), why=why)
    yield drafts.call_handed_over(practice, near, to=lee)
    yield drafts.call_soon(practice, near)
    yield drafts.call_soon(practice, far)
    yield drafts.call_outcome(practice, near)
    yield drafts.call_elsewhere(practice, near, state=ELSEWHERE)
    yield drafts.call_elsewhere(practice, near, state="abroad")


def _by(why: str, coordinator_id: str) -> str:
    return f"coordinator:{coordinator_id}" if why == "coordinator" else "person"


def _their_call(contact: Contact, persona: Persona, practice: Practice) -> drafts.TheirCall:
    return drafts.TheirCall(
        contact=contact,
        request=request_of(persona, practice, "consultation"),
        coordinator_id=practice.coordinators[0].id,
        starts_at=CALL_AT,
        ends_at=CALL_AT + practice.calls.length,
        zone=practice.time_zone,
        book_url=BOOK,
        contact_url=CONTACT,
    )


def _her_call(contact: Contact, persona: Persona, practice: Practice, **changes: Any) -> drafts.HerCall:
    fields: dict[str, Any] = {
        "reader": practice.coordinators[0].id,
        "contact": contact,
        "request": request_of(persona, practice, "consultation"),
        "starts_at": CALL_AT,
        "zone": practice.time_zone,
        "case_url": CASE,
    }
    return drafts.HerCall(**fields | changes)
