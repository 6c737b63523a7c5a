"""What may be done with a call, and what it is afterwards.

`version` grows with every change of any call of a request, `sequence` with each change that a calendar has to
hear of: moved, or cancelled. Each function here gives the call as it will be, or the code of a refusal.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.intake.domain.call import Call, NotDone, NotOffered
from services.intake.domain.decision import Admitted, Decision
from services.intake.domain.request import Request
from shared.practice import Practice
from shared.practice.calls import Calls

PERSON = "person"
MOST_CHANGES = 10  # of calls under one e-mail address by the person, within a day
MOST_AHEAD = 2  # calls under one e-mail address that a person adds to by themselves
LONGEST_CALL = timedelta(hours=4)
FURTHEST = timedelta(days=366)  # that a coordinator books ahead
UNKNOWN_STATE = "unknown"
WRITER_IS_CLIENT = frozenset({"self", "couple"})

Mark = Literal["attended", "missed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person beside their request.

    By their own word alone: whoever posted may have typed a stranger's address or number, and what others
    said there must not be read off a page. By which mails they hear of it the strictest decides (`Reach`).
    """

    person_id: str
    phone_known: bool
    voicemail_ok: bool
    silenced: bool  # this very person, by their own link or by the practice
    unsafe_at_home: bool
    ended: bool  # the person took their request back, or matching said that it has come to its end
    rules_changed: bool  # how they may be reached is no longer as they first said


@dataclass(frozen=True, slots=True)
class PhoneSaid:
    """What somebody who books says about being called; None: nothing that changes anything."""

    phone: str | None
    voicemail_ok: bool | None

    @property
    def changes(self) -> bool:
        """Whether anything is to be kept."""
        return self.phone is not None or self.voicemail_ok is not None


@dataclass(frozen=True, slots=True)
class Time:
    """From when to when, with whom, and in which languages somebody must interpret."""

    starts_at: datetime
    ends_at: datetime
    coordinator_id: str
    interpreter: tuple[str, ...] = ()


def why_not_offered(request: Request, standing: Standing, practice: Practice) -> NotOffered | None:
    """Why this person is offered no call, if they are not."""
    barred = _barred(practice, request.path, request.safety_level, request.for_, request.age_band)
    reasons: dict[NotOffered, bool] = {
        "unsafe_at_home": standing.unsafe_at_home or "danger_at_home" in request.flags,
        "quarantined": request.status == "quarantined",
        "closed": request.status == "discarded" or standing.ended,
        "silenced": standing.silenced,
    }
    return barred or next((why for why, so in reasons.items() if so), None)


def why_not_offered_at_first(decision: Decision, practice: Practice) -> NotOffered | None:
    """The same of a request that has just come."""
    if not isinstance(decision, Admitted):
        return "quarantined"
    said = decision.request
    barred = _barred(practice, said.path, said.safety.level, said.for_, said.age_band)
    return barred or ("unsafe_at_home" if "danger_at_home" in said.flags else None)


def _barred(practice: Practice, path: str, level: str, for_: str, age_band: str | None) -> NotOffered | None:
    if practice.first_step == "none":
        return "no_calls"
    if path != "consultation":
        return "not_a_consultation"
    if level == "crisis":
        return "crisis"
    return "minor" if for_ in WRITER_IS_CLIENT and age_band != "adult" else None


def what_counts(said: PhoneSaid, standing: Standing) -> PhoneSaid:
    """What of it counts: a link in an answer must not undo what its person said later by one in a mail.

    A number, where none is known. A no to voicemail always; a yes with a number that comes along, or as long
    as nothing was changed since they wrote.
    """
    phone = None if standing.phone_known else said.phone
    loosens = bool(said.voicemail_ok) and phone is None and standing.rules_changed
    counts = said.voicemail_ok != standing.voicemail_ok and not loosens
    return PhoneSaid(phone, said.voicemail_ok if counts else None)


def version_of(call: Call | None) -> int:
    """That of the call, 0 where there is none: what a form shows of it."""
    return call.version if call is not None else 0


def is_at(call: Call | None, starts_at: datetime) -> bool:
    """Whether the call is booked at this very time."""
    return call is not None and call.is_booked and call.starts_at == starts_at


def may_book(
    call: Call | None, seen: int, starts_at: datetime, calls: Calls, now: datetime, changes: int
) -> NotDone | None:
    """Why the person cannot book this time, whoever is free then; `changes` as many as they made lately.

    A call that is over and of which nobody said what came of it may be moved: they try again.
    """
    if version_of(call) != seen:
        return "changed"
    if call is not None and call.is_booked and call.starts_at <= now < call.ends_at:
        return "not_now"
    if changes >= MOST_CHANGES:
        return "too_often"
    return "passed" if starts_at < now + calls.notice else None


def may_add(call: Call | None, others_ahead: int, now: datetime) -> NotDone | None:
    """Why the person cannot have one more call ahead; one that moves is none more."""
    is_more = call is None or not call.is_ahead(now)
    return "too_many" if is_more and others_ahead >= MOST_AHEAD else None


def may_cancel(call: Call | None, seen: int, now: datetime) -> NotDone | None:
    """Why a call cannot be cancelled: it is not as it was seen, there is none, or it has begun."""
    if version_of(call) != seen:
        return "changed"
    return None if call is not None and call.is_ahead(now) else "not_now"


def may_mark(call: Call | None, seen: int, mark: Mark, now: datetime) -> NotDone | None:
    """Why it cannot be said what came of it: only from its beginning on.

    Who was missed may be reached later that day: *missed* can still become *attended*.
    """
    if version_of(call) != seen:
        return "changed"
    open_to = ("booked", "missed") if mark == "attended" else ("booked",)
    return None if call is not None and call.status in open_to and now >= call.starts_at else "not_now"


def may_locate(
    call: Call | None, state: str, practice: Practice, now: datetime, changes: int
) -> NotDone | None:
    """Why it cannot be kept where the person will be."""
    if state != UNKNOWN_STATE and state not in practice.rules.states:
        return "unknown_state"
    if call is None or not call.is_booked or call.ends_at <= now:
        return "not_now"
    return "too_often" if changes >= MOST_CHANGES else None


def arranged_end(starts_at: datetime, minutes: int | None, calls: Calls, now: datetime) -> datetime | None:
    """When a call that a coordinator arranges ends; None where it has no length, or is years away."""
    length = calls.length if minutes is None else timedelta(minutes=min(max(minutes, 0), 24 * 60))
    within = timedelta(0) < length <= LONGEST_CALL and starts_at <= now + FURTHEST
    return starts_at + length if within else None


def booked(
    request: Request, before: Call | None, time: Time, id_: str, by: str, zone: str, now: datetime
) -> Call:
    """A new call; `before` is the request's call until now, whatever became of it."""
    return Call(
        id=id_,
        request_id=request.id,
        reference=request.reference,
        version=version_of(before) + 1,
        sequence=0,
        status="booked",
        coordinator_id=time.coordinator_id,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        time_zone=zone,
        booked_at=now,
        changed_at=now,
        by=by,
        interpreter=time.interpreter,
        located_version=before.located_version if before is not None else 0,
        test=request.test,
    )


def moved(call: Call, time: Time, by: str, now: datetime) -> Call:
    """The same call at another time, or with another coordinator."""
    return replace(
        _changed(call, by, now),
        sequence=call.sequence + 1,
        coordinator_id=time.coordinator_id,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        interpreter=time.interpreter,
    )


def cancelled(call: Call, by: str, now: datetime) -> Call:
    """The call does not take place."""
    return replace(_changed(call, by, now), sequence=call.sequence + 1, status="cancelled")


def marked(call: Call, mark: Mark, by: str, now: datetime) -> Call:
    """The call, and what came of it."""
    return replace(_changed(call, by, now), status=mark)


def located(call: Call, state: str) -> Call:
    """The call, and where the person will be; nothing that its version counts has changed."""
    return replace(call, state=state, located_version=call.located_version + 1)


def _changed(call: Call, by: str, now: datetime) -> Call:
    return replace(call, version=call.version + 1, changed_at=now, by=by)
