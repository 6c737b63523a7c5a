"""Others' facts in our words: what a mail will need of each, in codes, and nothing else of it."""

from datetime import datetime
from typing import Any

from services.notifications.domain.plan import (
    About,
    CliniciansFound,
    ConsultationCame,
    MatchingStopped,
    NobodyFound,
    ReadingAskedFor,
    ReadingChosen,
    SafetyRaised,
    SetAside,
)
from shared.contracts.intake import (
    ConsultationRequested,
    IntakeFact,
    ReadinessRequested,
    RequestQuarantined,
    SafetyFlagged,
)
from shared.contracts.matching import (
    ReferralFact,
    ReferralHeld,
    ReferralProposed,
    ReferralReferredOut,
    ReferralWaitlisted,
)
from shared.contracts.resources import ReadingListPrepared


def consultation_came(event: ConsultationRequested) -> ConsultationCame:
    """What the acknowledgement needs: when it came."""
    codes = {"path": "consultation", "received_at": event.received_at.isoformat()}
    return ConsultationCame(_about(event, event.received_at, codes))


def reading_asked_for(event: ReadinessRequested) -> ReadingAskedFor:
    """Who hears of it depends on how urgent and how safe it is."""
    codes = {"path": "readiness", "received_at": event.received_at.isoformat()}
    about = _about(event, event.received_at, codes)
    return ReadingAskedFor(about, event.language, event.safety_level, event.flags)


def reading_chosen(event: ReadingListPrepared) -> ReadingChosen:
    """The books, by code."""
    return ReadingChosen(_about(event, event.prepared_at, {"items": list(event.items)}))


def clinicians_found(event: ReferralProposed, now: datetime) -> CliniciansFound:
    """Who fits, why, who comes nearest where that leaves no choice, and by when somebody reaches out."""
    candidates = [one.model_dump(mode="json") for one in event.candidates]
    codes = {
        "owner": event.owner,
        "due_at": event.due_at.isoformat(),
        "candidates": candidates,
        "excluded": event.excluded,
        "nearest": [one.model_dump(mode="json") for one in event.nearest],
    }
    return CliniciansFound(_about(event, now, codes), event.owner)


def nobody_found(event: ReferralWaitlisted | ReferralReferredOut, now: datetime) -> NobodyFound:
    """Who comes nearest, and whether waiting could help."""
    waits = isinstance(event, ReferralWaitlisted)
    codes = {
        "owner": event.owner,
        "due_at": event.due_at.isoformat(),
        "outcome": "waitlisted" if waits else "referred_out",
        "nearest": [one.model_dump(mode="json") for one in event.nearest],
    }
    return NobodyFound(_about(event, now, codes), event.owner, "waitlist" if waits else "referred_out")


def matching_stopped(event: ReferralHeld, now: datetime) -> MatchingStopped:
    """Why a person must look first."""
    codes = {"owner": event.owner, "due_at": event.due_at.isoformat(), "why": event.why}
    return MatchingStopped(_about(event, now, codes), event.owner)


def safety_raised(event: SafetyFlagged) -> SafetyRaised:
    """Which rules spoke, by code."""
    codes = {
        "path": event.path,
        "level": event.level,
        "rules": list(event.rules),
        "flagged_at": event.flagged_at.isoformat(),
    }
    return SafetyRaised(_about(event, event.flagged_at, codes), event.level)


def set_aside(event: RequestQuarantined) -> SetAside:
    """Why it looked like spam."""
    codes = {
        "path": event.path,
        "why": list(event.why),
        "quarantined_at": event.quarantined_at.isoformat(),
    }
    return SetAside(_about(event, event.quarantined_at, codes), event.language)


def _about(
    event: IntakeFact | ReferralFact | ReadingListPrepared, occurred_at: datetime, codes: dict[str, Any]
) -> About:
    return About(event.request_id, event.reference, event.entity_id, event.version, occurred_at, codes)
