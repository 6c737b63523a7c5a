"""The facts that follow from a referral's changes, in matching's own contracts."""

from collections.abc import Sequence
from typing import Any

from services.matching.domain.referral import Referral
from services.matching.domain.types import Held, Miss, NobodyFits, Opened, Outcome, Proposed, Request
from shared.contracts.matching import (
    After,
    Candidate,
    Narrowed,
    NearMiss,
    ReferralFact,
    ReferralHeld,
    ReferralOpened,
    ReferralProposed,
    ReferralReferredOut,
    ReferralWaitlisted,
)


def about(referral: Referral) -> dict[str, Any]:
    """What every fact about this referral says."""
    return {
        "version": referral.version,
        "referral_id": referral.referral_id,
        "request_id": referral.request.request_id,
        "reference": referral.request.reference,
        "person_id": referral.request.person_id,
    }


def decided(referral: Referral, outcome: Outcome, after: After | None = None) -> ReferralFact:
    """What was decided for a referral that stands as `outcome` left it."""
    common = about(referral) | {"owner": referral.owner, "due_at": referral.standing.due_at}
    if isinstance(outcome, Opened):
        return ReferralOpened(**common)
    common |= {"policy_version": referral.policy_version, "after": after}
    seen_as = {"narrowed": narrowed(referral.request)}
    match outcome:
        case Proposed():
            return ReferralProposed(
                **common | seen_as,
                candidates=_candidates(outcome),
                excluded=len(outcome.excluded),
                nearest=near(outcome.nearest),
            )
        case NobodyFits(could_free=True):
            return ReferralWaitlisted(**common | seen_as, nearest=near(outcome.nearest))
        case NobodyFits():
            return ReferralReferredOut(**common | seen_as, nearest=near(outcome.nearest))
        case Held():
            return ReferralHeld(**common, why=outcome.why)


def narrowed(request: Request) -> Narrowed | None:
    """What of a request goes on, where a person let less go on than was asked for."""
    return Narrowed(unit=request.unit, concerns=request.concerns) if request.apart else None


def near(misses: Sequence[Miss]) -> tuple[NearMiss, ...]:
    """The nearest misses, as others read them."""
    return tuple(NearMiss(clinician_id=miss.clinician_id, gaps=miss.codes) for miss in misses)


def _candidates(outcome: Proposed) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(clinician_id=fit.clinician_id, score=fit.score, reasons=fit.reasons)
        for fit in outcome.candidates
    )
