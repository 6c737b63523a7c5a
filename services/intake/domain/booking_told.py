"""What intake tells of calls: facts when one changes, and how one stands when it is asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.intake.domain.call import Call, Slot
from services.intake.domain.slots import Away
from shared.contracts import intake as told


def scheduled_fact(call: Call) -> told.ConsultationScheduled:
    return told.ConsultationScheduled(
        **_about(call),
        version=call.version,
        by=call.by,
        scheduled_at=call.changed_at,
        interpreter=call.interpreter,
        remind_shortly=call.remind_shortly,
    )


def rescheduled_fact(before: Call, call: Call) -> told.ConsultationRescheduled:
    return told.ConsultationRescheduled(
        **_about(call),
        version=call.version,
        by=call.by,
        rescheduled_at=call.changed_at,
        previous_starts_at=before.starts_at,
        previous_coordinator_id=before.coordinator_id,
        interpreter=call.interpreter,
        remind_shortly=call.remind_shortly,
    )


def cancelled_fact(call: Call, why: str) -> told.ConsultationCancelled:
    return told.ConsultationCancelled(
        **_about(call), version=call.version, by=call.by, cancelled_at=call.changed_at, why=why
    )


def marked_fact(call: Call) -> told.ConsultationAttended | told.ConsultationMissed:
    common = _about(call) | {"version": call.version, "by": call.by}
    if call.status == "attended":
        return told.ConsultationAttended(**common, attended_at=call.changed_at)
    return told.ConsultationMissed(**common, missed_at=call.changed_at)


def located_fact(call: Call, by: str, now: datetime, *, licensed: bool) -> told.ConsultationLocated:
    if call.state is None:
        raise ValueError("nobody has said where they will be")
    return told.ConsultationLocated(
        **_about(call),
        version=call.located_version,
        by=by,
        located_at=now,
        state=call.state,
        licensed=licensed,
    )


def codes_of(fact: told.CallFact) -> tuple[str, ...]:
    """What a trail says of the fact: with whom and when, or where, and in the end always by whom."""
    match fact:
        case told.ConsultationLocated():
            return (fact.state, fact.by)
        case told.ConsultationCancelled():
            return (fact.coordinator_id, fact.starts_at.isoformat(), fact.why, fact.by)
        case _:
            return (fact.coordinator_id, fact.starts_at.isoformat(), fact.by)


def consultation_of(call: Call) -> told.Consultation:
    """The call as others know it."""
    return told.Consultation(
        **_about(call),
        version=call.version,
        status=call.status,
        changed_at=call.changed_at,
        by=call.by,
        interpreter=call.interpreter,
        remind_shortly=call.remind_shortly,
        state=call.state,
    )


def slots_answered(slots: Sequence[Slot], call: Call | None) -> told.SlotsAnswered:
    """The free times and the latest call of somebody whom we know."""
    return told.SlotsAnswered(
        known=True,
        slots=tuple(
            told.Slot(starts_at=each.starts_at, ends_at=each.ends_at, coordinator_ids=each.coordinator_ids)
            for each in slots
        ),
        consultation=consultation_of(call) if call is not None else None,
    )


def absence_of(away: Away) -> told.Absence:
    return told.Absence(
        absence_id=away.id,
        coordinator_id=away.coordinator_id,
        begins_at=away.begins_at,
        ends_at=away.ends_at,
    )


def _about(call: Call) -> dict[str, Any]:
    return {
        "request_id": call.request_id,
        "reference": call.reference,
        "consultation_id": call.id,
        "sequence": call.sequence,
        "coordinator_id": call.coordinator_id,
        "starts_at": call.starts_at,
        "ends_at": call.ends_at,
        "time_zone": call.time_zone,
        "test": call.test,
    }
