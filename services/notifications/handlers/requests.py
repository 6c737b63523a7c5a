"""What intake announces."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.decide import BOUNCED, COMPLAINED
from services.notifications.handlers.office import Office, record
from shared.contracts.intake import (
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    ProfessionalRequested,
    ReadinessRequested,
    ReadinessTakenUp,
    RequestQuarantined,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence
ADDRESS = "email"  # among what a person changed


@listen(ConsultationRequested)
async def on_consultations_requested(
    events: Many[ConsultationRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person gets their acknowledgement; who had asked for something to read first, another."""
    await record([occasions.consultation_came(event) for event in events], tx, now, ids, office)


@listen(ProfessionalRequested)
async def on_professionals_requested(
    events: Many[ProfessionalRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The colleague gets their acknowledgement; the desk's mail follows from the referral."""
    await record([occasions.colleague_came(event) for event in events], tx, now, ids, office)


@listen(ReadinessRequested)
async def on_readiness_requested(
    events: Many[ReadinessRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """A coordinator knows; the answer is the reading list, or a neutral one where that must wait."""
    await record([occasions.reading_asked_for(event) for event in events], tx, now, ids, office)


@listen(ReadinessTakenUp)
async def on_readiness_taken_up(
    events: Many[ReadinessTakenUp], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Who owns it hears of somebody who is ready, unless they tell the rest themselves before."""
    await record([occasions.ready_to_begin(event) for event in events], tx, now, ids, office)


@listen(RequestQuarantined)
async def on_requests_quarantined(
    events: Many[RequestQuarantined], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """A coordinator sees what looked like spam; the sender hears nothing."""
    await record([occasions.set_aside(event) for event in events], tx, now, ids, office)


@listen(ConsultationWithdrawn)
async def on_consultations_withdrawn(
    events: Many[ConsultationWithdrawn], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nothing more goes to the person about this request."""
    await storage.close(tx, [event.request_id for event in events], "withdrawn", now)


@listen(ContactChanged)
async def on_contacts_changed(
    events: Many[ContactChanged], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Silence recalls what waits and what is planned later; any other change is looked at at once."""
    silenced = [event.request_id for event in events if event.silenced]
    heard = [event.request_id for event in events if not event.silenced]
    await storage.bar(tx, [(one, storage.SILENCED) for one in silenced], now)
    await storage.stop_for(tx, silenced, storage.SILENCED, now)
    await storage.lift(tx, heard, (storage.SILENCED,))
    moved = [event for event in events if not event.silenced and ADDRESS in event.changed]
    await storage.lift(tx, [event.request_id for event in moved], (BOUNCED, COMPLAINED))
    await record([occasions.address_changed(event) for event in moved], tx, now, ids, office)
    await storage.look_again(tx, heard, now)


LISTENERS = (
    on_consultations_requested,
    on_professionals_requested,
    on_readiness_requested,
    on_readiness_taken_up,
    on_requests_quarantined,
    on_consultations_withdrawn,
    on_contacts_changed,
)
