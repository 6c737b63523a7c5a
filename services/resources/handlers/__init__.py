"""What resources does when it hears a fact: load, decide, record."""

from collections.abc import Sequence
from datetime import datetime

from services.resources import storage
from services.resources.domain import Journey, Prepared, Request, Speaker, Watch, begin, clear, with_news
from shared.contracts.intake import ContactChanged, ReadinessRequested, SafetyCleared
from shared.contracts.resources import ReadingListPrepared
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen
from shared.messaging.outbox import announce
from shared.practice import Catalogue, Practice


@listen(ReadinessRequested)
async def on_readiness_requested(
    events: Sequence[ReadinessRequested],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """Each request begins one journey; a reading list is announced where nothing speaks against it."""
    news = await storage.take_news(tx, {event.request_id for event in events}, now)
    requests = [with_news(request_from(event, practice), news[event.request_id]) for event in events]
    watch = watch_of(practice, now)
    begun = [begin(ids.new(), request, catalogue, watch, now=now) for request in requests]
    new = await storage.save_journeys(tx, begun)
    await announce(tx, facts_of(new), now=now)


@listen(ContactChanged)
async def on_contacts_changed(
    events: Sequence[ContactChanged], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Silence ends a journey for good, and keeps one from beginning."""
    await storage.save_silences(tx, {event.request_id: event.silenced for event in events}, now)


@listen(SafetyCleared)
async def on_safety_cleared(
    events: Sequence[SafetyCleared],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    catalogue: Catalogue,
) -> None:
    """A named person cleared a crisis; who waited for that gets a list, unless more speaks against it."""
    levels = {event.request_id: event.level for event in events}
    await storage.save_cleared(tx, levels, now)
    waiting = await storage.load_in_crisis(tx, levels)
    watch = watch_of(practice, now)
    decided = [clear(each, levels[each.request_id], catalogue, watch, now=now) for each in waiting]
    await storage.update_journeys(tx, decided)
    await announce(tx, facts_of(decided), now=now)


LISTENERS = (on_readiness_requested, on_contacts_changed, on_safety_cleared)


def request_from(event: ReadinessRequested, practice: Practice) -> Request:
    """Intake's fact in resources' own terms: phrases that were ticked become the specialties they mean."""
    return Request(
        request_id=event.request_id,
        reference=event.reference,
        person_id=event.person_id,
        opted_in_at=event.received_at,
        language=event.language,
        safety_level=event.safety_level,
        flags=frozenset(event.flags),
        concerns=practice.specialties_of(event.concerns),
        suggested=practice.specialties_of(event.suggested_concerns),
        context=frozenset(event.context),
    )


def watch_of(practice: Practice, now: datetime) -> Watch:
    """Who looks at a request that gets no list, with the practice's own clocks."""
    clocks = practice.clocks
    return Watch(
        on_call=practice.on_call[0],
        crisis_due_at=now + clocks.crisis_acknowledged,
        coordinators=tuple(Speaker(one.id, one.languages) for one in practice.coordinators if one.on_duty),
        hold_due_at=clocks.contact_due(practice.working_hours(), now),
    )


def facts_of(journeys: Sequence[Journey]) -> list[ReadingListPrepared]:
    """What is announced about journeys that have just been decided."""
    return [
        ReadingListPrepared(
            version=journey.version,
            reading_list_id=journey.journey_id,
            request_id=journey.request.request_id,
            reference=journey.request.reference,
            person_id=journey.request.person_id,
            language=journey.request.language,
            prepared_at=journey.decided_at,
            catalogue_version=journey.catalogue_version,
            items=tuple(item.code for item in journey.outcome.items),
        )
        for journey in journeys
        if isinstance(journey.outcome, Prepared)
    ]
