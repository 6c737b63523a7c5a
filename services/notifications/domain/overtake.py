"""Which mails that still wait are no longer true once a referral has moved on: the one place that says so.

Only mails about a lower version of the same referral are meant; facts of one change carry one version, so
that a mail is never stopped by its own. A mail that is stopped is settled with the reason `overtaken`.
What tells a coordinator of a request (`referral`, `nobody_fits`, `held`) is never stopped: after a 202 it
goes. Nor is a client's `waitlist` or `referred_out`: it goes once a request, and would then never go.
"""

from collections.abc import Mapping
from typing import Literal

from services.notifications.domain.delivery import FAREWELLS, Template

OVERTAKEN = "overtaken"

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
