"""Requests, facts and a catalogue for people who are not ready yet; a test names only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from services.resources.domain.request import Request
from shared.contracts.intake import (
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationMissed,
    ConsultationRequested,
    ConsultationRescheduled,
    ConsultationScheduled,
    ContactChanged,
    PersonErased,
    ReadinessRequested,
    SafetyCleared,
    SafetyFlagged,
)
from shared.contracts.matching import (
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralFailed,
    ReferralRejected,
    ReferralReopened,
)
from shared.contracts.notifications import MailFailed, MailSuppressed
from shared.practice import Catalogue
from shared.practice.catalogue import ReadinessPractice, Reading

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # ten in the morning in Los Angeles
SIX = ("breathing", "writing", "noticing", "moving", "resting", "asking")


def both(text: str) -> dict[str, str]:
    return {"en": text, "es": f"{text}, en español"}


def a_practice(code: str, **told: Any) -> ReadinessPractice:
    texts = {each: both(each) for each in ("title", "discreet_title", "what", "why", "how", "when_not")}
    return ReadinessPractice.model_validate({"code": code, **texts, **told})


def a_reading(code: str, *specialties: str, **told: Any) -> Reading:
    texts = {each: both(each) for each in ("title", "discreet_title", "text")}
    return Reading.model_validate({"code": code, "for": specialties, **texts, **told})


PRACTICES = tuple(a_practice(each) for each in SIX)
READINGS = (
    a_reading("waves", "grief_loss"),
    a_reading("two_chairs", "couples", leave_out_when=("partner_violence", "no_partner")),
    a_reading("old_alarms", "trauma", "relational"),
    a_reading("one_more_wave", "grief_loss", "family"),
)


def with_series(
    catalogue: Catalogue,
    practices: tuple[ReadinessPractice, ...] = PRACTICES,
    readings: tuple[Reading, ...] = READINGS,
) -> Catalogue:
    """The catalogue with these practices and readings and no others."""
    return catalogue.model_copy(update={"practices": practices, "readings": readings})


def a_request(**told: Any) -> Request:
    usual: dict[str, Any] = {
        "request_id": "req-1",
        "reference": "R-7F3K2",
        "person_id": "per-1",
        "opted_in_at": NOW,
        "language": "en",
        "time_zone": "America/Los_Angeles",
    }
    told = {name: frozenset(each) if isinstance(each, set) else each for name, each in told.items()}
    return Request(**{**usual, **told})


def a_readiness_request(number: int = 1, **told: Any) -> ReadinessRequested:
    usual: dict[str, Any] = {
        "version": 1,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "person_id": f"per-{number}",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "safety_level": "none",
        "concerns": ("grief_loss",),
    }
    return ReadinessRequested(**{**usual, **told})


def silence(number: int = 1, **told: Any) -> ContactChanged:
    usual: dict[str, Any] = {
        "version": 2,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "person_id": f"per-{number}",
        "changed_at": NOW,
        "silenced": True,
    }
    return ContactChanged(**{**usual, **told})


def cleared(number: int = 1, **told: Any) -> SafetyCleared:
    usual: dict[str, Any] = {
        "version": 2,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "path": "readiness",
        "level": "elevated",
        "cleared_at": NOW,
        "cleared_by": "dana",
    }
    return SafetyCleared(**{**usual, **told})


def flagged(number: int = 1, **told: Any) -> SafetyFlagged:
    usual: dict[str, Any] = {
        "version": 1,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "path": "readiness",
        "level": "crisis",
        "rules": ("plan",),
        "rules_version": "2026-11",
        "flagged_at": NOW,
        "language": "en",
    }
    return SafetyFlagged(**{**usual, **told})


def a_consultation_request(number: int = 2, **told: Any) -> ConsultationRequested:
    usual: dict[str, Any] = {
        "version": 1,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "person_id": f"per-{number}",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "for": "self",
        "age": 34,
        "age_band": "adult",
        "unit": "individual",
        "safety_level": "none",
    }
    return ConsultationRequested(**{**usual, **told})


CALLS = {
    "scheduled": (ConsultationScheduled, "scheduled_at"),
    "rescheduled": (ConsultationRescheduled, "rescheduled_at"),
    "cancelled": (ConsultationCancelled, "cancelled_at"),
    "attended": (ConsultationAttended, "attended_at"),
    "missed": (ConsultationMissed, "missed_at"),
}


def call(what: str, number: int = 1, *, at: datetime = NOW, version: int = 1) -> Any:
    """A fact about the call of this request."""
    fact, when = CALLS[what]
    told: dict[str, Any] = {
        "version": version,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "consultation_id": f"call-{number}",
        "sequence": version - 1,
        "coordinator_id": "dana",
        "starts_at": NOW,
        "ends_at": NOW,
        "time_zone": "America/Los_Angeles",
        "by": "person",
        "why": "person",
        "previous_starts_at": NOW,
        "previous_coordinator_id": "dana",
        when: at,
    }
    return fact(**told)


REFERRALS = {
    "accepted": (ReferralAccepted, "accepted_at"),
    "rejected": (ReferralRejected, "rejected_at"),
    "reopened": (ReferralReopened, "reopened_at"),
    "cancelled": (ReferralCancelled, "cancelled_at"),
    "failed": (ReferralFailed, "failed_at"),
    "completed": (ReferralCompleted, "completed_at"),
}


def referral(what: str, number: int = 1, *, at: datetime = NOW, version: int = 1) -> Any:
    """A fact about the referral of this request."""
    fact, when = REFERRALS[what]
    told: dict[str, Any] = {
        "version": version,
        "referral_id": f"ref-{number}",
        "person_id": f"per-{number}",
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "owner": "dana",
        "clinician_id": "c-rivera",
        "offer_id": f"offer-{number}",
        "why": "client_withdrew",
        when: at,
    }
    return fact(**told)


def erased(*numbers: int) -> PersonErased:
    requests = tuple(f"req-{number}" for number in numbers or (1,))
    return PersonErased(version=1, person_id="per-1", request_ids=requests, erased_at=NOW)


def not_sent(template: str, why: str, number: int = 1) -> MailSuppressed:
    return MailSuppressed(**_mail(template, why, number), suppressed_at=NOW)


def failed(template: str, why: str, number: int = 1) -> MailFailed:
    return MailFailed(**_mail(template, why, number), failed_at=NOW)


def _mail(template: str, why: str, number: int) -> dict[str, Any]:
    return {
        "version": 1,
        "delivery_id": f"mail-{number}-{template}-{why}",
        "request_id": f"req-{number}",
        "template": template,
        "recipient_role": "person",
        "why": why,
    }


EVERY_FACT = (
    a_readiness_request(),
    a_consultation_request(),
    silence(silenced=False),
    flagged(3),
    cleared(4),
    erased(5),
    *(call(what) for what in CALLS),
    *(referral(what) for what in REFERRALS),
    failed("readiness_practice", "bounced", 6),
    not_sent("readiness_practice", "silenced", 7),
)
