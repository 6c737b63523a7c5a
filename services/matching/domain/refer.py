"""A request becomes a referral: never without an owner, a next action and a due time.

A decision made later, when something has changed, is `decide_again`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.matching.domain.call import comes_next, still_due
from services.matching.domain.life import (
    CALL,
    CHOOSE,
    FIND_ANOTHER_WAY,
    HELD,
    MISSED_CALL,
    PROFESSIONAL,
    PROPOSED,
    REACH_OUT,
    REFERRED_OUT,
    REVIEW_HOLD,
    WAIT,
    WAITLISTED,
)
from services.matching.domain.propose import propose, with_proposal
from services.matching.domain.referral import Choice, Dues, Referral, Standing
from services.matching.domain.types import (
    Held,
    Loads,
    NobodyFits,
    Opened,
    Outcome,
    Policy,
    PracticeFacts,
    Proposed,
    Request,
    Roster,
)

# What comes next when somebody of the practice has spoken with the person already.
SPOKEN_WITH = {PROPOSED: CHOOSE, WAITLISTED: WAIT, REFERRED_OUT: FIND_ANOTHER_WAY}


@dataclass(frozen=True, slots=True)
class Coordinator:
    """A care coordinator on duty."""

    id: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests are decided against, as it stands at that moment."""

    roster: Roster
    loads: Loads
    coordinators: tuple[Coordinator, ...]
    owned: Mapping[str, int]  # open referrals by coordinator id
    policy: Policy
    facts: PracticeFacts
    today: date

    def decide(self, request: Request) -> Outcome:
        """Who is proposed for this request today."""
        return propose(request, self.roster, self.loads, self.policy, self.facts, today=self.today)

    def without(self, choice: Choice | None) -> "Desk":
        """The desk as it is once this choice keeps no place any more."""
        if choice is None or choice.clinician_id not in self.loads:
            return self
        load = self.loads[choice.clinician_id]
        freed = replace(load, places=max(0, load.places - 1))
        return replace(self, loads={**self.loads, choice.clinician_id: freed})

    def after(self, outcome: Outcome, now: datetime) -> "Desk":
        """The desk as the next decision of a list finds it."""
        return replace(self, loads=with_proposal(self.loads, outcome, now))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request with the id and the due time that its referral will have."""

    request: Request
    referral_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A new referral, and the decision on which it stands."""

    referral: Referral
    outcome: Outcome


def refer(arrived: Sequence[Arrived], desk: Desk, now: datetime) -> list[Made]:
    """A referral for each request, in order; each decision sees the load that those before it made.

    A test request is decided alike and counts for nobody.
    """
    owned = dict(desk.owned)
    made: list[Made] = []
    for each in arrived:
        outcome = desk.decide(each.request)
        owner = owner_for(each.request.language, desk.coordinators, owned)
        if not each.request.test:
            desk = desk.after(outcome, now)
            owned[owner] = owned.get(owner, 0) + 1
        referral = Referral(
            referral_id=each.referral_id,
            request=each.request,
            version=1,
            owner=owner,
            standing=standing(outcome, each.due_at),
            policy_version=desk.policy.version,
            roster_version=desk.roster.version,
            heard_at=each.request.received_at,
        )
        made.append(Made(referral, outcome))
    return made


def owner_for(language: str, coordinators: Sequence[Coordinator], owned: Mapping[str, int]) -> str:
    """The coordinator on duty with the fewest open referrals who speaks the language; else the fewest of all.

    Equal ones take turns in the order in which the practice lists them.
    """
    speaking = [each for each in coordinators if language in each.languages]
    return min(speaking or coordinators, key=lambda each: owned.get(each.id, 0)).id


def standing(outcome: Outcome, due_at: datetime) -> Standing:
    """How a referral with this outcome stands while nobody has spoken with the person."""
    match outcome:
        case Proposed():
            return Standing(PROPOSED, REACH_OUT, due_at)
        case NobodyFits(could_free=True):
            return Standing(WAITLISTED, REACH_OUT, due_at)
        case NobodyFits():
            return Standing(REFERRED_OUT, REACH_OUT, due_at)
        case Held():
            return Standing(HELD, REVIEW_HOLD, due_at, why=outcome.why)
        case Opened():
            return Standing(PROFESSIONAL, REACH_OUT, due_at)


def decide_again(referral: Referral, request: Request, desk: Desk, dues: Dues) -> tuple[Referral, Outcome]:
    """The referral as a new decision on this request leaves it, and the decision; nobody is chosen then."""
    outcome = desk.decide(request)
    return renewed(replace(referral, request=request), outcome, desk, dues), outcome


def renewed(referral: Referral, outcome: Outcome, desk: Desk, dues: Dues) -> Referral:
    """The referral as this new decision leaves it; a word or a call that is owed by then stays due."""
    stands = standing(outcome, dues.contact)
    duty = referral.standing
    if not referral.contacted and duty.next_action in {REACH_OUT, MISSED_CALL} and duty.due_at > dues.now:
        stands = stands.with_duty(duty.next_action, duty.due_at) if stands.stage in SPOKEN_WITH else stands
    if referral.contacted and stands.stage in SPOKEN_WITH:
        waits = stands.stage == WAITLISTED
        stands = stands.with_duty(SPOKEN_WITH[stands.stage], dues.check_in if waits else dues.contact)
    called = comes_next(stands, referral.call)
    return replace(
        referral,
        standing=still_due(called, duty) if called.next_action == duty.next_action == CALL else called,
        pending=None,
        policy_version=desk.policy.version,
        roster_version=desk.roster.version,
        heard_at=dues.now,
        checked_in=False,
        closed_at=None,
    )
