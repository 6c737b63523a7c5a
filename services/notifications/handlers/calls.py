"""What happens to the free call: who hears of it, what is planned ahead, and what no longer goes."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.domain.overtake import CALL_CANCELLED, CALL_CHANGED, CALL_MARKED
from services.notifications.handlers.office import Office, record_calls
from services.notifications.storage import CallHeard
from shared.contracts.intake import (
    CallFact,
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationLocated,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence


@listen(ConsultationScheduled)
async def on_consultations_scheduled(
    events: Many[ConsultationScheduled], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Both have it in their calendars, and are reminded; another call that was still to come is off.

    That it was cancelled is a fact of its own, which has no effect when it comes after this one.
    """
    booked = [occasions.call_booked(event, office.clocks.zone) for event in events]
    await record_calls(booked, tx, now, ids, office)
    by_request = {event.request_id: event for event in events}
    calls = {event.request_id: event.consultation_id for event in events}
    others = [each for each in await storage.told_of_others(tx, calls) if _is_to_come(each, now)]
    off = [occasions.given_up_for(by_request[each.request_id], each) for each in others]
    await record_calls(off, tx, now, ids, office)
    await _stop_earlier(events, CALL_CHANGED, tx, now)


@listen(ConsultationRescheduled)
async def on_consultations_rescheduled(
    events: Many[ConsultationRescheduled], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Whom it concerns hears of it, and the reminders are the new time's."""
    moved = [occasions.call_moved(event, office.clocks.zone) for event in events]
    await record_calls(moved, tx, now, ids, office)
    await _stop_earlier(events, CALL_CHANGED, tx, now)


@listen(ConsultationCancelled)
async def on_consultations_cancelled(
    events: Many[ConsultationCancelled], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Nobody is reminded of what does not take place, and both calendars lose it."""
    await record_calls([occasions.call_off(event) for event in events], tx, now, ids, office)
    await _stop_earlier(events, CALL_CANCELLED, tx, now)


@listen(ConsultationAttended)
async def on_consultations_attended(
    events: Many[ConsultationAttended], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nobody asks how it went who has said so."""
    await _stop_earlier(events, CALL_MARKED, tx, now)


@listen(ConsultationMissed)
async def on_consultations_missed(
    events: Many[ConsultationMissed], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person is offered another time, once."""
    await record_calls([occasions.call_missed(event) for event in events], tx, now, ids, office)
    await _stop_earlier(events, CALL_MARKED, tx, now)


@listen(ConsultationLocated)
async def on_consultations_located(
    events: Many[ConsultationLocated], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The coordinator hears where the practice may not work."""
    elsewhere = [occasions.call_elsewhere(event) for event in events if not event.licensed]
    await record_calls(elsewhere, tx, now, ids, office)


def _is_to_come(mail: PlannedDelivery, now: datetime) -> bool:
    return datetime.fromisoformat(mail.codes["starts_at"]) > now


async def _stop_earlier(events: Sequence[CallFact], why: str, tx: Transaction, now: datetime) -> None:
    await storage.overtake_calls(tx, [CallHeard(one.request_id, one.version) for one in events], why, now)
    await storage.remind_no_more(tx, [one.request_id for one in events], now)


LISTENERS = (
    on_consultations_scheduled,
    on_consultations_rescheduled,
    on_consultations_cancelled,
    on_consultations_attended,
    on_consultations_missed,
    on_consultations_located,
)
