"""Facts as the others announce them; a test says only what matters to it."""

from datetime import timedelta
from typing import Any

from shared.contracts.intake import ConsultationRequested, SafetyFlagged
from shared.contracts.matching import Candidate, NearMiss, ReferralProposed, ReferralWaitlisted
from tests.notifications.builders import NOW


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
