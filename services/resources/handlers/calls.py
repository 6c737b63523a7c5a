"""What resources does when intake announces something about a request's free call. The latest counts."""

from collections.abc import Sequence
from datetime import datetime

from services.resources import storage
from services.resources.domain.journey import Course
from services.resources.domain.request import Call
from services.resources.handlers.desk import heed_all, latest_of
from shared.contracts.intake import (
    CallFact,
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen


@listen(ConsultationScheduled)
async def on_calls_scheduled(
    events: Sequence[ConsultationScheduled], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """A journey rests while a call is booked."""
    calls = [(event, Call("booked", event.scheduled_at)) for event in events]
    await _hear(tx, calls, now, course)


@listen(ConsultationRescheduled)
async def on_calls_rescheduled(
    events: Sequence[ConsultationRescheduled], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """It still is."""
    calls = [(event, Call("booked", event.rescheduled_at)) for event in events]
    await _hear(tx, calls, now, course)


@listen(ConsultationCancelled)
async def on_calls_cancelled(
    events: Sequence[ConsultationCancelled], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """What the call paused goes on."""
    calls = [(event, Call("over", event.cancelled_at)) for event in events]
    await _hear(tx, calls, now, course)


@listen(ConsultationMissed)
async def on_calls_missed(
    events: Sequence[ConsultationMissed], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """What the call paused goes on."""
    calls = [(event, Call("over", event.missed_at)) for event in events]
    await _hear(tx, calls, now, course)


@listen(ConsultationAttended)
async def on_calls_attended(
    events: Sequence[ConsultationAttended], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """They have spoken with somebody, and what comes of it is not known yet."""
    calls = [(event, Call("attended", event.attended_at)) for event in events]
    await _hear(tx, calls, now, course)


CALL_LISTENERS = (
    on_calls_scheduled,
    on_calls_rescheduled,
    on_calls_cancelled,
    on_calls_missed,
    on_calls_attended,
)


async def _hear(
    tx: Transaction, calls: Sequence[tuple[CallFact, Call]], now: datetime, course: Course
) -> None:
    latest = latest_of(calls)
    await storage.save_calls(tx, latest, now)
    await heed_all(tx, latest, course, now)
