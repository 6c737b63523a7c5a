"""What matching does when intake announces something about a request's free call.

The latest counts, whatever comes first; what comes before its request is known is kept for it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from services.matching import storage
from services.matching.domain.follow import hear_of_call
from services.matching.domain.referral import Call, CallNews, CallStatus, Moved, Referral
from services.matching.handlers.desk import keep
from services.matching.settings import Terms
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

BOOKED: tuple[type[CallFact], ...] = (ConsultationScheduled, ConsultationRescheduled)
ENDED: Mapping[type[CallFact], CallStatus] = MappingProxyType(
    {
        ConsultationCancelled: "cancelled",
        ConsultationAttended: "attended",
        ConsultationMissed: "missed",
    }
)


@listen(ConsultationScheduled)
async def on_calls_scheduled(
    events: Sequence[ConsultationScheduled], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """The contact clock waits for the call, and whoever calls answers for them."""
    await _hear_all(events, tx, now, terms)


@listen(ConsultationRescheduled)
async def on_calls_rescheduled(
    events: Sequence[ConsultationRescheduled], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """The same, by the new time and for the new coordinator."""
    await _hear_all(events, tx, now, terms)


@listen(ConsultationCancelled)
async def on_calls_cancelled(
    events: Sequence[ConsultationCancelled], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """What would be due without the call is due."""
    await _hear_all(events, tx, now, terms)


@listen(ConsultationAttended)
async def on_calls_attended(
    events: Sequence[ConsultationAttended], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """Somebody has spoken with the person; what comes of it is decided next."""
    await _hear_all(events, tx, now, terms)


@listen(ConsultationMissed)
async def on_calls_missed(
    events: Sequence[ConsultationMissed], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """The owner sees whether they book again, and does not wait for ever."""
    await _hear_all(events, tx, now, terms)


CALL_LISTENERS = (
    on_calls_scheduled,
    on_calls_rescheduled,
    on_calls_cancelled,
    on_calls_attended,
    on_calls_missed,
)


def hear(referral: Referral, news: CallNews, terms: Terms, now: datetime) -> Moved | None:
    """What this news changes of the referral, if anything."""
    caller = news.call.coordinator_id
    return hear_of_call(referral, news, caller if caller in terms.ladder else None, terms.dues(now))


def news_from(event: CallFact, terms: Terms) -> CallNews:
    """Intake's fact in matching's own terms."""
    call = Call(
        call_id=event.consultation_id,
        version=event.version,
        status=ENDED.get(type(event), "booked"),
        coordinator_id=event.coordinator_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        due_at=terms.call_due(event.ends_at),
        arranged=isinstance(event, BOOKED) and event.by.startswith("coordinator:"),
    )
    return CallNews(
        call,
        event.by,
        why=event.why if isinstance(event, ConsultationCancelled) else None,
        was_at=event.previous_starts_at if isinstance(event, ConsultationRescheduled) else None,
    )


async def _hear_all(events: Sequence[CallFact], tx: Transaction, now: datetime, terms: Terms) -> None:
    latest = {event.request_id: event for event in sorted(events, key=lambda event: event.version)}
    news = {request_id: news_from(event, terms) for request_id, event in latest.items()}
    await storage.save_call_news(tx, news)
    found = await storage.load_by_request(tx, news)
    moved = [hear(each, news[each.request_id], terms, now) for each in found]
    await keep(tx, [each for each in moved if each is not None], now)
