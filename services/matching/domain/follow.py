"""What follows without a coordinator's act: time passes, the person asks, intake has news, a place frees."""

from dataclasses import replace
from datetime import datetime

from services.matching.domain.announce import about, decided
from services.matching.domain.call import said_of, with_call
from services.matching.domain.change import Done, ended, forbidden, kept, moved, next_version
from services.matching.domain.life import (
    A_PERSONS_DUTY,
    ALLOWED,
    CANCELLED,
    HEAR_BACK,
    PROPOSE_AGAIN,
    REACH_OUT,
    REOPENED,
    REVIEW_SILENCE,
    SILENCED,
    WAITLISTED,
)
from services.matching.domain.refer import Desk, renewed
from services.matching.domain.referral import (
    INTAKE,
    THE_CLOCK,
    THE_PERSON,
    CallNews,
    Dues,
    Moved,
    Referral,
    Refused,
    Standing,
)
from services.matching.domain.settle import reopened, without
from services.matching.domain.types import Outcome, Request
from shared.contracts.matching import (
    After,
    Level,
    ReferralCancelled,
    ReferralHeld,
    ReferralOverdue,
    ReferralStillWaiting,
)

PLACE_FREED = "place_freed"  # why somebody who waited is proposed
CRISIS = "crisis"


def lapse(referral: Referral, desk: Desk, dues: Dues) -> Done:
    """The clinician has not answered in time: the place is free, and the coordinator is asked what next."""
    return forbidden(referral, "lapse") or _reopen(
        referral, referral.request, desk, dues, "no_answer", "lapse", THE_CLOCK
    )


def ask_for_someone_else(referral: Referral, desk: Desk, dues: Dues) -> Done:
    """The person would rather have somebody else: proposed again without whom they were introduced to."""
    refused = forbidden(referral, "ask_for_someone_else")
    choice = referral.choice
    if refused or choice is None:
        return refused or Refused("not_now", referral)
    request = without(referral.request, choice)
    return _reopen(referral, request, desk, dues, "someone_else", "ask_for_someone_else", THE_PERSON)


def reopen(
    referral: Referral,
    by: str,
    dues: Dues,
    *,
    withdrawn: bool = False,
    silenced: bool = False,
    cleared_to: str | None = None,
) -> Done:
    """A closed referral is taken up again, and decided on when that settles.

    What intake said of its request, even after the end, counts: whether the person took it back or asked to
    hear nothing more, and the safety level to which somebody cleared it.
    """
    if withdrawn or referral.standing.why == "withdrawn":
        return Refused("withdrawn", referral)
    refused = forbidden(referral, "reopen")
    if refused or silenced:
        return refused or Refused("silenced", referral)
    if cleared_to is not None:
        referral = replace(referral, request=replace(referral.request, safety_level=cleared_to))
    stands = Standing(REOPENED, PROPOSE_AGAIN, dues.settles_at, choice=referral.choice)
    return kept(referral, stands, "reopen", by, dues, {})


def match_again(referral: Referral, outcome: Outcome, desk: Desk, dues: Dues) -> Moved:
    """Somebody who waited can be offered a place now: `outcome` is the proposal.

    Until somebody decides on it, that place is not promised to anybody else. A call that is booked stays due.
    """
    after = renewed(next_version(referral), outcome, desk, dues)
    after = replace(after, standing=replace(after.standing, why=PLACE_FREED))
    fact = decided(after, outcome, After(what=PLACE_FREED))
    return replace(moved(referral, after, "match_again", THE_CLOCK, dues.now, facts=(fact,)), outcome=outcome)


def check_in(referral: Referral, closes_at: datetime, dues: Dues) -> Done:
    """Who has waited for a while is asked whether they still do."""
    refused = forbidden(referral, "check_in")
    if refused:
        return refused
    stands = referral.standing
    if stands.next_action not in A_PERSONS_DUTY:
        stands = stands.with_duty(HEAR_BACK, closes_at)
    after = replace(next_version(referral), standing=stands, checked_in=True)
    fact = ReferralStillWaiting(
        **about(after), owner=referral.owner, waiting_since=referral.request.received_at, closes_at=closes_at
    )
    return moved(referral, after, "check_in", THE_CLOCK, dues.now, facts=(fact,))


def not_asked(referral: Referral, dues: Dues) -> Moved | None:
    """The check-in could not be sent, so silence means nothing: a coordinator asks. None if none was due."""
    if referral.stage != WAITLISTED or not referral.checked_in or referral.pending is not None:
        return None
    stands = referral.standing.with_duty(REACH_OUT, dues.contact)
    after = replace(next_version(referral), standing=stands, checked_in=False, heard_at=dues.now)
    return moved(referral, after, "not_asked", INTAKE, dues.now)


def go_quiet(referral: Referral, dues: Dues) -> Done:
    """Who was asked and has not been heard of is taken off the list, kindly."""
    refused = forbidden(referral, "go_quiet")
    if refused:
        return refused
    return _cancelled(referral, "gone_quiet", "go_quiet", THE_CLOCK, dues)


def silence(referral: Referral, dues: Dues) -> Moved | None:
    """They asked to hear nothing more: what was under way stops, and a person looks. None if nothing was.

    An act that could still be undone was under way too: it is dropped, so that no undo brings back an offer.
    """
    stages = {referral.stage, referral.pending.before.stage if referral.pending else referral.stage}
    if stages.isdisjoint(ALLOWED["silence"]):
        return None
    choice = referral.choice
    stands = Standing(SILENCED, REVIEW_SILENCE, dues.contact, why="silenced")
    after = replace(next_version(referral), standing=stands, pending=None)
    fact = ReferralHeld(
        **about(after),
        owner=referral.owner,
        due_at=dues.contact,
        policy_version=referral.policy_version,
        why="silenced",
        clinician_id=choice.clinician_id if choice else None,
    )
    return moved(referral, after, "silence", INTAKE, dues.now, facts=(fact,))


def lift_silence(referral: Referral, desk: Desk, dues: Dues) -> Moved | None:
    """They may be written to again: decided as of today. None if silence had stopped nothing."""
    if referral.stage != SILENCED:
        return None
    return _reopen(referral, referral.request, desk, dues, "released", "lift_silence", INTAKE)


def withdraw(referral: Referral, why: str, dues: Dues) -> Moved:
    """The request no longer stands: its referral ends, whatever was under way."""
    return _cancelled(referral, why, "withdraw", INTAKE, dues)


def hear_of_call(referral: Referral, news: CallNews, owner: str | None, dues: Dues) -> Moved | None:
    """Intake has news of the call; None where that or something later is known already.

    `owner` is who answers for them from now on: the coordinator who calls, or None where nobody knows them.
    """
    after = with_call(referral, news, owner, dues)
    if after is None:
        return None
    return moved(referral, next_version(after), news.act, news.by, dues.now, said_of(news))


def clear(referral: Referral, level: str, dues: Dues) -> Moved | None:
    """A named person cleared a crisis: what waited for that may go on. None if that was known already."""
    if referral.request.safety_level == level:
        return None
    request = replace(referral.request, safety_level=level)
    return moved(referral, replace(next_version(referral), request=request), "clear", INTAKE, dues.now)


def flag(referral: Referral, dues: Dues) -> Moved | None:
    """Words of crisis came since: nothing goes further until a named person clears them. None if known."""
    if referral.request.safety_level == CRISIS:
        return None
    request = replace(referral.request, safety_level=CRISIS)
    return moved(referral, replace(next_version(referral), request=request), "flag", INTAKE, dues.now)


def nudge(referral: Referral, level: Level, asked: str, next_at: datetime | None, dues: Dues) -> Moved:
    """What is due was not done: `asked` is reminded, and at `next_at` the next one, if there is one."""
    stands = replace(referral.standing, nudged=referral.standing.nudged + 1, nudge_at=next_at)
    after = replace(next_version(referral), standing=stands)
    fact = ReferralOverdue(
        **about(after),
        owner=referral.owner,
        asked=asked,
        level=level,
        next_action=stands.next_action,
        due_at=stands.due_at,
    )
    return moved(referral, after, "nudge", THE_CLOCK, dues.now, {"asked": asked, "level": level}, (fact,))


def _reopen(
    referral: Referral,
    request: Request,
    desk: Desk,
    dues: Dues,
    why: str,
    act: str,
    by: str,
) -> Moved:
    after, facts, outcome = reopened(next_version(referral), request, desk, dues, why)
    return replace(moved(referral, after, act, by, dues.now, facts=facts), outcome=outcome)


def _cancelled(referral: Referral, why: str, act: str, by: str, dues: Dues) -> Moved:
    choice = referral.choice
    after = ended(referral, CANCELLED, why, dues.now)
    fact = ReferralCancelled(
        **about(after),
        cancelled_at=dues.now,
        why=why,
        owner=referral.owner,
        clinician_id=choice.clinician_id if choice else None,
    )
    return moved(referral, after, act, by, dues.now, {"why": why}, (fact,))
