"""An outcome becomes a referral: never without an owner, a next action and a due time.

States are FHIR Task's. `stage` tells apart what one state covers, as FHIR's business status does:

    state    stage         next action
    draft    proposed      reach_out      within the due time, somebody of the practice speaks with the person
    on-hold  waitlisted    reach_out      the same, and see what could give
    on-hold  referred_out  reach_out      the same, and see that they found somebody
    on-hold  held          review_hold    read the request, then release it or keep it
    cancelled                             ended; nothing is due
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.matching.domain.propose import propose, with_proposal
from services.matching.domain.types import (
    Held,
    Loads,
    NobodyFits,
    Outcome,
    Policy,
    PracticeFacts,
    Proposed,
    Request,
    Roster,
)

DRAFT, ON_HOLD, CANCELLED = "draft", "on-hold", "cancelled"
PROPOSED, WAITLISTED, REFERRED_OUT, HELD = "proposed", "waitlisted", "referred_out", "held"
REACH_OUT, REVIEW_HOLD = "reach_out", "review_hold"


@dataclass(frozen=True, slots=True)
class Coordinator:
    """A care coordinator on duty."""

    id: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a list of requests is decided against, as it stands at that moment."""

    roster: Roster
    loads: Loads
    coordinators: tuple[Coordinator, ...]
    owned: Mapping[str, int]  # open referrals by coordinator id


@dataclass(frozen=True, slots=True)
class NewReferral:
    """A referral at its first version."""

    referral_id: str
    request: Request
    outcome: Outcome
    state: str
    stage: str
    owner: str
    next_action: str
    due_at: datetime
    policy_version: str
    roster_version: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request with the id and the due time that its referral will have."""

    request: Request
    referral_id: str
    due_at: datetime


def refer(
    arrived: Sequence[Arrived],
    desk: Desk,
    policy: Policy,
    facts: PracticeFacts,
    *,
    today: date,
    now: datetime,
) -> list[NewReferral]:
    """A referral for each request, in order; each decision sees the load that those before it made.

    A test request is decided alike and counts for nobody.
    """
    loads, owned = desk.loads, dict(desk.owned)
    made: list[NewReferral] = []
    for each in arrived:
        outcome = propose(each.request, desk.roster, loads, policy, facts, today=today)
        owner = owner_for(each.request.language, desk.coordinators, owned)
        if not each.request.test:
            loads = with_proposal(loads, outcome, now)
            owned[owner] = owned.get(owner, 0) + 1
        state, stage, next_action = standing(outcome)
        made.append(
            NewReferral(
                referral_id=each.referral_id,
                request=each.request,
                outcome=outcome,
                state=state,
                stage=stage,
                owner=owner,
                next_action=next_action,
                due_at=each.due_at,
                policy_version=policy.version,
                roster_version=desk.roster.version,
            )
        )
    return made


def owner_for(language: str, coordinators: Sequence[Coordinator], owned: Mapping[str, int]) -> str:
    """The coordinator on duty with the fewest open referrals who speaks the language; else the fewest of all.

    Equal ones take turns in the order in which the practice lists them.
    """
    speaking = [each for each in coordinators if language in each.languages]
    return min(speaking or coordinators, key=lambda each: owned.get(each.id, 0)).id


def standing(outcome: Outcome) -> tuple[str, str, str]:
    """State, stage and next action of a referral with this outcome."""
    match outcome:
        case Proposed():
            return DRAFT, PROPOSED, REACH_OUT
        case NobodyFits(could_free=True):
            return ON_HOLD, WAITLISTED, REACH_OUT
        case NobodyFits():
            return ON_HOLD, REFERRED_OUT, REACH_OUT
        case Held():
            return ON_HOLD, HELD, REVIEW_HOLD
