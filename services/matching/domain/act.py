"""What a coordinator, a clinician or the person does with a referral: an act leads to `Moved` or `Refused`.

An act that lets something leave the practice is kept at once and announced only when it settles
(`settle.py`); until then it can be undone. Which act is allowed when stands in `life.py`.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.matching.domain.announce import about
from services.matching.domain.apart import APART, TOGETHER, Work
from services.matching.domain.call import as_told, once_spoken, still_due
from services.matching.domain.change import Done, ended, forbidden, kept, moved, next_version, unsafe
from services.matching.domain.life import (
    A_PERSONS_DUTY,
    ACCEPTED,
    AWAIT_ANSWER,
    CALL,
    CLOSINGS,
    COMPLETED,
    DECLINED,
    FIND_ANOTHER_WAY,
    GIVEN_UP,
    INTRODUCE,
    NONE_FITS,
    OFFERED,
    OWED,
    PROPOSE_AGAIN,
    REACH_OUT,
    RECEIVED,
    RELEASED,
    SETTLE,
    TAKEN_BACK,
    WAIT,
    WAITLISTED,
)
from services.matching.domain.referral import (
    THE_PERSON,
    Choice,
    Dues,
    Referral,
    Refused,
    Standing,
)
from services.matching.domain.types import Miss
from shared.contracts.matching import ReferralCancelled

# What no coordinator can set aside: the law, a conflict, a no, also the person's own. A full caseload the
# database refuses.
NEVER_GIVE = frozenset(
    {"licence", "licence_expired", "associate_without_supervisor", "conflict", "not_accepting", "given_up"}
)


def contact(referral: Referral, by: str, dues: Dues) -> Done:
    """Somebody of the practice has spoken with the person: now a coordinator decides."""
    refused = forbidden(referral, "contact")
    if refused:
        return refused
    after = replace(
        next_version(referral),
        standing=once_spoken(referral.standing, dues),
        contacted=True,
        heard_at=dues.now,
        checked_in=False,
        call=as_told(referral.call, dues.now),
    )
    return moved(referral, after, "contact", by, dues.now)


def still_to_reach(referral: Referral, by: str, dues: Dues) -> Done:
    """Nobody has spoken with the person after all: that was said by mistake."""
    refused = forbidden(referral, "still_to_reach")
    if refused:
        return refused
    stands = referral.standing.with_duty(REACH_OUT, dues.contact)
    call = as_told(referral.call, dues.now)
    after = replace(next_version(referral), standing=stands, contacted=False, call=call)
    return moved(referral, after, "still_to_reach", by, dues.now)


def choose(
    referral: Referral,
    by: str,
    clinician_id: str,
    offer_id: str,
    missed: Mapping[str, Miss],
    dues: Dues,
    *,
    asked_first: bool,
) -> Done:
    """One clinician is asked, or given the referral where the practice does not ask; one place is kept.

    `missed` is everybody who does not fit, with codes; a coordinator may set most of them aside.
    """
    refused = forbidden(referral, "choose") or unsafe(referral)
    if refused:
        return refused
    codes = missed[clinician_id].codes if clinician_id in missed else ()
    barred = [code for code in codes if code in NEVER_GIVE]
    if barred:
        return Refused("excluded", referral, why=barred[0])
    choice = Choice(clinician_id, offer_id, "held", dues.answer_by)
    stands = (
        _still_owed(referral, Standing(OFFERED, AWAIT_ANSWER, dues.answer_by, choice=choice))
        if asked_first
        else Standing(ACCEPTED, INTRODUCE, dues.settles_at, choice=choice)
    )
    return kept(referral, stands, "choose", by, dues, {"clinician_id": clinician_id})


def none_fits(referral: Referral, by: str, why: str, dues: Dues) -> Done:
    """None of those proposed is right; a coordinator looks for another way."""
    stands = _still_owed(referral, Standing(NONE_FITS, FIND_ANOTHER_WAY, dues.decision, why=why))
    return (
        forbidden(referral, "none_fits")
        or unsafe(referral)
        or kept(referral, stands, "none_fits", by, dues, {"why": why})
    )


def put_on_waitlist(referral: Referral, by: str, dues: Dues) -> Done:
    """They wait for a place, and are told so."""
    stands = _still_owed(referral, Standing(WAITLISTED, WAIT, dues.check_in, why="by_hand"))
    return (
        forbidden(referral, "put_on_waitlist")
        or unsafe(referral)
        or kept(referral, stands, "put_on_waitlist", by, dues, {})
    )


def release(
    referral: Referral, by: str, why: str, dues: Dues, *, state: str | None = None, work: Work = APART
) -> Done:
    """A person looked, and the request may go on; `state` where it was missing and is known now.

    `work`: where there is violence between partners, whether it goes on for the writer alone.
    """
    stands = Standing(RELEASED, PROPOSE_AGAIN, dues.settles_at, why=why)
    detail = {"why": why} | ({"state": state} if state else {})
    detail |= {"work": work} if work == TOGETHER else {}
    return forbidden(referral, "release") or kept(referral, stands, "release", by, dues, detail)


def take_back(referral: Referral, by: str, dues: Dues) -> Done:
    """The clinician need not answer any more."""
    stands = Standing(TAKEN_BACK, PROPOSE_AGAIN, dues.settles_at, choice=referral.choice)
    return forbidden(referral, "take_back") or kept(referral, stands, "take_back", by, dues, {})


def close(referral: Referral, by: str, why: str, dues: Dues) -> Done:
    """The referral ends, for this reason; whom it was offered or given to will hear so."""
    stands = Standing(CLOSINGS[why], SETTLE, dues.settles_at, why=why, choice=referral.choice)
    return (
        forbidden(referral, "close")
        or unsafe(referral)
        or kept(referral, stands, "close", by, dues, {"why": why})
    )


def complete(referral: Referral, by: str, dues: Dues) -> Done:
    """Care has begun, or the colleague has an answer: the loop is closed."""
    stands = Standing(COMPLETED, SETTLE, dues.settles_at, choice=referral.choice)
    return forbidden(referral, "complete") or kept(referral, stands, "complete", by, dues, {})


def end_care(referral: Referral, by: str, dues: Dues) -> Done:
    """Their work together has come to its end: the place is free again."""
    refused = forbidden(referral, "end_care")
    if refused or referral.choice is None:
        return refused or Refused("not_now", referral)
    stands = Standing(COMPLETED, SETTLE, dues.settles_at, choice=referral.choice)
    return kept(referral, stands, "end_care", by, dues, {})


def someone_else(referral: Referral, by: str, dues: Dues) -> Done:
    """The person told the practice that they would rather have somebody else."""
    stands = Standing(GIVEN_UP, PROPOSE_AGAIN, dues.settles_at, choice=referral.choice)
    return forbidden(referral, "someone_else") or kept(referral, stands, "someone_else", by, dues, {})


def receive(referral: Referral, by: str, dues: Dues) -> Done:
    """The clinician has seen the offer and will answer in time."""
    stands = replace(referral.standing, stage=RECEIVED)
    return (
        forbidden(referral, "receive")
        or _not_theirs(referral, by)
        or moved(referral, replace(next_version(referral), standing=stands), "receive", by, dues.now)
    )


def accept(referral: Referral, by: str, dues: Dues) -> Done:
    """The clinician says yes."""
    stands = Standing(ACCEPTED, INTRODUCE, dues.settles_at, choice=referral.choice)
    return (
        forbidden(referral, "accept")
        or _not_theirs(referral, by)
        or unsafe(referral)
        or kept(referral, stands, "accept", by, dues, {})
    )


def decline(referral: Referral, by: str, why: str, dues: Dues) -> Done:
    """The clinician says no, for this reason; nobody holds it against them."""
    stands = Standing(DECLINED, PROPOSE_AGAIN, dues.settles_at, why=why, choice=referral.choice)
    return (
        forbidden(referral, "decline")
        or _not_theirs(referral, by)
        or kept(referral, stands, "decline", by, dues, {"why": why})
    )


def still_waiting(referral: Referral, dues: Dues) -> Done:
    """They answered that they wait: they are asked again in a while."""
    refused = forbidden(referral, "still_waiting")
    if refused:
        return refused
    stands = referral.standing
    if stands.next_action not in A_PERSONS_DUTY:
        stands = stands.with_duty(WAIT, dues.check_in)
    after = replace(next_version(referral), standing=stands, heard_at=dues.now, checked_in=False)
    return moved(referral, after, "still_waiting", THE_PERSON, dues.now)


def leave_the_list(referral: Referral, act: str, dues: Dues) -> Done:
    """They found someone, or do not want it now: the referral ends, by their own word (`act`)."""
    refused = forbidden(referral, act)
    if refused:
        return refused
    after = ended(referral, "cancelled", act, dues.now)
    fact = ReferralCancelled(**about(after), cancelled_at=dues.now, why=act, owner=referral.owner)
    return moved(referral, after, act, THE_PERSON, dues.now, facts=(fact,))


def undo(referral: Referral, by: str, dues: Dues) -> Done:
    """An act that has not settled is as if it had never been. A clinician undoes their own alone."""
    pending = referral.pending
    if pending is None or dues.now >= pending.settles_at:
        return Refused("not_now", referral)
    if by.startswith("clinician:") and pending.by != by:
        return Refused("not_yours", referral)
    after = replace(
        next_version(referral), standing=pending.before, pending=None, closed_at=pending.closed_at
    )
    return moved(referral, after, "undo", by, dues.now, {"undone": pending.act})


def _still_owed(referral: Referral, stands: Standing) -> Standing:
    """The same, but that somebody of the practice still owes the person a word: that stays due.

    Somebody has acted, so nobody is reminded of it any more; the page and the digest go on saying so. Of a
    call everybody is reminded as before: how it went is to be said, whatever was decided.
    """
    duty = referral.standing
    if duty.next_action == CALL:
        return still_due(stands, duty)
    if referral.contacted or duty.next_action not in OWED:
        return stands
    return replace(
        stands, next_action=duty.next_action, due_at=duty.due_at, nudged=duty.nudged + 1, nudge_at=None
    )


def _not_theirs(referral: Referral, by: str) -> Refused | None:
    choice = referral.choice
    mine = choice is not None and by == f"clinician:{choice.clinician_id}"
    return None if mine else Refused("not_yours", referral)
