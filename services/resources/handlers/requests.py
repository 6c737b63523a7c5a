"""What resources does when intake announces something of a person or their request."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import available_timezones

from services.resources import storage
from services.resources.domain.ending import silence
from services.resources.domain.going import begin, clear
from services.resources.domain.journey import Course
from services.resources.domain.request import Request, with_news
from services.resources.handlers.desk import Kin, going_on, heed_all, keep, tell, watch_of
from shared.contracts.intake import (
    ConsultationRequested,
    ContactChanged,
    PersonErased,
    ReadinessRequested,
    SafetyCleared,
    SafetyFlagged,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.forget import forget
from shared.messaging.listen import listen
from shared.practice import Practice

ZONES = frozenset(available_timezones())


@listen(ReadinessRequested)
async def on_readiness_requested(
    events: Sequence[ReadinessRequested],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    course: Course,
) -> None:
    """Each request begins one journey; a reading list is announced where nothing speaks against it."""
    await storage.save_kin(tx, {event.request_id: event.same_address for event in events}, now)
    families, news = await storage.take_families(tx, [event.request_id for event in events], now)
    watch = watch_of(practice, now)
    requests = [
        with_news(request_from(event, practice), news[event.request_id])
        for event in events
        if not news[event.request_id].erased
    ]
    kin = Kin(families, news, await going_on(tx, families))
    begun = [
        kin.decide(one.request_id, partial(begin, ids.new(), one, course=course, watch=watch, now=now))
        for one in requests
    ]
    await tell(tx, await storage.save_begun(tx, begun), now)


@listen(ConsultationRequested)
async def on_consultation_requested(
    events: Sequence[ConsultationRequested], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """From now on its call and its referral count for the journeys of the same address."""
    await storage.save_kin(tx, {event.request_id: event.same_address for event in events}, now)
    await heed_all(tx, [event.request_id for event in events], course, now)


@listen(ContactChanged)
async def on_contacts_changed(
    events: Sequence[ContactChanged], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Silence ends a journey for good, and keeps one from beginning; links to an address left are no more."""
    latest = {event.request_id: event for event in sorted(events, key=lambda event: event.version)}
    said = {request_id: (event.version, event.silenced) for request_id, event in latest.items()}
    await storage.save_silenced(tx, said, now)
    moved = sorted((event.changed_at, event.request_id) for event in events if "email" in event.changed)
    await storage.save_moved_address(tx, {request_id: at for at, request_id in moved}, now)
    news = await storage.load_news(tx, latest)
    journeys = await storage.take_journeys(tx, [each for each in latest if news[each].silenced])
    await keep(tx, [silence(each, now) for each in journeys], now)


@listen(SafetyFlagged)
async def on_safety_flagged(
    events: Sequence[SafetyFlagged], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """Words of crisis end a journey that goes on, and keep one from beginning until they are cleared."""
    crises = {event.request_id: event.version for event in events if event.level == "crisis"}
    await storage.save_flagged(tx, crises, now)
    await heed_all(tx, crises, course, now)


@listen(SafetyCleared)
async def on_safety_cleared(
    events: Sequence[SafetyCleared],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    practice: Practice,
    course: Course,
) -> None:
    """A named person cleared a crisis; who waited for that gets a list, unless more speaks against it."""
    latest = {event.request_id: event for event in sorted(events, key=lambda event: event.version)}
    await storage.save_cleared(tx, {of: (event.version, event.level) for of, event in latest.items()}, now)
    families, news = await storage.take_families(tx, latest, now)
    watch = watch_of(practice, now)
    kin = Kin(families, news, await going_on(tx, families))
    decided = [
        kin.decide(each.request_id, partial(clear, each, level, course=course, watch=watch, now=now))
        for each in await storage.take_journeys(tx, latest)
        if (each.state, each.why) == ("waiting", "crisis")
        and (level := news[each.request_id].cleared_to) is not None
    ]
    await storage.save_decided(tx, decided)
    await tell(tx, decided, now)


@listen(PersonErased)
async def on_person_erased(
    events: Sequence[PersonErased], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """Their journeys are forgotten, and nothing of them is told; that their requests were erased is
    remembered, and begins none again.

    What a call of theirs held at the same address, and is not erased, goes on.
    """
    request_ids = sorted({each for event in events for each in event.request_ids})
    families, _ = await storage.take_families(tx, request_ids, now)
    await storage.save_erased(tx, request_ids, now)
    journeys = await storage.take_journeys(tx, request_ids)
    names = [each.journey_id for each in journeys]
    await storage.forget(tx, names)
    await forget(tx, [*request_ids, *names, *(event.person_id for event in events)])
    others = set().union(*families.values()) - set(request_ids)
    await heed_all(tx, others, course, now)


REQUEST_LISTENERS = (
    on_readiness_requested,
    on_consultation_requested,
    on_contacts_changed,
    on_safety_flagged,
    on_safety_cleared,
    on_person_erased,
)


def request_from(event: ReadinessRequested, practice: Practice) -> Request:
    """Intake's fact in resources' own terms: phrases that were ticked become the specialties they mean."""
    return Request(
        request_id=event.request_id,
        reference=event.reference,
        person_id=event.person_id,
        opted_in_at=event.received_at,
        language=event.language,
        time_zone=event.time_zone if event.time_zone in ZONES else None,
        safety_level=event.safety_level,
        flags=frozenset(event.flags),
        concerns=practice.specialties_of(event.concerns),
        suggested=practice.specialties_of(event.suggested_concerns),
        context=frozenset(event.context),
    )
