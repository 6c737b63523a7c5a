"""What matching does when intake announces something, or notifications could not send a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.matching import storage
from services.matching.domain.announce import decided
from services.matching.domain.follow import clear, lift_silence, not_asked, silence, withdraw
from services.matching.domain.refer import Arrived, refer
from services.matching.domain.referral import Moved, Referral
from services.matching.domain.types import Request
from services.matching.handlers.calls import CALL_LISTENERS, hear
from services.matching.handlers.desk import keep, load_desk
from services.matching.handlers.erasing import on_persons_erased
from services.matching.settings import Terms
from shared.contracts.intake import (
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    ProfessionalRequested,
    SafetyCleared,
)
from shared.contracts.notifications import MailFailed, MailSuppressed
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen
from shared.messaging.outbox import announce

CHECK_IN = "waitlist_check_in"


@listen(ConsultationRequested)
async def on_consultations_requested(
    events: Sequence[ConsultationRequested],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    terms: Terms,
    rosters: storage.RosterCache,
) -> None:
    """Every request that nobody knew gets one referral, in somebody's hands."""
    requests = {event.request_id: request_from(event) for event in events}
    await _take_up(requests, tx, now, ids, terms, rosters)


@listen(ProfessionalRequested)
async def on_professionals_requested(
    events: Sequence[ProfessionalRequested],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    terms: Terms,
    rosters: storage.RosterCache,
) -> None:
    """A colleague's request gets a referral too, though nobody is matched: somebody answers in time."""
    requests = {event.request_id: professional_from(event) for event in events}
    await _take_up(requests, tx, now, ids, terms, rosters)


@listen(ConsultationWithdrawn)
async def on_consultations_withdrawn(
    events: Sequence[ConsultationWithdrawn], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """An open referral ends; a request that has yet to arrive will get none."""
    reasons = {event.request_id: event.why for event in events}
    await storage.withdraw_requests(tx, reasons, now)
    found = await storage.load_open_by_request(tx, reasons)
    dues = terms.dues(now)
    await keep(tx, [withdraw(each, reasons[each.request_id], dues) for each in found], now)


@listen(ContactChanged)
async def on_contacts_changed(
    events: Sequence[ContactChanged],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    terms: Terms,
    rosters: storage.RosterCache,
) -> None:
    """Who asked to hear nothing more is not offered to anybody; a person looks."""
    silenced = {event.request_id: event.silenced for event in events}
    await storage.save_silenced(tx, silenced)
    dues, desk = terms.dues(now), await load_desk(tx, terms, rosters, now)
    found = await storage.load_open_by_request(tx, silenced)
    moved = [
        silence(each, dues) if silenced[each.request_id] else lift_silence(each, desk, dues) for each in found
    ]
    await keep(tx, [each for each in moved if each is not None], now)


@listen(SafetyCleared)
async def on_safety_cleared(
    events: Sequence[SafetyCleared], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """A named person cleared a crisis; what waited for that may go on."""
    levels = {event.request_id: event.level for event in events}
    await storage.save_cleared(tx, levels, {event.request_id: event.cleared_at for event in events})
    found = await storage.load_open_by_request(tx, levels)
    dues = terms.dues(now)
    await keep(tx, [one for each in found if (one := clear(each, levels[each.request_id], dues))], now)


@listen(MailSuppressed)
async def on_mails_suppressed(
    events: Sequence[MailSuppressed], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """Who waits and could not be asked by mail is asked by a coordinator."""
    await _asked_in_vain(events, tx, now, terms)


@listen(MailFailed)
async def on_mails_failed(
    events: Sequence[MailFailed], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """The same where their mail server refused it."""
    await _asked_in_vain(events, tx, now, terms)


LISTENERS = (
    on_consultations_requested,
    on_professionals_requested,
    on_consultations_withdrawn,
    on_contacts_changed,
    on_safety_cleared,
    on_mails_suppressed,
    on_mails_failed,
    on_persons_erased,
    *CALL_LISTENERS,
)


def request_from(event: ConsultationRequested) -> Request:
    """Intake's fact in matching's own terms."""
    wished = event.preferences
    return Request(
        request_id=event.request_id,
        reference=event.reference,
        person_id=event.person_id,
        received_at=event.received_at,
        language=event.language,
        state=event.state,
        age=event.age,
        unit=event.unit,
        flags=frozenset(event.flags),
        concerns=event.concerns,
        suggested=event.suggested_concerns,
        format=wished.format,
        sites=frozenset(wished.sites),
        languages=frozenset(wished.languages),
        language_required=wished.language_required,
        modalities=frozenset(wished.modalities),
        identities=frozenset(wished.clinician),
        times=frozenset(wished.times),
        fee_max=wished.fee_max,
        safety_level=event.safety_level,
        time_zone=event.time_zone,
        test=event.test,
        first_wrote_at=event.first_received_at if event.reopened else None,
    )


def professional_from(event: ProfessionalRequested) -> Request:
    """A colleague's request: nothing in it is matched."""
    return Request(
        request_id=event.request_id,
        reference=event.reference,
        person_id=event.person_id,
        received_at=event.received_at,
        language=event.language,
        state="",
        age=0,
        unit="",
        professional=True,
        test=event.test,
    )


async def _take_up(
    requests: Mapping[str, Request],
    tx: Transaction,
    now: datetime,
    ids: Ids,
    terms: Terms,
    rosters: storage.RosterCache,
) -> None:
    new = await storage.admit_requests(tx, requests, now)
    news = await storage.lock_news(tx, new)
    asked = [requests[each] for each in requests if each in new]
    arrived = [
        Arrived(_as_cleared(each, news[each.request_id]), ids.new(), terms.contact_due(each.received_at))
        for each in asked
    ]
    made = refer(arrived, await load_desk(tx, terms, rosters, now), now)
    await storage.save_referrals(tx, made, now)
    await announce(tx, [decided(each.referral, each.outcome) for each in made], now=now)
    earlier = [_known_before(one.referral, news[one.referral.request_id], terms, now) for one in made]
    await keep(tx, [each for changes in earlier for each in changes], now)


def _as_cleared(request: Request, news: storage.News) -> Request:
    """A crisis that was cleared before matching heard of the request is none."""
    level = news.cleared_since(request.received_at)
    return replace(request, safety_level=level) if level else request


def _known_before(referral: Referral, news: storage.News, terms: Terms, now: datetime) -> Sequence[Moved]:
    """What intake said of a request before matching heard of it, as if it had come after."""
    called = hear(referral, news.call, terms, now) if news.call else None
    referral = called.after if called else referral
    silenced = silence(referral, terms.dues(now)) if news.silenced else None
    return [each for each in (called, silenced) if each is not None]


async def _asked_in_vain(
    events: Sequence[MailSuppressed | MailFailed], tx: Transaction, now: datetime, terms: Terms
) -> None:
    unasked = [event.request_id for event in events if event.template == CHECK_IN]
    found = await storage.load_open_by_request(tx, unasked) if unasked else []
    await keep(tx, [each for one in found if (each := not_asked(one, terms.dues(now)))], now)
