"""Makes the one mail that a delivery stands for: whose words, from which address, to which address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications import drafts
from services.notifications.asking import Known
from services.notifications.domain.decide import Send
from services.notifications.domain.delivery import Delivery
from services.notifications.letter import compose
from services.notifications.mails import Mail
from services.notifications.rendering import Letterhead, render
from services.notifications.smtp import Envelope
from shared.clock import WorkingHours
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import Candidate, NearMiss
from shared.errors import Defect
from shared.practice import Catalogue, Practice

Address = tuple[str, str]  # a name and an address


@dataclass(frozen=True, slots=True)
class Press:
    """The practice as its mails show it, read once at start."""

    practice: Practice
    catalogue: Catalogue
    letterhead: Letterhead
    hours: WorkingHours

    @classmethod
    def of(cls, practice: Practice, catalogue: Catalogue) -> "Press":
        """What every mail of this practice has in common."""
        return cls(practice, catalogue, Letterhead.of(practice), practice.working_hours())

    def print(self, delivery: Delivery, known: Known, decision: Send, to: Address, now: datetime) -> Envelope:
        """The finished mail, to this one address. Nothing of it is kept here."""
        contact = known.contact
        if contact is not None and decision.discreet:
            contact = contact.model_copy(update={"discreet": True})
        mail = self._draft(delivery, known, contact, decision, now)
        sender = self._sender(delivery, decision)
        content = compose(
            render(mail, self.letterhead),
            sender=sender,
            recipient=to,
            message_id=delivery.message_id,
            date=now,
        )
        return Envelope(sender[1], to[1], content)

    def address_of(self, delivery: Delivery, contact: Contact | None) -> Address | None:
        """Where it goes: to the writer, to the desk, and of a test request nowhere but to who made it."""
        if delivery.plan.role == "client" or (contact is not None and contact.test):
            return (contact.name, contact.email) if contact is not None and contact.email else None
        colleague = self.practice.coordinator(delivery.plan.recipient_id)
        if colleague is None:  # left the practice since: the owner answers for the desk
            colleague = self.practice.coordinator(self.practice.owner)
        return (colleague.name, colleague.email) if colleague is not None else None

    def _sender(self, delivery: Delivery, decision: Send) -> Address:
        if delivery.plan.role == "client" and decision.discreet:
            return self.practice.discreet_name, self.practice.discreet_from
        return self.practice.name, self.practice.from_

    def _draft(
        self, delivery: Delivery, known: Known, contact: Contact | None, decision: Send, now: datetime
    ) -> Mail:
        if delivery.plan.template == "safety_alert":
            return self._alert(delivery, contact)
        if contact is None or known.request is None:
            raise Defect("only an alert goes without knowing whom it is about")
        if delivery.plan.role == "client":
            return self._to_the_person(delivery, contact, known.request, decision, now)
        return self._to_the_desk(delivery, contact, known.request, known)

    def _to_the_person(
        self, delivery: Delivery, contact: Contact, request: RequestDetail, decision: Send, now: datetime
    ) -> Mail:
        codes, practice = delivery.plan.codes, self.practice
        match delivery.plan.template:
            case "acknowledgement":
                answer_by = None if decision.neutral else self._answer_by(codes, now)
                return drafts.acknowledgement(contact, practice, answer_by=answer_by)
            case "waitlist":
                return drafts.waitlist(contact, practice, owner=codes["owner"])
            case "referred_out":
                return drafts.referred_out(contact, request, practice, owner=codes["owner"])
            case "reading_list":
                return drafts.reading_list(contact, practice, self.catalogue, items=codes["items"])
            case other:
                raise Defect(f"{other} is not a mail to a client")

    def _to_the_desk(
        self, delivery: Delivery, contact: Contact, request: RequestDetail, known: Known
    ) -> Mail:
        codes, practice = delivery.plan.codes, self.practice
        match delivery.plan.template:
            case "referral":
                return drafts.referral(
                    contact,
                    request,
                    practice,
                    due_at=_instant(codes["due_at"]),
                    candidates=[Candidate.model_validate(one) for one in codes["candidates"]],
                    clinicians=known.clinicians,
                    others=codes.get("excluded"),
                    nearest=_near_misses(codes),
                )
            case "nobody_fits":
                return drafts.nobody_fits(
                    contact,
                    request,
                    practice,
                    due_at=_instant(codes["due_at"]),
                    outcome=codes["outcome"],
                    nearest=_near_misses(codes),
                    clinicians=known.clinicians,
                )
            case "held":
                return drafts.held(
                    contact, request, practice, due_at=_instant(codes["due_at"]), why=codes["why"]
                )
            case _:
                return self._notice(delivery, contact, request)

    def _notice(self, delivery: Delivery, contact: Contact, request: RequestDetail) -> Mail:
        codes, practice = delivery.plan.codes, self.practice
        match delivery.plan.template:
            case "quarantine_notice":
                return drafts.quarantine_notice(
                    contact,
                    practice,
                    path=codes["path"],
                    why=codes["why"],
                    quarantined_at=_instant(codes["quarantined_at"]),
                    due_at=self._contact_due(codes["quarantined_at"]),
                )
            case "readiness_notice":
                return drafts.readiness_notice(contact, request, practice)
            case other:
                raise Defect(f"{other} is not a mail to the desk")

    def _alert(self, delivery: Delivery, contact: Contact | None) -> Mail:
        """An alert does not wait for intake to say who it is: the reference is enough to look."""
        codes = delivery.plan.codes
        return drafts.safety_alert(
            contact,
            self.practice,
            reference=delivery.plan.reference,
            path=codes["path"],
            level=codes["level"],
            rules=codes["rules"],
            flagged_at=_instant(codes["flagged_at"]),
        )

    def _answer_by(self, codes: Mapping[str, Any], now: datetime) -> datetime | None:
        """When a person answers who was asked for a consultation; nothing that has passed is promised."""
        if codes["path"] != "consultation":
            return None
        answer_by = self._contact_due(codes["received_at"])
        return answer_by if answer_by > now else None

    def _contact_due(self, since: str) -> datetime:
        """The time that the owner of the request keeps too, by the same clock."""
        return self.practice.clocks.contact_due(self.hours, _instant(since))


def _near_misses(codes: Mapping[str, Any]) -> list[NearMiss]:
    return [NearMiss.model_validate(one) for one in codes.get("nearest", ())]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
