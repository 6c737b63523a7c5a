"""What a settled act leads to. From then on it is announced, and cannot be undone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.matching.domain.announce import about, decided, narrowed
from services.matching.domain.apart import TOGETHER, apart, brings_them_together
from services.matching.domain.change import ended, moved, next_version
from services.matching.domain.life import (
    ACCEPTED,
    CANCELLED,
    COMPLETED,
    DECLINED,
    FAILED,
    FOLLOW_UP,
    GIVEN_UP,
    IN_ERROR,
    INTRODUCED,
    NONE_FITS,
    OFFERED,
    RELEASED,
    REOPENED,
    TAKEN_BACK,
    WAITLISTED,
)
from services.matching.domain.refer import Desk, decide_again
from services.matching.domain.referral import THE_CLOCK, Choice, Dues, Moved, Pending, Referral, Standing
from services.matching.domain.types import Outcome, Request
from shared.contracts.matching import (
    After,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralFact,
    ReferralFailed,
    ReferralInProgress,
    ReferralRejected,
    ReferralReleased,
    ReferralReopened,
    ReferralRequested,
    ReferralWaitlisted,
)
from shared.errors import Defect

Settled = tuple[Referral, tuple[ReferralFact, ...], Outcome | None]


def settle(referral: Referral, desk: Desk, dues: Dues) -> Moved:
    """The act that is pending stands: what follows from it, and the facts that say so."""
    pending = referral.pending
    if pending is None:
        raise Defect("nothing is pending on this referral")
    after, facts, outcome = SETTLING[referral.stage](
        replace(next_version(referral), pending=None), pending, desk, dues
    )
    done = moved(referral, after, f"{pending.act}.settled", THE_CLOCK, dues.now, facts=facts)
    return replace(done, outcome=outcome)


def _offered(referral: Referral, pending: Pending, desk: Desk, dues: Dues) -> Settled:
    choice = _chosen(referral)
    if choice.clinician_id not in desk.roster.clinicians:
        return _left(referral, pending, desk, dues)
    fact = ReferralRequested(
        **about(referral),
        narrowed=narrowed(referral.request),
        owner=referral.owner,
        clinician_id=choice.clinician_id,
        offer_id=choice.offer_id,
        answer_by=choice.answer_by,
    )
    return referral, (fact,), None


def _introduced(referral: Referral, pending: Pending, desk: Desk, dues: Dues) -> Settled:
    choice = replace(_chosen(referral), place="taken")
    stands = Standing(INTRODUCED, FOLLOW_UP, dues.follow_up, choice=choice)
    clinician = desk.roster.clinicians.get(choice.clinician_id)
    if clinician is None:
        return _left(referral, pending, desk, dues)
    said = about(referral) | {
        "owner": referral.owner,
        "clinician_id": choice.clinician_id,
        "offer_id": choice.offer_id,
    }
    supervisor = clinician.supervisor if clinician.associate else None
    begun = ReferralInProgress(**said, due_at=dues.follow_up, supervisor_id=supervisor)
    return replace(referral, standing=stands), (ReferralAccepted(**said), begun), None


def _left(referral: Referral, pending: Pending, desk: Desk, dues: Dues) -> Settled:
    """The clinician has left the practice meanwhile: decided again. They hear of it if they were asked."""
    choice, why = _chosen(referral), "taken_back"
    if pending.act != "choose":
        return reopened(referral, referral.request, desk, dues, why)
    return _again(referral, referral.request, desk, dues, After(what=why, clinician_id=choice.clinician_id))


def _declined(referral: Referral, pending: Pending, desk: Desk, dues: Dues) -> Settled:
    choice, why = _chosen(referral), str(pending.detail["why"])
    request = replace(referral.request, declined_by=referral.request.declined_by | {choice.clinician_id})
    said_no = ReferralRejected(
        **about(referral), clinician_id=choice.clinician_id, offer_id=choice.offer_id, why=why
    )
    follows = After(what="declined", clinician_id=choice.clinician_id, why=why)
    return _again(referral, request, desk, dues, follows, said_no)


def _taken_back(referral: Referral, _pending: Pending, desk: Desk, dues: Dues) -> Settled:
    return reopened(referral, referral.request, desk, dues, "taken_back")


def _reopened(referral: Referral, _pending: Pending, desk: Desk, dues: Dues) -> Settled:
    return reopened(referral, referral.request, desk, dues, "reopened")


def _given_up(referral: Referral, _pending: Pending, desk: Desk, dues: Dues) -> Settled:
    return reopened(referral, without(referral.request, _chosen(referral)), desk, dues, "someone_else")


def without(request: Request, choice: Choice) -> Request:
    """The request as it is decided when the person would rather not have this clinician."""
    return replace(request, given_up=request.given_up | {choice.clinician_id})


def _released(referral: Referral, pending: Pending, desk: Desk, dues: Dues) -> Settled:
    why = str(pending.detail["why"])
    state = pending.detail.get("state", referral.request.state)
    request = replace(referral.request, released=True, state=state)
    if pending.detail.get("work") != TOGETHER and brings_them_together(request, desk.policy, desk.facts):
        request = apart(request, desk.facts)
    said = ReferralReleased(**about(referral), released_by=pending.by, why=why)
    return _again(referral, request, desk, dues, After(what="released", why=why), said)


def _waitlisted(referral: Referral, _pending: Pending, _desk: Desk, dues: Dues) -> Settled:
    fact = ReferralWaitlisted(
        **about(referral),
        owner=referral.owner,
        due_at=referral.standing.due_at,
        policy_version=referral.policy_version,
        nearest=(),
        after=After(what="by_hand"),
    )
    return replace(referral, heard_at=dues.now, checked_in=False), (fact,), None


def _none_fits(referral: Referral, _pending: Pending, _desk: Desk, _dues: Dues) -> Settled:
    return referral, (), None  # the coordinator's own matter so far


def _closed(referral: Referral, pending: Pending, _desk: Desk, dues: Dues) -> Settled:
    why, choice = str(pending.detail["why"]), referral.choice
    closed = replace(ended(referral, referral.stage, why, dues.now), version=referral.version)
    said = about(referral) | {"why": why, "clinician_id": choice.clinician_id if choice else None}
    if referral.stage == FAILED:
        return closed, (ReferralFailed(**said, failed_at=dues.now),), None
    return closed, (ReferralCancelled(**said, cancelled_at=dues.now, owner=referral.owner),), None


def _completed(referral: Referral, pending: Pending, _desk: Desk, dues: Dues) -> Settled:
    choice = referral.choice
    if pending.act == "end_care":  # the loop was closed before; now the place is free
        freed = replace(referral.standing, choice=None)
        return replace(referral, standing=freed, closed_at=dues.now), (), None
    fact = ReferralCompleted(
        **about(referral), completed_at=dues.now, clinician_id=choice.clinician_id if choice else None
    )
    return replace(referral, closed_at=dues.now), (fact,), None


def reopened(referral: Referral, request: Request, desk: Desk, dues: Dues, why: str) -> Settled:
    """What was agreed no longer stands: decided again, and whom it bound is told."""
    choice = referral.choice
    clinician_id = choice.clinician_id if choice else None
    fact = ReferralReopened(**about(referral), why=why, clinician_id=clinician_id)
    return _again(referral, request, desk, dues, After(what=why, clinician_id=clinician_id), fact)


def _again(
    referral: Referral, request: Request, desk: Desk, dues: Dues, follows: After, *first: ReferralFact
) -> Settled:
    after, outcome = decide_again(referral, request, desk.without(referral.choice), dues)
    return after, (*first, decided(after, outcome, follows)), outcome


def _chosen(referral: Referral) -> Choice:
    if referral.choice is None:
        raise Defect("a referral that is offered or given names nobody")
    return referral.choice


SETTLING: Mapping[str, Callable[[Referral, Pending, Desk, Dues], Settled]] = {
    OFFERED: _offered,
    ACCEPTED: _introduced,
    DECLINED: _declined,
    TAKEN_BACK: _taken_back,
    RELEASED: _released,
    REOPENED: _reopened,
    GIVEN_UP: _given_up,
    WAITLISTED: _waitlisted,
    NONE_FITS: _none_fits,
    CANCELLED: _closed,
    FAILED: _closed,
    IN_ERROR: _closed,
    COMPLETED: _completed,
}
