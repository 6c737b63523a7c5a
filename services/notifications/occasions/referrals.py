"""What matching announces of a referral, a working day or a browser, in our words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from services.notifications.domain.delivery import NO_REFERENCE
from services.notifications.domain.occasion import (
    About,
    ClinicianAsked,
    CliniciansFound,
    ColleagueWaits,
    DayBegins,
    DutyOverdue,
    GoneQuiet,
    Introduced,
    MatchingStopped,
    NobodyFound,
    OfferEnded,
    ProofNeeded,
    StillWaiting,
    TakenBack,
)
from shared.contracts.matching import (
    DigestDue,
    ProofRequested,
    ReferralCancelled,
    ReferralFact,
    ReferralFailed,
    ReferralHeld,
    ReferralInProgress,
    ReferralOpened,
    ReferralOverdue,
    ReferralProposed,
    ReferralReferredOut,
    ReferralReopened,
    ReferralRequested,
    ReferralStillWaiting,
    ReferralWaitlisted,
)
from shared.errors import Rejected

Ending = ReferralReopened | ReferralCancelled | ReferralFailed | ReferralHeld
BY_HAND = "by_hand"
ROLES: Mapping[str, Literal["coordinator", "clinician"]] = {
    "coordinator": "coordinator",
    "clinician": "clinician",
}


def clinicians_found(event: ReferralProposed, now: datetime) -> CliniciansFound:
    """Who fits, why, who comes nearest where that leaves no choice, and by when somebody reaches out."""
    candidates = [one.model_dump(mode="json") for one in event.candidates]
    codes = {
        "owner": event.owner,
        "due_at": event.due_at.isoformat(),
        "candidates": candidates,
        "excluded": event.excluded,
        "nearest": [one.model_dump(mode="json") for one in event.nearest],
        "after": _after(event),
    } | _narrowed(event)
    return CliniciansFound(_about(event, now, codes), event.owner)


def nobody_found(event: ReferralWaitlisted | ReferralReferredOut, now: datetime) -> NobodyFound:
    """Who comes nearest, and whether waiting could help."""
    waits = isinstance(event, ReferralWaitlisted)
    outcome: Literal["waitlist", "referred_out"] = "waitlist" if waits else "referred_out"
    codes = {
        "owner": event.owner,
        "due_at": event.due_at.isoformat(),
        "outcome": outcome,
        "nearest": [one.model_dump(mode="json") for one in event.nearest],
        "after": _after(event),
    } | _narrowed(event)
    by_hand = waits and event.after is not None and event.after.what == BY_HAND
    return NobodyFound(_about(event, now, codes), event.owner, outcome, by_hand)


def matching_stopped(event: ReferralHeld, now: datetime) -> MatchingStopped:
    """Why a person must look first."""
    codes = _duty(event) | {"why": event.why, "after": _after(event)}
    return MatchingStopped(_about(event, now, codes), event.owner)


def colleague_waits(event: ReferralOpened, now: datetime) -> ColleagueWaits:
    """Whose duty it is to answer a colleague, and by when."""
    return ColleagueWaits(_about(event, now, _duty(event)), event.owner)


def clinician_asked(event: ReferralRequested, now: datetime) -> ClinicianAsked:
    """Who is asked, and until when the place is held."""
    codes = {
        "owner": event.owner,
        "clinician_id": event.clinician_id,
        "offer_id": event.offer_id,
        "answer_by": event.answer_by.isoformat(),
    } | _narrowed(event)
    return ClinicianAsked(_about(event, now, codes), event.clinician_id, event.offer_id, event.answer_by)


def offer_ended(event: Ending, clinician_id: str, now: datetime) -> OfferEnded:
    """Whose offer or introduction ended, and why."""
    codes = {"clinician_id": clinician_id, "why": event.why}
    return OfferEnded(_about(event, now, codes), clinician_id)


def introduced(event: ReferralInProgress, now: datetime) -> Introduced:
    """Who is introduced, under whose supervision, and whose duty it is to ask how it went."""
    codes = _duty(event) | {
        "clinician_id": event.clinician_id,
        "supervisor_id": event.supervisor_id,
        "offer_id": event.offer_id,
    }
    about = _about(event, now, codes)
    return Introduced(about, event.owner, event.clinician_id, event.supervisor_id, event.offer_id)


def duty_overdue(event: ReferralOverdue, now: datetime) -> DutyOverdue:
    """What was due, when, and whose it was."""
    codes = _duty(event) | {"level": event.level, "next_action": event.next_action}
    return DutyOverdue(_about(event, now, codes), event.asked, event.level)


def still_waiting(event: ReferralStillWaiting, now: datetime) -> StillWaiting:
    """Until when an answer keeps their place on the list."""
    codes = {"owner": event.owner, "closes_at": event.closes_at.isoformat()}
    return StillWaiting(_about(event, now, codes), event.closes_at)


def gone_quiet(event: ReferralCancelled, now: datetime) -> GoneQuiet:
    """Whose name stands under the last mail."""
    return GoneQuiet(_about(event, now, {"owner": event.owner}))


def taken_back(event: ReferralCancelled, owner: str, now: datetime) -> TakenBack:
    """Who was to reach out, or to choose."""
    return TakenBack(_about(event, now, {"owner": owner}), owner)


def day_begins(event: DigestDue, now: datetime) -> DayBegins:
    """Whose day, and which; what is open is asked for when the mail is written."""
    codes = {"coordinator_id": event.coordinator_id, "day": event.day}
    about = About(event.digest_id, NO_REFERENCE, event.digest_id, event.version, now, codes)
    return DayBegins(about, event.coordinator_id)


def proof_needed(event: ProofRequested, now: datetime) -> ProofNeeded:
    """Whose browser, and until when. Raises Rejected when that is neither a coordinator nor a clinician."""
    role, _, recipient_id = event.recipient.partition(":")
    if role not in ROLES or not recipient_id:
        raise Rejected("a proof is for coordinator:<id> or clinician:<id>")
    codes = {"expires_at": event.expires_at.isoformat()}
    about = About(event.proof_id, NO_REFERENCE, event.proof_id, event.version, now, codes)
    return ProofNeeded(about, ROLES[role], recipient_id, event.expires_at)


def _duty(event: ReferralHeld | ReferralOpened | ReferralInProgress | ReferralOverdue) -> dict[str, Any]:
    return {"owner": event.owner, "due_at": event.due_at.isoformat()}


def _narrowed(
    event: ReferralProposed | ReferralWaitlisted | ReferralReferredOut | ReferralRequested,
) -> dict[str, Any]:
    """What of the request goes on, where that is less than was asked for."""
    return {} if event.narrowed is None else {"narrowed": event.narrowed.model_dump(mode="json")}


def _after(
    event: ReferralProposed | ReferralWaitlisted | ReferralReferredOut | ReferralHeld,
) -> dict[str, Any] | None:
    """What it follows, when it is not the first decision."""
    return None if event.after is None else event.after.model_dump(mode="json")


def _about(event: ReferralFact, now: datetime, codes: Mapping[str, Any]) -> About:
    return About(event.request_id, event.reference, event.entity_id, event.version, now, codes)
