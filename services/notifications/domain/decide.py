"""Contact safety: may this mail go to this person now, later, or never?

`decide` is the one place that says so, and every path to the mail server asks it. Codes of refusal:

    expired               it would come too late to be true
    withdrawn, referral_cancelled, silenced
                          stopped: by the person or the practice
    overtaken             stopped: the referral has moved on
    call_changed          the call is at another time or with another coordinator, or another one stands
    call_cancelled        the call does not take place
    call_marked           somebody has said already how the call went
    acknowledged          stopped: somebody has the crisis that the alert tells of
    series_paused, series_stopped, series_ready
                          stopped: the readings rest, have ended, or their reader is ready to begin
    confirmed             they have told themselves, by now, what is still true
    just_confirmed        the confirmation of this very booking went less than six hours ago, or goes first
    nothing_open          a digest of a day on which nothing waits
    unknown_person        nobody by that id: never known, or erased
    no_email              no address was given
    email_not_ok          the person does not want e-mail
    bounced               their address does not exist, as its own server said; a new one lifts it
    complained            whoever reads there called our mail unwanted; only answers to what they just did go,
                          and what is said of a call that they booked. A new address lifts it
    acknowledged_often    the address has had answers enough for a day; anybody can type in a stranger's.
                          Never in a crisis: the lines to call come with the answer
    unsafe_at_home        somebody at home may read it; only one neutral acknowledgement may go
    safe_hours_unusable   hours were given that cannot be understood, so none can be called safe
    safe_hours, quiet_hours
                          the hours that would hold it end only when it is no longer true

and of waiting: `clinical_hold` (words of crisis, until a named person clears them; or a referral that is held
for such), `partner_violence` and `minor` (a referral that is held, until a named person releases it),
`safe_hours` (the person's own), `quiet_hours` (the practice's; not where the call that the mail is about
would be less than an hour away at their end). A hold lets pass what answers something that the person just
did about their note, their call or their address.

The writer is always the recipient: for whom they wrote changes nothing. Coordinators and clinicians are
written to at any hour; but while a crisis is not cleared nobody is introduced to anybody.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.notifications.domain.call import CALL_MAILS, CallNow
from services.notifications.domain.delivery import (
    ABOUT_NO_REQUEST,
    Delivery,
    PlannedDelivery,
    SafetyLevel,
    Template,
)
from services.notifications.domain.hours import DailyHours
from services.notifications.domain.overtake import OVERTAKEN, reminds_in_vain, untrue_of_call

JUST_NOW = timedelta(hours=1)  # so long is an answer the answer to something the person just did
LOOK_AGAIN_AFTER = timedelta(hours=1)  # while a crisis is not cleared, or a referral is held
NEAR = timedelta(hours=1)  # so near a call, what is to be said of it waits for no quiet hours
ANSWERS: frozenset[Template] = frozenset(  # what anybody can bring about at a stranger's address
    {
        *("acknowledgement", "professional_acknowledgement", "reading_list", "contact_changed"),
        *("call_confirmed", "call_moved", "call_cancelled", "call_reminder", "call_missed"),
    }
)
# What is said at once to somebody who wrote, or changed something by their own link, whatever is held.
PASSES_HOLDS: frozenset[Template] = frozenset(
    {"acknowledgement", "call_confirmed", "call_moved", "call_cancelled", "contact_changed"}
)
HOLDS = ("clinical_hold", "partner_violence", "minor")  # of a referral; the gravest first
BOUNCED = "bounced"
COMPLAINED = "complained"
PASSES_COMPLAINTS: frozenset[Template] = PASSES_HOLDS | {"call_reminder"}  # and mail of class safety
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
    """How a request stands at this moment. `barriers`: HOLDS, BOUNCED, COMPLAINED, as far as they apply."""

    safety_level: SafetyLevel
    barriers: AbstractSet[str] = frozenset()
    call: CallNow | None = None  # the latest; asked for where the mail is about one
    just_confirmed: bool = False  # that call, as it is
    ready: bool = False  # they say that they are, and have not yet told what is still true


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
    refused = _untrue(plan, request, now)
    if refused is None and plan.role == "client":
        refused = _never(plan, contact, request)
    if refused is not None:
        return refused
    if plan.role == "client":
        return _to_the_person(delivery, contact, request, practice, now)
    introduces = plan.template in INTRODUCES and request.safety_level == "crisis"
    return _hold(delivery, now + LOOK_AGAIN_AFTER, "clinical_hold") if introduces else OPENLY


def refused_already(delivery: Delivery, now: datetime) -> NotSent | None:
    """Why it cannot go, whatever would be known of anybody: nobody's contact is asked for in vain."""
    not_after = delivery.plan.not_after
    if not_after is not None and now >= not_after:
        return NotSent("expired")
    return None if delivery.stopped is None else NotSent(delivery.stopped)


def _empty(delivery: Delivery, open_duties: int) -> NotSent | None:
    return NotSent("nothing_open") if delivery.plan.template == "digest" and not open_duties else None


def _untrue(plan: PlannedDelivery, request: Standing, now: datetime) -> NotSent | None:
    """Why nobody needs this mail any more: about a call, or about somebody who is ready."""
    if plan.template == "ready_notice" and not request.ready:
        return NotSent("confirmed")
    if reminds_in_vain(plan, request.call, now):
        return NotSent(OVERTAKEN)
    if plan.template not in CALL_MAILS:
        return None
    why = untrue_of_call(plan, request.call)
    if why is None and plan.template == "call_reminder" and request.just_confirmed:
        why = "just_confirmed"
    return None if why is None else NotSent(why)


def _never(plan: PlannedDelivery, contact: Reach, request: Standing) -> NotSent | None:
    """Why the person must not get this mail at any hour."""
    often = contact.acknowledged_often and plan.template in ANSWERS and request.safety_level != "crisis"
    reasons = {
        "silenced": contact.silenced,
        "no_email": contact.email is None,
        "email_not_ok": not contact.email_ok,
        BOUNCED: BOUNCED in request.barriers,
        COMPLAINED: COMPLAINED in request.barriers and not _passes_complaints(plan),
        "acknowledged_often": often,
        "unsafe_at_home": contact.unsafe_at_home and plan.template != "acknowledgement",
    }
    return next((NotSent(why) for why, applies in reasons.items() if applies), None)


def _to_the_person(
    delivery: Delivery, contact: Reach, request: Standing, practice: QuietHours, now: datetime
) -> Decision:
    plan = delivery.plan
    crisis = request.safety_level == "crisis"
    waits_for = "clinical_hold" if crisis else next((one for one in HOLDS if one in request.barriers), None)
    if waits_for is not None and not _passes_holds(plan):
        return _hold(delivery, now + LOOK_AGAIN_AFTER, waits_for)
    answers_now = plan.immediate and now - plan.occurred_at <= JUST_NOW
    held = _by_safe_hours(delivery, contact, now)
    if held is not None:
        return held
    if contact.safe_hours is None and contact.unsafe_at_home and not answers_now:
        return NotSent("unsafe_at_home")  # they are no longer sure to be alone with their screen
    if contact.safe_hours is None and plan.mail_class != "safety" and not answers_now:
        held = _by_quiet_hours(delivery, practice, contact.zone, now)
        if held is not None:
            return held
    return Send(discreet=contact.discreet or contact.unsafe_at_home, neutral=contact.unsafe_at_home or crisis)


def _passes_complaints(plan: PlannedDelivery) -> bool:
    return plan.mail_class == "safety" or plan.template in PASSES_COMPLAINTS


def _passes_holds(plan: PlannedDelivery) -> bool:
    if plan.mail_class == "safety" or plan.template == "acknowledgement":
        return True
    return plan.immediate and plan.template in PASSES_HOLDS


def _by_quiet_hours(
    delivery: Delivery, practice: QuietHours, zone: ZoneInfo, now: datetime
) -> HoldUntil | NotSent | None:
    quiet = practice.hours
    if quiet is None or not quiet.holds(now, zone):
        return None
    until = DailyHours(quiet.closes, quiet.opens).next_opening(now, zone)
    near = delivery.plan.template in CALL_MAILS and until > _call_at(delivery.plan) - NEAR
    return None if near else _hold_by_clock(delivery, until, "quiet_hours")


def _call_at(plan: PlannedDelivery) -> datetime:
    """When the call is or, where it is moved, was: whichever the person would be ready for first."""
    said = (plan.codes["starts_at"], plan.codes.get("previous_starts_at"))
    return min(datetime.fromisoformat(one) for one in said if one is not None)


def _by_safe_hours(delivery: Delivery, contact: Reach, now: datetime) -> HoldUntil | NotSent | None:
    """The person's own hours come before every other clock."""
    if contact.safe_hours is None:
        return None
    hours = DailyHours.read(*contact.safe_hours)
    if hours is None:
        return NotSent("safe_hours_unusable")
    if hours.holds(now, contact.zone):
        return None
    return _hold_by_clock(delivery, hours.next_opening(now, contact.zone), "safe_hours")


def _hold_by_clock(delivery: Delivery, until: datetime, why: str) -> HoldUntil | NotSent:
    """The end of such a hold is known: what would be untrue by then is given up now, with the reason."""
    not_after = delivery.plan.not_after
    return HoldUntil(until, why) if not_after is None or until < not_after else NotSent(why)


def _hold(delivery: Delivery, until: datetime, why: str) -> HoldUntil:
    """No longer than the mail stands: at its end it is looked at once more, and given up with a reason."""
    not_after = delivery.plan.not_after
    return HoldUntil(until if not_after is None else min(until, not_after), why)
