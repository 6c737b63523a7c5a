"""What somebody reads before they begin: the list, the mails after it, and what takes those back."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.overtake import OVERTAKEN, SERIES_PAUSED, SERIES_READY, SERIES_STOPPED
from services.notifications.handlers.office import Office, record
from services.notifications.storage import SeriesHeard
from shared.contracts.resources import (
    ReadinessFact,
    ReadinessPaused,
    ReadinessReached,
    ReadinessStepDue,
    ReadinessStopped,
    ReadingListPrepared,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence


@listen(ReadingListPrepared)
async def on_reading_lists_prepared(
    events: Many[ReadingListPrepared], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person gets what they asked to read."""
    await record([occasions.reading_chosen(event) for event in events], tx, now, ids, office)


@listen(ReadinessStepDue)
async def on_readiness_steps_due(
    events: Many[ReadinessStepDue], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person gets what comes next, unless a later turn of the series was heard of meanwhile."""
    await record([occasions.reading_due(event, now) for event in events], tx, now, ids, office)
    heard = await storage.heard_of_series(tx, {event.journey_id: event.request_id for event in events})
    await storage.recall_series(tx, heard, OVERTAKEN, now)


@listen(ReadinessPaused)
async def on_readiness_paused(
    events: Many[ReadinessPaused], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """What waits is taken back; what comes of the series later goes."""
    heard = [SeriesHeard(event.request_id, event.journey_id, event.version) for event in events]
    await storage.recall_series(tx, heard, SERIES_PAUSED, now)


@listen(ReadinessReached)
async def on_readiness_reached(
    events: Many[ReadinessReached], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Who is ready reads on elsewhere, if at all."""
    await _end(events, SERIES_READY, tx, now)


@listen(ReadinessStopped)
async def on_readiness_stopped(
    events: Many[ReadinessStopped], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nothing of the series goes any more; other mail does."""
    await _end(events, SERIES_STOPPED, tx, now)


async def _end(events: Sequence[ReadinessFact], why: str, tx: Transaction, now: datetime) -> None:
    await storage.close(tx, [event.journey_id for event in events], why, now)


LISTENERS = (
    on_reading_lists_prepared,
    on_readiness_steps_due,
    on_readiness_paused,
    on_readiness_reached,
    on_readiness_stopped,
)
