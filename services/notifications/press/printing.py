"""From a delivery that may go to the finished bytes, and to whom they go."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from services.notifications import drafts
from services.notifications.addresses import Mailbox
from services.notifications.asking import Known
from services.notifications.domain.decide import Send, Standing
from services.notifications.domain.delivery import Delivery, Template
from services.notifications.letter import compose
from services.notifications.links import Doors
from services.notifications.mails import Mail
from services.notifications.press.calls import METHODS, invite_for
from services.notifications.press.clients import to_the_person
from services.notifications.press.clinicians import to_a_clinician
from services.notifications.press.desk import alert, to_the_desk
from services.notifications.press.job import Job, Stock, desk_of
from services.notifications.press.readings import unsubscribing
from services.notifications.rendering import Letterhead, render
from services.notifications.smtp import Envelope
from shared.practice import Catalogue, Coordinator, Practice

FROM_THE_FRONT_DESK: frozenset[Template] = frozenset({"proof_code", "call_reminder", "call_missed"})


class Printer(Protocol):
    """What the sender needs of a press."""

    @property
    def zone(self) -> ZoneInfo:
        """The practice's own, for a person of whom none is known."""

    def address_of(self, delivery: Delivery, known: Known) -> Mailbox | None:
        """Where it goes, if there is an address."""

    def print(
        self,
        delivery: Delivery,
        known: Known,
        decision: Send,
        to: Mailbox,
        now: datetime,
        standing: Standing | None = None,
    ) -> Envelope:
        """The finished mail, to this one address."""


@dataclass(frozen=True, slots=True)
class Press:
    """The practice as its mails show it, read once at start."""

    stock: Stock
    letterhead: Letterhead

    @classmethod
    def of(cls, practice: Practice, catalogue: Catalogue, doors: Doors) -> "Press":
        """What every mail of this practice has in common."""
        stock = Stock(practice, catalogue, practice.working_hours(), doors, desk_of(practice))
        return cls(stock, Letterhead.of(practice))

    @property
    def practice(self) -> Practice:
        """The practice whose mails these are."""
        return self.stock.practice

    @property
    def zone(self) -> ZoneInfo:
        """The practice's own."""
        return self.practice.zone

    def print(
        self,
        delivery: Delivery,
        known: Known,
        decision: Send,
        to: Mailbox,
        now: datetime,
        standing: Standing | None = None,
    ) -> Envelope:
        """The finished mail, to this one address. Nothing of it is kept here.

        `standing`: how the request stands, as it was decided by; of a mail about none there is none.
        """
        colleague = self._colleague(delivery) if delivery.plan.role == "coordinator" else None
        reader = delivery.plan.recipient_id if colleague is None else colleague.id
        job = Job(delivery, known, decision, reader, to, now, standing)
        mail = self._draft(job)
        sender = self._sender(delivery, decision, mail.language)
        rendered = render(mail, self.letterhead)
        content = compose(
            replace(rendered, invite=invite_for(self.stock, job)),
            sender=sender,
            recipient=to,
            message_id=delivery.message_id,
            date=now,
            reply_to=self._answered_by(job, sender),
            headers=unsubscribing(self.stock, job),
        )
        return Envelope(sender[1], to[1], content)

    def address_of(self, delivery: Delivery, known: Known) -> Mailbox | None:
        """Where it goes: to the writer, the desk or a clinician; of a test request to its maker alone."""
        contact, recipient = known.contact, delivery.plan.recipient_id
        if delivery.plan.role == "client" or (contact is not None and contact.test):
            return (contact.name, contact.email) if contact is not None and contact.email else None
        if delivery.plan.role == "clinician":
            clinician = known.clinicians.get(recipient)
            return (clinician.name, clinician.email) if clinician is not None and clinician.email else None
        colleague = self._colleague(delivery)
        return (colleague.name, colleague.email) if colleague is not None else None

    def _colleague(self, delivery: Delivery) -> Coordinator | None:
        """Whose mail it is at the desk: the owner answers for one who has left, but proves no browser."""
        colleague = self.practice.coordinator(delivery.plan.recipient_id)
        if colleague is None and delivery.plan.template != "proof_code":
            colleague = self.practice.coordinator(self.practice.owner)
        return colleague

    def _sender(self, delivery: Delivery, decision: Send, language: str) -> Mailbox:
        """The front desk: of a code for a browser, which is read on locked screens; of what changes a
        calendar, which believes its organizer alone; and so of all that the person hears of their call.
        """
        plan = delivery.plan
        hidden = plan.role == "client" and decision.discreet
        if hidden or plan.template in METHODS or plan.template in FROM_THE_FRONT_DESK:
            return self.practice.discreet_name.text(language), self.practice.discreet_from
        return self.practice.name, self.practice.from_

    def _answered_by(self, job: Job, sender: Mailbox) -> Mailbox | None:
        """Where a person's or a clinician's answer is read, if not by whom it came from.

        The front desk reads its own; any other answer goes to the coordinator who owns the request, else to
        the first who speaks the reader's language.
        """
        plan, desk = job.delivery.plan, self.stock.desk
        if plan.role not in ("client", "clinician") or plan.template == "proof_code":
            return None
        if sender[1] == self.practice.discreet_from:
            return None
        language = job.contact.language if plan.role == "client" else "en"
        owner = job.codes.get("owner")
        reads = self.practice.coordinator(desk.present(owner) if owner else desk.speaker_of(language))
        return (reads.name, reads.email) if reads is not None and reads.email != sender[1] else None

    def _draft(self, job: Job) -> Mail:
        plan = job.delivery.plan
        match plan.role, plan.template:
            case role, "proof_code":
                return drafts.proof_code(
                    self.practice,
                    name=job.to[0],
                    code=self.stock.doors.code(plan.subject_id),
                    expires_at=job.at("expires_at"),
                    recipient=f"{role}:{job.reader}",
                )
            case "on_call", _:
                return alert(self.stock, job)
            case "client", _:
                return to_the_person(self.stock, job)
            case "clinician", _:
                return to_a_clinician(self.stock, job)
            case _:
                return to_the_desk(self.stock, job)
