"""Contact safety: may this mail go to this person now, later, or never?

`decide` is the one place that says so, and every path to the mail server asks it. Codes of refusal:

    expired               it would come too late to be true
    withdrawn, referral_cancelled, silenced
                          stopped: by the person or the practice
    overtaken             stopped: the referral has moved on
    nothing_open          a digest of a day on which nothing waits
    unknown_person        nobody by that id: never known, or erased
    no_email              no address was given
    email_not_ok          the person does not want e-mail
    acknowledged_often    the address has had answers enough for a day; anybody can type in a stranger's.
                          Never in a crisis: the lines to call come with the answer
    unsafe_at_home        somebody at home may read it; only one neutral acknowledgement may go
    safe_hours_unusable   hours were given that cannot be understood, so none can be called safe

and of waiting: `clinical_hold` (words of crisis, until a named person clears them), `safe_hours` (the
person's own), `quiet_hours` (the practice's). The writer is always the recipient: for whom they wrote
changes nothing. Coordinators and clinicians are written to at any hour; but while a crisis is not cleared
nobody is introduced to anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.notifications.domain.delivery import ABOUT_NO_REQUEST, Delivery, SafetyLevel, Template
from services.notifications.domain.hours import DailyHours

JUST_NOW = timedelta(hours=1)  # so long is an answer the answer to something the person just did
LOOK_AGAIN_AFTER = timedelta(hours=1)  # while a crisis is not cleared
ANSWERS: frozenset[Template] = frozenset({"acknowledgement", "professional_acknowledgement", "reading_list"})
INTRODUCES: frozenset[Template] = frozenset({"offer", "introduction_clinician", "supervisor_notice"})


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person asked to be reached. `safe_hours` is as they wrote it: from and to, "HH:MM"."""

    email: str | None
    email_ok: bool
    discreet: bool
    safe_hours: tuple[str, str] | None
    unsafe_at_home: bool
    silenced: bool
    acknowledged_often: bool
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Standing:
    """How urgent a request is at this moment."""

    safety_level: SafetyLevel


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When the practice writes to nobody who is not waiting for it, by the person's wall clock."""

    hours: DailyHours | None


@dataclass(frozen=True, slots=True)
class Send:
    """It may go now. `discreet` hides the practice; `neutral` says nothing but that the note arrived."""

    discreet: bool
    neutral: bool


@dataclass(frozen=True, slots=True)
class HoldUntil:
    """Not now; ask again at `until`."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Never."""

    why: str


Decision = Send | HoldUntil | NotSent
OPENLY = Send(discreet=False, neutral=False)


def decide(
    delivery: Delivery,
    contact: Reach | None,
    request: Standing | None,
    practice: QuietHours,
    now: datetime,
    *,
    open_duties: int = 0,
) -> Decision:
    """Whether this mail may go now. What the practice tells itself is never held back by a client's hours.

    `open_duties`: how many things wait for the coordinator whose digest it is.
    """
    plan = delivery.plan
    refused = refused_already(delivery, now) or _empty(delivery, open_duties)
    if refused is not None:
        return refused
    if plan.role == "on_call" or plan.template in ABOUT_NO_REQUEST:
        return OPENLY  # an alert waits for nothing, not even for a name
    if contact is None or request is None:
        return NotSent("unknown_person")
    if plan.role == "client":
        return _never(delivery, contact, request) or _to_the_person(delivery, contact, request, practice, now)
    if plan.template in INTRODUCES and request.safety_level == "crisis":
        return _hold(delivery, now + LOOK_AGAIN_AFTER, "clinical_hold")
    return OPENLY


def refused_already(delivery: Delivery, now: datetime) -> NotSent | None:
    """Why it cannot go, whatever would be known of anybody: nobody's contact is asked for in vain."""
    not_after = delivery.plan.not_after
    if not_after is not None and now >= not_after:
        return NotSent("expired")
    return None if delivery.stopped is None else NotSent(delivery.stopped)


def _empty(delivery: Delivery, open_duties: int) -> NotSent | None:
    return NotSent("nothing_open") if delivery.plan.template == "digest" and not open_duties else None


def _never(delivery: Delivery, contact: Reach, request: Standing) -> NotSent | None:
    """Why the person must not get this mail at any hour."""
    if contact.silenced:
        return NotSent("silenced")
    if contact.email is None:
        return NotSent("no_email")
    if not contact.email_ok:
        return NotSent("email_not_ok")
    if contact.acknowledged_often and delivery.plan.template in ANSWERS and request.safety_level != "crisis":
        return NotSent("acknowledged_often")
    if contact.unsafe_at_home and delivery.plan.template != "acknowledgement":
        return NotSent("unsafe_at_home")
    return None


def _to_the_person(
    delivery: Delivery, contact: Reach, request: Standing, practice: QuietHours, now: datetime
) -> Decision:
    plan = delivery.plan
    crisis = request.safety_level == "crisis"
    if crisis and plan.template != "acknowledgement" and plan.mail_class != "safety":
        return _hold(delivery, now + LOOK_AGAIN_AFTER, "clinical_hold")
    answers_now = plan.immediate and now - plan.occurred_at <= JUST_NOW
    held = _by_safe_hours(delivery, contact, now)
    if held is not None:
        return held
    if contact.safe_hours is None and contact.unsafe_at_home and not answers_now:
        return NotSent("unsafe_at_home")  # they are no longer sure to be alone with their screen
    if contact.safe_hours is None and plan.mail_class != "safety" and not answers_now:
        quiet = practice.hours
        if quiet is not None and quiet.holds(now, contact.zone):
            return _hold(delivery, _end_of(quiet, now, contact.zone), "quiet_hours")
    return Send(discreet=contact.discreet or contact.unsafe_at_home, neutral=contact.unsafe_at_home or crisis)


def _by_safe_hours(delivery: Delivery, contact: Reach, now: datetime) -> HoldUntil | NotSent | None:
    """The person's own hours come before every other clock."""
    if contact.safe_hours is None:
        return None
    hours = DailyHours.read(*contact.safe_hours)
    if hours is None:
        return NotSent("safe_hours_unusable")
    if hours.holds(now, contact.zone):
        return None
    return _hold(delivery, hours.next_opening(now, contact.zone), "safe_hours")


def _end_of(quiet: DailyHours, now: datetime, zone: ZoneInfo) -> datetime:
    return DailyHours(quiet.closes, quiet.opens).next_opening(now, zone)


def _hold(delivery: Delivery, until: datetime, why: str) -> HoldUntil:
    """No longer than the mail stands: at its end it is looked at once more, and given up with a reason."""
    not_after = delivery.plan.not_after
    return HoldUntil(until if not_after is None else min(until, not_after), why)
