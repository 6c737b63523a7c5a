"""Facts as the others announce them; a test says only what matters to it."""

from datetime import timedelta
from typing import Any

from shared.contracts.intake import (
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    PersonErased,
    ProfessionalRequested,
    ReadinessRequested,
    ReadinessTakenUp,
    RequestQuarantined,
    SafetyAcknowledged,
    SafetyCleared,
    SafetyEscalated,
    SafetyFlagged,
)
from shared.contracts.matching import (
    Candidate,
    DigestDue,
    NearMiss,
    ProofRequested,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralInProgress,
    ReferralOpened,
    ReferralOverdue,
    ReferralProposed,
    ReferralReferredOut,
    ReferralRejected,
    ReferralReleased,
    ReferralReopened,
    ReferralRequested,
    ReferralStillWaiting,
    ReferralWaitlisted,
)
from shared.contracts.resources import (
    ReadinessPaused,
    ReadinessReached,
    ReadinessStepDue,
    ReadinessStopped,
    ReadingListPrepared,
)
from tests.notifications.builders import NOW

REQUEST = {"request_id": "request-1", "version": 1, "reference": "R-7F3K2"}
PERSON = {"person_id": "person-of-request-1"}
ARRIVED = PERSON | {"received_at": NOW, "language": "en"}


def consultation_requested(request_id: str = "request-1", **changes: Any) -> ConsultationRequested:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "version": 1,
        "reference": "R-7F3K2",
        "person_id": f"person-of-{request_id}",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "for_": "self",
        "age": 34,
        "age_band": "adult",
        "unit": "individual",
        "safety_level": "none",
    }
    return ConsultationRequested.model_validate(fields | changes)


def _referral(request_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "referral_id": f"referral-of-{request_id}",
        "version": 1,
        "request_id": request_id,
        "reference": "R-7F3K2",
        "person_id": f"person-of-{request_id}",
        "owner": "dana",
        "due_at": NOW + timedelta(hours=4),
        "policy_version": "1",
    } | changes


def referral_proposed(request_id: str = "request-1", **changes: Any) -> ReferralProposed:
    candidates = (Candidate(clinician_id="c-rivera", score=0.8, reasons=("specialty:grief_loss:3",)),)
    return ReferralProposed.model_validate({"candidates": candidates} | _referral(request_id, changes))


def referral_waitlisted(request_id: str = "request-1", **changes: Any) -> ReferralWaitlisted:
    nearest = (NearMiss(clinician_id="c-rivera", gaps=("capacity",)),)
    return ReferralWaitlisted.model_validate({"nearest": nearest} | _referral(request_id, changes))


def safety_flagged(request_id: str = "request-1", **changes: Any) -> SafetyFlagged:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "version": 1,
        "reference": "R-7F3K2",
        "path": "consultation",
        "level": "crisis",
        "rules": ("intent",),
        "rules_version": "1",
        "flagged_at": NOW,
        "language": "en",
    }
    return SafetyFlagged.model_validate(fields | changes)


def quarantined() -> RequestQuarantined:
    fields = {"path": "consultation", "quarantined_at": NOW, "why": ("honeypot",), "language": "en"}
    return RequestQuarantined.model_validate(REQUEST | fields)


def readiness_requested(**changes: Any) -> ReadinessRequested:
    fields = {"state": "CA", "time_zone": "America/Los_Angeles", "safety_level": "none"}
    return ReadinessRequested.model_validate(REQUEST | ARRIVED | fields | changes)


def reading_list_prepared(**changes: Any) -> ReadingListPrepared:
    fields = {
        "reading_list_id": "list-1",
        "language": "en",
        "prepared_at": NOW,
        "catalogue_version": "1",
        "items": ("dance_of_connection",),
        "practices": 6,
        "next_at": NOW + timedelta(days=7),
    }
    return ReadingListPrepared.model_validate(REQUEST | PERSON | fields | changes)


def _series(version: int) -> dict[str, Any]:
    return REQUEST | PERSON | {"version": version, "journey_id": "list-1"}


def step_due(
    version: int = 2, number: int = 1, step: str = "practice", item: str | None = "naming", **changes: Any
) -> ReadinessStepDue:
    fields = {
        "language": "en",
        "step": step,
        "number": number,
        "item": item,
        "left": 5,
        "catalogue_version": "1",
        "due_at": NOW,
        "next_at": NOW + timedelta(days=7),
    }
    return ReadinessStepDue.model_validate(_series(version) | fields | changes)


def paused(version: int, why: str = "person") -> ReadinessPaused:
    fields = {"paused_at": NOW, "until": NOW + timedelta(days=30), "why": why}
    return ReadinessPaused.model_validate(_series(version) | fields)


def reached(version: int) -> ReadinessReached:
    return ReadinessReached.model_validate(_series(version) | {"language": "en", "reached_at": NOW})


def stopped(version: int, why: str = "person") -> ReadinessStopped:
    return ReadinessStopped.model_validate(_series(version) | {"stopped_at": NOW, "why": why})


def taken_up(version: int = 2, owner: str = "dana") -> ReadinessTakenUp:
    fields = {"language": "en", "reached_at": NOW, "owner": owner, "due_at": NOW + timedelta(hours=4)}
    return ReadinessTakenUp.model_validate(REQUEST | PERSON | {"version": version} | fields)


def safety_escalated() -> SafetyEscalated:
    told = {
        "rung": 1,
        "recipients": ("lee",),
        "escalated_at": NOW,
        "escalates_at": NOW + timedelta(minutes=15),
    }
    return SafetyEscalated.model_validate(dict(safety_flagged()) | told)


def safety_acknowledged() -> SafetyAcknowledged:
    said = {"path": "consultation", "acknowledged_at": NOW, "acknowledged_by": "lee"}
    return SafetyAcknowledged.model_validate(REQUEST | {"version": 2} | said)


def erased(*request_ids: str) -> PersonErased:
    fields = PERSON | {"version": 9, "request_ids": request_ids or ("request-1",), "erased_at": NOW}
    return PersonErased.model_validate(fields)


def professional_requested() -> ProfessionalRequested:
    return ProfessionalRequested.model_validate(REQUEST | ARRIVED)


def withdrawn() -> ConsultationWithdrawn:
    return ConsultationWithdrawn.model_validate(REQUEST | {"withdrawn_at": NOW, "why": "person"})


def contact_changed(*, silenced: bool) -> ContactChanged:
    return ContactChanged.model_validate(REQUEST | PERSON | {"changed_at": NOW, "silenced": silenced})


def safety_cleared() -> SafetyCleared:
    fields = {"path": "consultation", "level": "elevated", "cleared_at": NOW, "cleared_by": "coordinator:lee"}
    return SafetyCleared.model_validate(REQUEST | {"version": 2} | fields)


# --- a referral, step by step; each test gives the version --------------------------------------------------


def _step(version: int, changes: dict[str, Any]) -> dict[str, Any]:
    return _referral(changes.get("request_id", "request-1"), {"version": version, **changes})


def referred_out(version: int = 1, **changes: Any) -> ReferralReferredOut:
    return ReferralReferredOut.model_validate({"nearest": ()} | _step(version, changes))


def held(version: int = 1, **changes: Any) -> ReferralHeld:
    return ReferralHeld.model_validate({"why": "minor"} | _step(version, changes))


def opened(version: int = 1, **changes: Any) -> ReferralOpened:
    return ReferralOpened.model_validate(_step(version, changes))


def released(version: int) -> ReferralReleased:
    return ReferralReleased.model_validate(
        {"released_by": "coordinator:dana", "why": "spoken_with"} | _step(version, {})
    )


def offered(version: int, clinician_id: str = "c-rivera", **changes: Any) -> ReferralRequested:
    fields = {
        "clinician_id": clinician_id,
        "offer_id": f"offer-of-{version}",
        "answer_by": NOW + timedelta(days=1),
    }
    return ReferralRequested.model_validate(fields | _step(version, changes))


def accepted(version: int, clinician_id: str = "c-rivera") -> ReferralAccepted:
    fields = {"clinician_id": clinician_id, "offer_id": "offer-1"}
    return ReferralAccepted.model_validate(fields | _step(version, {}))


def rejected(version: int, clinician_id: str = "c-rivera") -> ReferralRejected:
    fields = {"clinician_id": clinician_id, "offer_id": "offer-1", "why": "schedule"}
    return ReferralRejected.model_validate(fields | _step(version, {}))


def in_progress(version: int, clinician_id: str = "c-rivera", **changes: Any) -> ReferralInProgress:
    fields = {"clinician_id": clinician_id, "supervisor_id": None, "offer_id": f"offer-of-{version}"}
    return ReferralInProgress.model_validate(fields | _step(version, changes))


def reopened(version: int, clinician_id: str | None = None, why: str = "someone_else") -> ReferralReopened:
    return ReferralReopened.model_validate({"why": why, "clinician_id": clinician_id} | _step(version, {}))


def overdue(version: int, level: str = "nudge", asked: str = "dana") -> ReferralOverdue:
    fields = {"asked": asked, "level": level, "next_action": "reach_out"}
    return ReferralOverdue.model_validate(fields | _step(version, {}))


def still_waiting(version: int) -> ReferralStillWaiting:
    fields = {"waiting_since": NOW - timedelta(days=14), "closes_at": NOW + timedelta(days=16)}
    return ReferralStillWaiting.model_validate(fields | _step(version, {}))


def completed(version: int) -> ReferralCompleted:
    return ReferralCompleted.model_validate({"completed_at": NOW} | _step(version, {}))


def cancelled(
    version: int = 1, why: str = "chose_other", clinician_id: str | None = None
) -> ReferralCancelled:
    fields = {"cancelled_at": NOW, "why": why, "clinician_id": clinician_id}
    return ReferralCancelled.model_validate(fields | _step(version, {}))


def failed(version: int, clinician_id: str | None = None) -> ReferralFailed:
    fields = {"failed_at": NOW, "why": "unreachable", "clinician_id": clinician_id}
    return ReferralFailed.model_validate(fields | _step(version, {}))


def digest_due(coordinator_id: str = "dana") -> DigestDue:
    return DigestDue(
        version=1, digest_id="digest-1", coordinator_id=coordinator_id, day="2026-11-23", due_at=NOW
    )


def proof_requested(recipient: str = "coordinator:dana") -> ProofRequested:
    return ProofRequested(
        version=1, proof_id="proof-1", recipient=recipient, expires_at=NOW + timedelta(minutes=10)
    )
