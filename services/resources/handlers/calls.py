"""What resources does when intake announces something about a request's free call. The latest counts."""

from collections.abc import Sequence
from datetime import datetime

from services.resources import storage
from services.resources.domain.request import Call
from services.resources.handlers.desk import course_of, heed_all, latest_of
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
from shared.practice import Catalogue, Practice


@listen(ConsultationScheduled)
async def on_calls_scheduled(
    events: Sequence[ConsultationScheduled],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """A journey rests while a call is booked."""
    calls = [(event, Call("booked", event.scheduled_at)) for event in events]
    await _hear(tx, calls, now, practice, catalogue)


@listen(ConsultationRescheduled)
async def on_calls_rescheduled(
    events: Sequence[ConsultationRescheduled],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """It still is."""
    calls = [(event, Call("booked", event.rescheduled_at)) for event in events]
    await _hear(tx, calls, now, practice, catalogue)


@listen(ConsultationCancelled)
async def on_calls_cancelled(
    events: Sequence[ConsultationCancelled],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """What the call paused goes on."""
    calls = [(event, Call("over", event.cancelled_at)) for event in events]
    await _hear(tx, calls, now, practice, catalogue)


@listen(ConsultationMissed)
async def on_calls_missed(
    events: Sequence[ConsultationMissed],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """What the call paused goes on."""
    calls = [(event, Call("over", event.missed_at)) for event in events]
    await _hear(tx, calls, now, practice, catalogue)


@listen(ConsultationAttended)
async def on_calls_attended(
    events: Sequence[ConsultationAttended],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """They have spoken with somebody, and what comes of it is not known yet."""
    calls = [(event, Call("attended", event.attended_at)) for event in events]
    await _hear(tx, calls, now, practice, catalogue)


CALL_LISTENERS = (
    on_calls_scheduled,
    on_calls_rescheduled,
    on_calls_cancelled,
    on_calls_missed,
    on_calls_attended,
)


async def _hear(
    tx: Transaction,
    calls: Sequence[tuple[CallFact, Call]],
    now: datetime,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    latest = latest_of(calls)
    await storage.save_calls(tx, latest, now)
    await heed_all(tx, latest, course_of(practice, catalogue), now)
