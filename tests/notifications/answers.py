"""Intake and matching as notifications sees them: what they answer when they are asked."""

from datetime import timedelta
from typing import Any

from shared.contracts.base import Ask, Plain
from shared.contracts.intake import (
    Consultation,
    ConsultationsAnswered,
    ConsultationsAsked,
    Contact,
    ContactsAnswered,
    ContactsAsked,
    DutiesAnswered,
    DutiesAsked,
    Duty,
    RequestDetail,
    RequestsAnswered,
    RequestsAsked,
)
from shared.contracts.matching import (
    ClinicianDetail,
    CliniciansAnswered,
    CliniciansAsked,
    OpenReferral,
    OpenReferralsAnswered,
    OpenReferralsAsked,
)
from shared.errors import Retryable
from tests.notifications.builders import NOW


class Answers:
    """Intake and matching, as far as their asks go: knows who it is given, and can be away."""

    def __init__(self, *people: tuple[Contact, RequestDetail]) -> None:
        self.people = {one.request_id: (one, detail) for one, detail in people}
        self.clinicians: dict[str, ClinicianDetail] = {}
        self.referrals: dict[str, tuple[OpenReferral, ...]] = {}  # by coordinator
        self.duties: dict[str, tuple[Duty, ...]] = {}
        self.calls: dict[str, Consultation] = {}  # the latest of each request
        self.page = 64
        self.away: set[str] = set()
        self.asked: list[Ask] = []

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        self.asked.append(question)
        if question.service in self.away:
            raise Retryable(f"nobody answered {question.subject()}")
        reply = self._reply(question)
        assert isinstance(reply, answer)
        return reply

    def _reply(self, question: Ask) -> Plain:
        match question:
            case ContactsAsked(request_ids=ids):
                return ContactsAnswered(
                    contacts=tuple(self.people[one][0] for one in ids if one in self.people)
                )
            case RequestsAsked(request_ids=ids):
                return RequestsAnswered(
                    requests=tuple(self.people[one][1] for one in ids if one in self.people)
                )
            case ConsultationsAsked():
                return self._consultations(question)
            case CliniciansAsked(clinician_ids=ids):
                known = self.clinicians
                return CliniciansAnswered(clinicians=tuple(known[one] for one in ids if one in known))
            case OpenReferralsAsked(coordinator_id=coordinator):
                return OpenReferralsAnswered(referrals=self.referrals.get(coordinator, ()))
            case DutiesAsked(coordinator_id=coordinator):
                return DutiesAnswered(duties=self.duties.get(coordinator, ()))
        raise AssertionError(f"nobody answers {question.subject()}")

    def _consultations(self, asked: ConsultationsAsked) -> ConsultationsAnswered:
        """By request; or those booked, in the order of their ids: a page begins after the last of another."""
        since, after = asked.ending_after, asked.after
        if since is None:
            found = (self.calls[one] for one in asked.request_ids if one in self.calls)
            return ConsultationsAnswered(consultations=tuple(found))
        booked = sorted(
            (one for one in self.calls.values() if one.status == "booked" and one.ends_at > since),
            key=lambda one: one.consultation_id,
        )
        rest = [one for one in booked if after is None or one.consultation_id > after]
        more = rest[self.page - 1].consultation_id if len(rest) > self.page else None
        return ConsultationsAnswered(consultations=tuple(rest[: self.page]), next=more)


def open_referral(referral_id: str = "referral-1", **changes: Any) -> OpenReferral:
    fields: dict[str, Any] = {
        "referral_id": referral_id,
        "reference": "R-7F3K2",
        "state": "draft",
        "stage": "proposed",
        "owner": "dana",
        "next_action": "reach_out",
        "due_at": NOW + timedelta(hours=4),
        "received_at": NOW,
        "overdue": False,
        "new": True,
    }
    return OpenReferral.model_validate(fields | changes)


def duty(**changes: Any) -> Duty:
    fields: dict[str, Any] = {
        "request_id": "request-9",
        "reference": "R-9QRST",
        "kind": "quarantined",
        "owner": "dana",
        "next_action": "review_quarantine",
        "due_at": NOW + timedelta(hours=4),
        "overdue": False,
    }
    return Duty.model_validate(fields | changes)
