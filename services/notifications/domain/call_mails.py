"""Which mails follow from what happened to a call.

The person is told of a booking, a move or a calling off at once, whoever did it, and so is the coordinator;
of a call that they missed they hear once a request, whatever comes after. A booking or move of one version
is told to anybody once, however it became known: `call_confirmed` and `call_moved` share their key. That a
call is off is told once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.notifications.domain.call import (
    BY_PERSON,
    Call,
    CallBooked,
    CallClocks,
    CallElsewhere,
    CallMissed,
    CallMoved,
    CallOccasion,
    CallOff,
)
from services.notifications.domain.delivery import PlannedDelivery, Role, Template
from services.notifications.domain.desk import Desk
from services.notifications.domain.occasion import About
from services.notifications.domain.reminders import (
    OUTCOME_AFTER,
    OUTCOME_STANDS_FOR,
    SOON,
    reminders_of,
)

CANCELLED_STANDS_FOR = timedelta(days=1)
MISSED_STANDS_FOR = timedelta(days=7)

Mails = tuple[PlannedDelivery, ...]


def plan_call(occasion: CallOccasion, desk: Desk, clocks: CallClocks, now: datetime) -> Mails:
    """The mails that this calls for; whether and when one goes, `decide` says."""
    match occasion:
        case CallBooked(about=about, call=call, by=by):
            return (
                _told("call_confirmed", about, call, by),
                _noticed("call_booked_notice", about, call, desk),
                *planned_ahead(about, call, desk, clocks, now),
            )
        case CallMoved(about=about, call=call, by=by):
            return (
                _told("call_moved", about, call, by),
                *_notices_of_a_move(occasion, desk),
                *planned_ahead(about, call, desk, clocks, now),
            )
        case CallOff():
            return _called_off(occasion, desk)
        case CallMissed(about=about, ends_at=ends_at):
            offer = _to_the_person("call_missed", about, ends_at + MISSED_STANDS_FOR)
            return (replace(offer, dedup_key=f"call_missed:{about.request_id}"),)
        case CallElsewhere(about=about, coordinator_id=who, starts_at=starts_at):
            return (_to_the_desk("call_elsewhere", about, desk.present(who), not_after=starts_at),)


def planned_ahead(about: About, call: Call, desk: Desk, clocks: CallClocks, now: datetime) -> Mails:
    """The person's reminders, and the coordinator's mails shortly before and after the call."""
    who, which = desk.present(call.coordinator_id), f"{about.subject_id}:{about.version}"
    reminders = tuple(
        replace(
            _to_the_person("call_reminder", about, one.not_after),
            due_at=one.due_at,
            codes={**about.codes, "offset": one.offset, "last": one.last},
            dedup_key=f"call_reminder:{which}:{one.offset}",
        )
        for one in reminders_of(call, clocks, now)
    )
    soon = _to_the_desk("call_soon", about, who, not_after=call.starts_at)
    soon = replace(soon, due_at=call.starts_at - SOON, dedup_key=f"call_soon:{which}")
    outcome = _to_the_desk("call_outcome", about, who, not_after=call.ends_at + OUTCOME_STANDS_FOR)
    outcome = replace(outcome, due_at=call.ends_at + OUTCOME_AFTER, dedup_key=f"call_outcome:{which}")
    return (*reminders, *((soon,) if soon.due_at > now else ()), outcome)


def _told(template: Template, about: About, call: Call, by: str) -> PlannedDelivery:
    """The person's calendar entry; what they did themselves is answered at once."""
    mail = _to_the_person(template, about, call.starts_at)
    key = f"call_told:{about.subject_id}:{about.version}"
    return replace(mail, dedup_key=key, immediate=by == BY_PERSON)


def _noticed(template: Template, about: About, call: Call, desk: Desk) -> PlannedDelivery:
    who = desk.present(call.coordinator_id)
    notice = _to_the_desk(template, about, who, not_after=call.ends_at)
    return replace(notice, dedup_key=f"call_notice:{about.subject_id}:{about.version}")


def _notices_of_a_move(moved: CallMoved, desk: Desk) -> Mails:
    """Another coordinator has a call more, and the one before has a call less."""
    about, call = moved.about, moved.call
    before = desk.present(moved.previous_coordinator_id)
    if before == desk.present(call.coordinator_id):
        return (_noticed("call_moved_notice", about, call, desk),)
    relieved = _to_the_desk("call_cancelled_notice", about, before)
    return (_noticed("call_booked_notice", about, call, desk), relieved)


def _called_off(off: CallOff, desk: Desk) -> Mails:
    about = off.about
    notice = _to_the_desk("call_cancelled_notice", about, desk.present(off.coordinator_id))
    notice = replace(notice, dedup_key=f"call_off_notice:{about.subject_id}")
    if not off.tells_person:
        return (notice,)
    until = max(off.starts_at, about.occurred_at + CANCELLED_STANDS_FOR)
    told = _to_the_person("call_cancelled", about, until)
    return (replace(told, immediate=off.by == BY_PERSON, dedup_key=f"call_off:{about.subject_id}"), notice)


def _to_the_person(template: Template, about: About, not_after: datetime) -> PlannedDelivery:
    return _mail(template, about, "client", about.request_id, not_after)


def _to_the_desk(
    template: Template, about: About, who: str, *, not_after: datetime | None = None
) -> PlannedDelivery:
    return _mail(template, about, "coordinator", who, not_after)


def _mail(
    template: Template, about: About, role: Role, recipient_id: str, not_after: datetime | None
) -> PlannedDelivery:
    """A mail that goes once for each version of the call."""
    codes: Mapping[str, Any] = about.codes
    return PlannedDelivery(
        template=template,
        role=role,
        recipient_id=recipient_id,
        request_id=about.request_id,
        reference=about.reference,
        subject_id=about.subject_id,
        subject_version=about.version,
        codes=codes,
        occurred_at=about.occurred_at,
        due_at=about.occurred_at,
        not_after=not_after,
        dedup_key=f"{template}:{about.subject_id}:{about.version}:{recipient_id}",
        immediate=False,
    )
