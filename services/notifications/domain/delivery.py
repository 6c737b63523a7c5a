"""What a mail is before it is one: a row that says to whom, about what, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Template = Literal[
    "acknowledgement",
    "waitlist",
    "referred_out",
    "reading_list",
    "referral",
    "nobody_fits",
    "held",
    "readiness_notice",
    "safety_alert",
    "quarantine_notice",
]
MailClass = Literal["transactional", "safety", "resources", "coordinator"]
Role = Literal["client", "coordinator", "on_call"]
SafetyLevel = Literal["none", "elevated", "crisis"]

CLASSES: Mapping[Template, MailClass] = {
    "acknowledgement": "transactional",
    "waitlist": "transactional",
    "referred_out": "transactional",
    "reading_list": "resources",
    "referral": "coordinator",
    "nobody_fits": "coordinator",
    "held": "coordinator",
    "readiness_notice": "coordinator",
    "safety_alert": "safety",
    "quarantine_notice": "coordinator",
}


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One mail to one recipient. `codes` is the fact it tells of: ids, codes and times, never a word."""

    template: Template
    role: Role
    recipient_id: str  # the client's request, or a coordinator's id
    request_id: str
    reference: str
    subject_id: str  # the request, referral or reading list that the mail is about
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
    version: int  # grows with every attempt
    attempts: int  # this one included, since it was last held
    uncertain: bool  # an earlier attempt may have reached the mail server
    message_id: str
    stopped: str | None = None  # why it must not go any more
