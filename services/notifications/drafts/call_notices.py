"""Mails to the coordinator who calls."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from services.notifications import words
from services.notifications.describe import called, coordinator_fields, on_the_telephone
from services.notifications.domain.decide import BOUNCED, COMPLAINED
from services.notifications.drafts.decisions import steps_to
from services.notifications.mails import (
    CallBookedNotice,
    CallCancelledNotice,
    CallElsewhere,
    CallMovedNotice,
    CallOutcome,
    CallSoon,
    Person,
    Step,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.practice import Practice

BY_PERSON = "person"
BY_COORDINATOR = "coordinator:"
NOTICE_STEPS = ("open", "read")
SOON_STEPS = ("read", "call")
OUTCOME_STEPS = ("call", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class HerCall:
    """A call as its coordinator's mails have it: for whom, about whom, when.

    `reader`: the coordinator who gets the mail. `zone`: the person's. `interpreter`: languages of the person
    that who calls does not speak. `barriers`: what keeps mail from the person. `case_url`: the referral's
    page for the reader; None when it is not known.
    """

    reader: str
    contact: Contact
    request: RequestDetail
    starts_at: datetime
    zone: str
    interpreter: Sequence[str] = ()
    barriers: AbstractSet[str] = frozenset()
    case_url: str | None = None


class NoticeFields(TypedDict):
    """What every mail about a call to a coordinator has."""

    zone: str
    reference: str
    person: Person | None
    silenced: bool
    test: bool
    steps: tuple[Step, ...]
    starts_at: datetime
    their_zone: str | None
    interpreter: str | None
    voicemail: str
    notes: tuple[str, ...]
    untold: str | None


def call_booked_notice(practice: Practice, call: HerCall, *, by: str) -> CallBookedNotice:
    """`by`: who booked it, or moved it to her."""
    said = words.BOOKED.format(who=_who(practice, by, call.reader))
    return CallBookedNotice(**_fields(practice, call, NOTICE_STEPS), said=said)


def call_moved_notice(practice: Practice, call: HerCall, *, by: str, was_at: datetime) -> CallMovedNotice:
    """`was_at`: when it was to be before."""
    said = words.MOVED.format(who=_who(practice, by, call.reader))
    return CallMovedNotice(**_fields(practice, call, NOTICE_STEPS), said=said, was_at=was_at)


def call_cancelled_notice(practice: Practice, call: HerCall, *, by: str, why: str) -> CallCancelledNotice:
    """What comes next stands on the referral's page."""
    do_not_call = why in words.DO_NOT_CALL
    fields = _fields(practice, call, NOTICE_STEPS)
    return CallCancelledNotice(
        **fields | {"untold": None if do_not_call else fields["untold"]},
        said=words.cancelled(why, _who(practice, by, call.reader)),
        handed_to=None,
        do_not_call=do_not_call,
    )


def call_handed_over(practice: Practice, call: HerCall, *, to: str) -> CallCancelledNotice:
    """To the coordinator whose call it was: `to` has it now, and tells the person what there is to tell."""
    known = practice.coordinator(to)
    name = called(known.name) if known is not None else "Somebody else"
    fields = _fields(practice, call, NOTICE_STEPS)
    return CallCancelledNotice(
        **fields | {"untold": None, "interpreter": None},
        said=words.HANDED_OVER.format(who=name),
        handed_to=name,
        do_not_call=False,
    )


def call_soon(practice: Practice, call: HerCall) -> CallSoon:
    """Everything that she needs when she dials; what she should have told them before is no longer asked."""
    return CallSoon(**_fields(practice, call, SOON_STEPS) | {"untold": None})


def call_outcome(practice: Practice, call: HerCall) -> CallOutcome:
    """One question, and the page where it is answered."""
    return CallOutcome(**_fields(practice, call, OUTCOME_STEPS))


def call_elsewhere(practice: Practice, call: HerCall, *, state: str) -> CallElsewhere:
    """`state`: a code; of a place that is no state, no more is said than that it is elsewhere."""
    return CallElsewhere(
        **_fields(practice, call, NOTICE_STEPS) | {"untold": None},
        place=practice.label(state, "en", "state") if state in practice.rules.states else None,
        works_in=words.listed(practice.label(each, "en", "state") for each in practice.states),
    )


def untold(contact: Contact, request: RequestDetail, *, barriers: AbstractSet[str]) -> str | None:
    """Why the person hears of the call by no mail, or late; None when nothing stands in its way."""
    stands = {
        "silenced": contact.silenced,
        "unsafe_at_home": contact.unsafe_at_home,
        "no_email": contact.email is None,
        "email_not_ok": not contact.email_ok,
        BOUNCED: BOUNCED in barriers,
        "crisis": request.safety_level == "crisis",
        "held": bool(barriers - {BOUNCED, COMPLAINED}),
    }
    return next((words.UNTOLD[why] for why, so in stands.items() if so), None)


def _notes(request: RequestDetail) -> Iterator[str]:
    """What she must know before she dials."""
    yield from (words.FLAGS.get(flag, words.spelled(flag) + ".") for flag in request.flags)
    if request.safety_level in words.BEFORE_A_CALL:
        yield words.BEFORE_A_CALL[request.safety_level]


def _fields(practice: Practice, call: HerCall, steps: Sequence[str]) -> NoticeFields:
    """On the reader's own clock; the person's beside it where it shows another time."""
    reader = practice.coordinator(call.reader)
    zone = practice.zone_of_coordinator(reader) if reader is not None else practice.zone
    theirs = call.starts_at.astimezone(ZoneInfo(call.zone)).utcoffset()
    spoken = words.listed(practice.label(code, "en", "language") for code in call.interpreter)
    fields = coordinator_fields(call.contact, practice)
    said = fields["person"].cautions if fields["person"] is not None else ()
    return NoticeFields(
        **fields | {"zone": zone.key},
        steps=steps_to(call.case_url, steps) if call.case_url is not None else (),
        starts_at=call.starts_at,
        their_zone=call.zone if theirs != call.starts_at.astimezone(zone).utcoffset() else None,
        interpreter=spoken or None,
        voicemail=on_the_telephone(call.contact),
        notes=tuple(note for note in _notes(call.request) if note not in said),
        untold=untold(call.contact, call.request, barriers=call.barriers),
    )


def _who(practice: Practice, by: str, reader: str) -> str:
    """`They`, `You`, a colleague's name, or nobody in particular."""
    if by == BY_PERSON:
        return "They"
    known = practice.coordinator(by.removeprefix(BY_COORDINATOR))
    if known is None:
        return "Somebody"
    return "You" if known.id == reader else called(known.name)
