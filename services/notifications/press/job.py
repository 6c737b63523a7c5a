"""What a mail is written from: the practice as all its mails show it, and what is known of this one."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications.addresses import Mailbox
from services.notifications.asking import Known
from services.notifications.domain.decide import Send, Standing
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.desk import Coordinator, Desk
from services.notifications.links import Doors
from shared.clock import WorkingHours
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import After, ClinicianDetail
from shared.errors import Defect
from shared.practice import Catalogue, Practice


def mail_domain(practice: Practice) -> str:
    """The domain of Message-IDs and of our greeting: the discreet one, since everybody can see it."""
    return practice.discreet_from.rpartition("@")[2]


def desk_of(practice: Practice) -> Desk:
    """Who reads the practice's own mail."""
    coordinators = tuple(
        Coordinator(each.id, tuple(each.languages), each.deputy, each.on_duty)
        for each in practice.coordinators
    )
    return Desk(coordinators, practice.owner, practice.on_call)


@dataclass(frozen=True, slots=True)
class Stock:
    """What every mail of this practice has in common, read once at start."""

    practice: Practice
    catalogue: Catalogue
    hours: WorkingHours
    doors: Doors
    desk: Desk

    @property
    def mail_domain(self) -> str:
        """What the names of calendar entries end with."""
        return mail_domain(self.practice)

    def contact_due(self, since: datetime) -> datetime:
        """The time that the owner of the request keeps too, by the same clock."""
        return self.practice.clocks.contact_due(self.hours, since)


@dataclass(frozen=True, slots=True)
class Job:
    """One mail to write: for `reader`, whose links it carries, from what is known now.

    `to` is where it goes. `standing` is how the request stands; of a mail about none there is none.
    """

    delivery: Delivery
    known: Known
    decision: Send
    reader: str
    to: Mailbox
    now: datetime
    standing: Standing | None = None

    @property
    def codes(self) -> Mapping[str, Any]:
        """What happened, in codes."""
        return self.delivery.plan.codes

    @property
    def reference(self) -> str:
        """How the practice calls the request."""
        return self.delivery.plan.reference

    @property
    def contact(self) -> Contact:
        """The writer, hiding the practice where that was decided. Raises Defect when nobody is known."""
        contact = self.known.contact
        if contact is None:
            raise Defect("only an alert goes without knowing whom it is about")
        return contact.model_copy(update={"discreet": True}) if self.decision.discreet else contact

    @property
    def request(self) -> RequestDetail:
        """What was asked for, in codes, as far as it goes on. Raises Defect when it is not known."""
        if self.known.request is None:
            raise Defect("a mail about a request needs the request")
        narrowed = self.codes.get("narrowed")
        if narrowed is None:
            return self.known.request
        return self.known.request.model_copy(
            update={
                "unit": narrowed["unit"],
                "concerns": tuple(narrowed["concerns"]),
                "suggested_concerns": (),
            }
        )

    @property
    def barriers(self) -> AbstractSet[str]:
        """What keeps mail from the person, or holds it."""
        return self.standing.barriers if self.standing is not None else frozenset()

    @property
    def state_known(self) -> bool:
        """Whether the person has said in which state they will be during the call."""
        call = self.standing.call if self.standing is not None else None
        return call is not None and call.state is not None

    @property
    def after(self) -> After | None:
        """What the decision that it tells of follows, if it was not the first."""
        said = self.codes.get("after")
        return None if said is None else After.model_validate(said)

    @property
    def after_clinician(self) -> ClinicianDetail | None:
        """Whose doing that was, if a clinician's."""
        after = self.after
        return self.clinician(after.clinician_id) if after is not None else None

    def clinician(self, clinician_id: str | None) -> ClinicianDetail | None:
        """A clinician, if matching knows them."""
        return self.known.clinicians.get(clinician_id) if clinician_id is not None else None

    def named(self, clinician_id: str) -> ClinicianDetail:
        """A clinician whom the mail cannot do without. Raises Defect when matching knows none by that id."""
        found = self.clinician(clinician_id)
        if found is None:
            raise Defect("matching knows no clinician by that id")
        return found

    def at(self, code: str) -> datetime:
        """The instant that is kept under this code."""
        return datetime.fromisoformat(self.codes[code])
