"""What intake announces and answers about a call, in our words."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.domain.call import (
    BY_PERSON,
    Call,
    CallBooked,
    CallElsewhere,
    CallMissed,
    CallMoved,
    CallOccasion,
    CallOff,
)
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.domain.hours import zone_of
from services.notifications.domain.occasion import About
from shared.contracts.intake import (
    CallFact,
    Consultation,
    ConsultationCancelled,
    ConsultationLocated,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)

BY_COORDINATOR = "coordinator:"
NOT_TOLD = frozenset({"silenced", "withdrawn"})  # why a call is off that nobody tells the person of


def call_booked(event: ConsultationScheduled, otherwise: ZoneInfo) -> CallBooked:
    """When it is, with whom, and what they wished for."""
    codes = _wishes(event)
    return CallBooked(
        _about(event, event.scheduled_at, codes), _call(event, event.scheduled_at, otherwise), event.by
    )


def call_moved(event: ConsultationRescheduled, otherwise: ZoneInfo) -> CallMoved:
    """The same, and what it was before."""
    codes = _wishes(event) | {
        "previous_starts_at": event.previous_starts_at.isoformat(),
        "previous_coordinator_id": event.previous_coordinator_id,
    }
    call = _call(event, event.rescheduled_at, otherwise)
    return CallMoved(
        _about(event, event.rescheduled_at, codes), call, event.by, event.previous_coordinator_id
    )


def call_off(event: ConsultationCancelled) -> CallOff:
    """Whose doing it was, and why."""
    about = _about(event, event.cancelled_at, {"why": event.why})
    told = event.why not in NOT_TOLD
    return CallOff(about, event.coordinator_id, event.starts_at, event.by, tells_person=told)


def given_up_for(event: ConsultationScheduled, was: PlannedDelivery) -> CallOff:
    """Another call of that request is off, since this one is booked: whoever books gave that one up."""
    person = event.by == BY_PERSON
    codes = {name: said for name, said in was.codes.items() if not name.startswith("previous_")} | {
        "sequence": was.codes["sequence"] + 1,
        "by": event.by,
        "why": BY_PERSON if person else BY_COORDINATOR.rstrip(":"),
    }
    which = (was.request_id, was.reference, was.subject_id, was.subject_version)
    about = About(*which, event.scheduled_at, codes)
    starts_at = datetime.fromisoformat(was.codes["starts_at"])
    return CallOff(about, was.codes["coordinator_id"], starts_at, event.by, tells_person=True)


def call_missed(event: ConsultationMissed) -> CallMissed:
    """Which call it was."""
    return CallMissed(_about(event, event.missed_at, {}), event.ends_at)


def call_elsewhere(event: ConsultationLocated) -> CallElsewhere:
    """In which state they will be."""
    about = _about(event, event.located_at, {"state": event.state, "licensed": event.licensed})
    return CallElsewhere(about, event.coordinator_id, event.starts_at)


def as_it_stands(found: Consultation, otherwise: ZoneInfo) -> CallOccasion | None:
    """What the facts about a call that stands like this have said; None where no mail follows from it.

    Why a call is off is not known from here but for who did it: the person is told where they or a
    coordinator did.
    """
    match found.status:
        case "booked":
            about = _about(found, found.changed_at, _wishes(found))
            return CallBooked(about, _call(found, found.changed_at, otherwise), found.by)
        case "cancelled":
            theirs = found.by == BY_PERSON or found.by.startswith(BY_COORDINATOR)
            why = found.by.partition(":")[0] if theirs else "practice"
            about = _about(found, found.changed_at, {"why": why})
            return CallOff(about, found.coordinator_id, found.starts_at, found.by, tells_person=theirs)
        case "missed":
            return CallMissed(_about(found, found.changed_at, {}), found.ends_at)
        case "attended":
            return None


def since(found: Consultation, was: PlannedDelivery, otherwise: ZoneInfo) -> CallOccasion | None:
    """The same, after what a mail that was planned had said of it: it may be that very call, moved."""
    if found.status != "booked" or found.consultation_id != was.subject_id:
        return as_it_stands(found, otherwise)
    previous = was.codes["coordinator_id"]
    codes = _wishes(found) | {
        "previous_starts_at": was.codes["starts_at"],
        "previous_coordinator_id": previous,
    }
    about = _about(found, found.changed_at, codes)
    return CallMoved(about, _call(found, found.changed_at, otherwise), found.by, previous)


def _call(event: CallFact | Consultation, settled_at: datetime, otherwise: ZoneInfo) -> Call:
    return Call(
        event.coordinator_id,
        event.starts_at,
        event.ends_at,
        zone_of(event.time_zone, otherwise),
        settled_at,
        isinstance(event, ConsultationScheduled | ConsultationRescheduled | Consultation)
        and event.remind_shortly,
    )


def _wishes(event: ConsultationScheduled | ConsultationRescheduled | Consultation) -> dict[str, Any]:
    return {"interpreter": list(event.interpreter), "remind_shortly": event.remind_shortly}


def _about(event: CallFact | Consultation, occurred_at: datetime, codes: dict[str, Any]) -> About:
    said = {
        "consultation_id": event.consultation_id,
        "sequence": event.sequence,
        "coordinator_id": event.coordinator_id,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "time_zone": event.time_zone,
        "by": event.by,
        "test": event.test,
    }
    return About(
        event.request_id, event.reference, event.consultation_id, event.version, occurred_at, said | codes
    )
