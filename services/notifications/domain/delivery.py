"""A delivery: one mail to one recipient, as a row that says to whom, about what, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Template = Literal[
    "acknowledgement",
    "professional_acknowledgement",
    "waitlist",
    "waitlist_check_in",
    "waitlist_close",
    "referred_out",
    "introduction",
    "call_confirmed",
    "call_moved",
    "call_cancelled",
    "call_reminder",
    "call_missed",
    "contact_changed",
    "reading_list",
    "readiness_practice",
    "readiness_reading",
    "readiness_check_in",
    "referral",
    "nobody_fits",
    "held",
    "professional_notice",
    "introduced_notice",
    "withdrawn_notice",
    "call_booked_notice",
    "call_moved_notice",
    "call_cancelled_notice",
    "call_soon",
    "call_outcome",
    "call_elsewhere",
    "overdue",
    "digest",
    "readiness_notice",
    "ready_notice",
    "quarantine_notice",
    "unreachable_notice",
    "safety_alert",
    "offer",
    "offer_ended",
    "introduction_clinician",
    "supervisor_notice",
    "proof_code",
]
MailClass = Literal["transactional", "safety", "resources", "coordinator", "clinician"]
Role = Literal["client", "coordinator", "on_call", "clinician"]
SafetyLevel = Literal["none", "elevated", "crisis"]

CLASSES: Mapping[Template, MailClass] = {
    "acknowledgement": "transactional",
    "professional_acknowledgement": "transactional",
    "waitlist": "transactional",
    "waitlist_check_in": "transactional",
    "waitlist_close": "transactional",
    "referred_out": "transactional",
    "introduction": "transactional",
    "call_confirmed": "transactional",
    "call_moved": "transactional",
    "call_cancelled": "transactional",
    "call_reminder": "transactional",
    "call_missed": "transactional",
    "contact_changed": "transactional",
    "reading_list": "resources",
    "readiness_practice": "resources",
    "readiness_reading": "resources",
    "readiness_check_in": "resources",
    "referral": "coordinator",
    "nobody_fits": "coordinator",
    "held": "coordinator",
    "professional_notice": "coordinator",
    "introduced_notice": "coordinator",
    "withdrawn_notice": "coordinator",
    "call_booked_notice": "coordinator",
    "call_moved_notice": "coordinator",
    "call_cancelled_notice": "coordinator",
    "call_soon": "coordinator",
    "call_outcome": "coordinator",
    "call_elsewhere": "coordinator",
    "overdue": "coordinator",
    "digest": "coordinator",
    "readiness_notice": "coordinator",
    "ready_notice": "coordinator",
    "quarantine_notice": "coordinator",
    "unreachable_notice": "coordinator",
    "safety_alert": "safety",
    "offer": "clinician",
    "offer_ended": "clinician",
    "introduction_clinician": "clinician",
    "supervisor_notice": "clinician",
    "proof_code": "transactional",  # somebody waits for it in front of a page
}

# About somebody's working day or browser: nobody's request, so that intake is asked about nobody.
ABOUT_NO_REQUEST: frozenset[Template] = frozenset({"digest", "proof_code"})
NO_REFERENCE = "-"

# What may have brought a clinician to know of a referral; it has an end that they are told of.
TOLD_A_CLINICIAN: tuple[Template, ...] = ("offer", "introduction_clinician")

# By which a coordinator learns of a referral.
TELLS_OF_A_REFERRAL: frozenset[Template] = frozenset(
    {"referral", "nobody_fits", "held", "professional_notice"}
)

# What comes by itself once somebody has a reading list, one a mail; all four say how the series is stopped.
SERIES: frozenset[Template] = frozenset({"readiness_practice", "readiness_reading", "readiness_check_in"})
READINGS: frozenset[Template] = SERIES | {"reading_list"}

# An alert that comes twice costs a look; one that never comes may cost a life.
KEEPS_GOING_AFTER_A_RESTORE: frozenset[MailClass] = frozenset({"safety"})

# Said when a referral ends: the end itself does not stop it.
FAREWELLS: frozenset[Template] = frozenset({"waitlist_close"})


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One mail to one recipient. `codes` is the fact it tells of: ids, codes and times, never a word."""

    template: Template
    role: Role
    recipient_id: str  # the client's request, a coordinator's id or a clinician's
    request_id: str  # of a mail about no request, what it is about: a proof, a digest
    reference: str
    subject_id: str  # the request, referral, call or reading list that the mail is about
    subject_version: int
    codes: Mapping[str, Any]
    occurred_at: datetime
    due_at: datetime
    not_after: datetime | None
    dedup_key: str
    immediate: bool  # the answer to something the person just did

    @property
    def mail_class(self) -> MailClass:
        """What kind of mail it is for contact safety."""
        return CLASSES[self.template]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A planned mail whose time has come, as its row has it at this moment."""

    id: str
    plan: PlannedDelivery
    version: int  # grows with every claim
    attempts: int  # of the mail server, this one included, since it was last held
    uncertain: bool  # an earlier attempt may have reached the mail server
    message_id: str
    stopped: str | None = None  # why it must not go any more
