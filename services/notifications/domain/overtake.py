"""Which mails that still wait are no longer true once a referral, a call or a series of readings has moved
on: the one place that says so.

Only mails about a lower version of the same referral are meant; facts of one change carry one version, so
that a mail is never stopped by its own. A mail that is stopped is settled with the reason `overtaken`.
What tells a coordinator of a request (`referral`, `nobody_fits`, `held`) is never stopped: after a 202 it
goes. Nor is a client's `waitlist` or `referred_out`: it goes once a request, and would then never go.

A fact about a call stops the coordinators' reminders, too: what is due is another thing since, but for a look
that somebody must take in any case.

Mails about a call are stopped by any later fact about a call of the same request, and looked at once more
when they would be sent. That a call does not take place stays true whatever is booked after it, and whoever
has it in a calendar needs to hear it.

A series that rests takes back its mails that wait, and what comes of it later goes again. One that has ended,
or whose reader is ready, leaves a closure behind: nothing of it goes any more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from services.notifications.domain.call import CALL_MAILS, CallNow
from services.notifications.domain.delivery import FAREWELLS, PlannedDelivery, Template

OVERTAKEN = "overtaken"
SERIES_PAUSED = "series_paused"
SERIES_STOPPED = "series_stopped"
SERIES_READY = "series_ready"
CALL_CHANGED = "call_changed"
CALL_CANCELLED = "call_cancelled"
CALL_MARKED = "call_marked"

Turn = Literal[
    "proposed",
    "waitlisted",
    "referred_out",
    "held",
    "opened",
    "released",
    "offered",
    "accepted",
    "introduced",
    "declined",
    "reopened",
    "still_waiting",
    "completed",
    "cancelled",
    "failed",
]

REMINDERS: frozenset[Template] = frozenset({"overdue"})  # something has been done about it
WITH_OR_WITHOUT_A_CALL = frozenset({"review_hold", "review_silence"})  # a call changes nothing about them
BEFORE_A_CALL = frozenset({"reach_out", "missed_call"})  # done, once a call is booked
OFFERS: frozenset[Template] = frozenset({"offer"})
INTRODUCTIONS: frozenset[Template] = frozenset(
    {"introduction", "introduction_clinician", "supervisor_notice", "introduced_notice"}
)
CHECK_INS: frozenset[Template] = frozenset({"waitlist_check_in"})
_NOBODY_IS_ASKED = REMINDERS | OFFERS | INTRODUCTIONS

_STOPPED_BY: Mapping[Turn, frozenset[Template]] = {
    "proposed": _NOBODY_IS_ASKED | CHECK_INS | FAREWELLS,
    "waitlisted": _NOBODY_IS_ASKED | FAREWELLS,
    "referred_out": _NOBODY_IS_ASKED | CHECK_INS | FAREWELLS,
    "held": _NOBODY_IS_ASKED | CHECK_INS | FAREWELLS,
    "opened": REMINDERS,
    "released": REMINDERS,
    "offered": _NOBODY_IS_ASKED | CHECK_INS | FAREWELLS,
    "accepted": REMINDERS | OFFERS,
    "introduced": _NOBODY_IS_ASKED | CHECK_INS,
    "declined": REMINDERS | OFFERS,
    "reopened": _NOBODY_IS_ASKED | CHECK_INS | FAREWELLS,
    "still_waiting": REMINDERS | CHECK_INS,
    "completed": _NOBODY_IS_ASKED | CHECK_INS,
    "cancelled": _NOBODY_IS_ASKED | CHECK_INS,
    "failed": _NOBODY_IS_ASKED | CHECK_INS,
}


def stopped_by(turn: Turn) -> frozenset[Template]:
    """The templates whose waiting mails this turn of a referral makes untrue."""
    return _STOPPED_BY[turn]


CALLED_OFF: frozenset[Template] = frozenset({"call_cancelled", "call_cancelled_notice"})
OF_ITS_OWN: frozenset[Template] = frozenset(
    {"call_elsewhere"}
)  # counts where the person will be, not the call
STOPPED_BY_A_LATER_CALL: frozenset[Template] = CALL_MAILS - CALLED_OFF - OF_ITS_OWN


def reminds_in_vain(plan: PlannedDelivery, call: CallNow | None, now: datetime) -> bool:
    """Whether a coordinator would be reminded to reach out to somebody who has a call ahead of them.

    Who keeps the referral may hear of the call after its clock has struck, and we of the call before that.
    """
    if plan.template not in REMINDERS or plan.codes.get("next_action") not in BEFORE_A_CALL:
        return False
    if call is None or call.status != "booked" or call.starts_at is None:
        return False
    return call.starts_at > now


def untrue_of_call(plan: PlannedDelivery, call: CallNow | None) -> str | None:
    """Why this mail about a call is not true of the request's latest call, as a code; None where it is."""
    if call is None:
        return CALL_CHANGED
    same = call.consultation_id == plan.subject_id
    match plan.template:
        case "call_cancelled":
            return CALL_CHANGED if same and call.status != "cancelled" else None
        case "call_cancelled_notice":
            hers = same and call.status == "booked" and call.coordinator_id == plan.recipient_id
            return CALL_CHANGED if hers else None
        case "call_elsewhere":
            true = same and call.status == "booked" and call.state == plan.codes["state"]
        case "call_missed":
            true = same and call.status == "missed"
        case _:
            true = same and call.status == "booked" and call.version == plan.subject_version
    if true:
        return None
    if call.status == "cancelled":
        return CALL_CANCELLED
    return CALL_MARKED if same and call.status in ("attended", "missed") else CALL_CHANGED
