"""A free call, as intake keeps and announces it; a test says only what matters to it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.notifications.domain.call import CALL_MAILS, CallNow
from services.notifications.domain.decide import Standing
from services.notifications.domain.delivery import Delivery, PlannedDelivery, Role, SafetyLevel, Template
from shared.contracts.intake import (
    CallFact,
    Consultation,
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationLocated,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)
from tests.notifications.builders import NOW

LENGTH = timedelta(minutes=20)
TO_THE_PERSON: tuple[Template, ...] = (
    "call_confirmed",
    "call_moved",
    "call_cancelled",
    "call_reminder",
    "call_missed",
)
TO_THE_DESK = tuple(sorted(CALL_MAILS - set(TO_THE_PERSON)))
IN_FIVE_DAYS = NOW + timedelta(days=5)


@dataclass(frozen=True)
class Booked:
    """A request's call as intake has it; what is done to it gives the call as it stands then."""

    starts_at: datetime = IN_FIVE_DAYS
    request_id: str = "request-1"
    call_id: str = "call-1"
    version: int = 1
    sequence: int = 0
    status: str = "booked"
    coordinator_id: str = "dana"
    zone: str = "America/Los_Angeles"
    by: str = "person"
    changed_at: datetime = NOW
    before: "Booked | None" = None
    more: dict[str, Any] = field(default_factory=dict)

    def moved(self, starts_at: datetime, now: datetime, **changes: Any) -> "Booked":
        """At another time, or with somebody else."""
        later: dict[str, Any] = {"version": self.version + 1, "sequence": self.sequence + 1}
        return replace(self, starts_at=starts_at, before=self, changed_at=now, **later | changes)

    def marked(self, status: str, now: datetime, by: str = "coordinator:dana") -> "Booked":
        """Attended or missed, as she says."""
        return replace(self, status=status, version=self.version + 1, changed_at=now, by=by)

    def cancelled(self, now: datetime, by: str = "person") -> "Booked":
        """It does not take place."""
        return replace(self.marked("cancelled", now, by), sequence=self.sequence + 1)

    def again(self, starts_at: datetime, now: datetime, **changes: Any) -> "Booked":
        """Another call of the same request."""
        fresh = Booked(starts_at, self.request_id, f"{self.call_id}+", self.version + 1, changed_at=now)
        return replace(fresh, zone=self.zone, **changes)

    @property
    def stands(self) -> Consultation:
        """What intake answers."""
        fields = self._said | {"status": self.status, "changed_at": self.changed_at}
        return Consultation.model_validate(fields | self.more)

    @property
    def fact(self) -> CallFact:
        """What intake announced last."""
        said, at = self._said | self.more, self.changed_at
        if self.status == "cancelled":
            why = self.by.partition(":")[0]
            return ConsultationCancelled.model_validate({"why": why} | said | {"cancelled_at": at})
        if self.status == "attended":
            return ConsultationAttended.model_validate(said | {"attended_at": at})
        if self.status == "missed":
            return ConsultationMissed.model_validate(said | {"missed_at": at})
        if self.before is None:
            return ConsultationScheduled.model_validate(said | {"scheduled_at": at})
        was = {
            "previous_starts_at": self.before.starts_at,
            "previous_coordinator_id": self.before.coordinator_id,
        }
        return ConsultationRescheduled.model_validate(said | was | {"rescheduled_at": at})

    def located(self, state: str = "NV", *, licensed: bool = False, version: int = 1) -> ConsultationLocated:
        """The person says where they will be."""
        said = {"version": version, "state": state, "licensed": licensed, "located_at": NOW}
        return ConsultationLocated.model_validate(self._said | said)

    @property
    def _said(self) -> dict[str, Any]:
        return {
            "request_id": self.request_id,
            "reference": "R-7F3K2",
            "version": self.version,
            "consultation_id": self.call_id,
            "sequence": self.sequence,
            "coordinator_id": self.coordinator_id,
            "starts_at": self.starts_at,
            "ends_at": self.starts_at + LENGTH,
            "time_zone": self.zone,
            "by": self.by,
        }


def call_mail(template: Template, **changes: Any) -> Delivery:
    """A mail about a call in five days, due now."""
    role: Role = "client" if template in TO_THE_PERSON else "coordinator"
    codes = {"starts_at": IN_FIVE_DAYS.isoformat(), "state": "NV", "coordinator_id": "dana"}
    fields: dict[str, Any] = {
        "template": template,
        "role": role,
        "recipient_id": "request-1" if role == "client" else "dana",
        "request_id": "request-1",
        "reference": "R-7F3K2",
        "subject_id": "call-1",
        "subject_version": 1,
        "codes": codes | changes.pop("codes", {}),
        "occurred_at": NOW,
        "due_at": NOW,
        "not_after": IN_FIVE_DAYS,
        "dedup_key": template,
        "immediate": False,
    }
    return Delivery(
        "delivery-1", PlannedDelivery(**fields | changes), 1, 1, uncertain=False, message_id="<delivery-1@x>"
    )


def true_for(template: Template, level: SafetyLevel = "none", **changes: Any) -> Standing:
    """How the request stands when this mail says the truth."""
    status = {"call_cancelled": "cancelled", "call_cancelled_notice": "cancelled", "call_missed": "missed"}
    fields: dict[str, Any] = {"status": status.get(template, "booked"), "state": "NV"}
    call = CallNow("call-1", 1, coordinator_id="dana", **fields)
    return Standing(level, **{"call": call} | changes)
