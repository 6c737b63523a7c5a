"""What matching does when it hears a fact: load, decide, record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.matching import storage
from services.matching.domain.cancel import Cancelled, cancel
from services.matching.domain.refer import Arrived, Desk, NewReferral, refer
from services.matching.domain.types import Held, Miss, NobodyFits, Proposed, Request
from services.matching.settings import Terms
from shared.contracts.intake import ConsultationRequested, ConsultationWithdrawn
from shared.contracts.matching import (
    Candidate,
    ClinicianDetail,
    CliniciansAnswered,
    CliniciansAsked,
    NearMiss,
    ReferralCancelled,
    ReferralFact,
    ReferralHeld,
    ReferralProposed,
    ReferralReferredOut,
    ReferralWaitlisted,
)
from shared.database import Database, Transaction
from shared.ids import Ids
from shared.messaging.ask import answer
from shared.messaging.listen import listen
from shared.messaging.outbox import announce


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
    new = await storage.admit_requests(tx, requests, now)
    arrived = [
        Arrived(request, ids.new(), terms.contact_due(request.received_at))
        for request in requests.values()
        if request.request_id in new
    ]
    loads, owned = await storage.load_workload(tx)
    desk = Desk(await rosters.load(tx), loads, terms.coordinators, owned)
    made = refer(arrived, desk, terms.policy, terms.facts, today=terms.today(now), now=now)
    await storage.save_referrals(tx, made, now)
    await announce(tx, [fact_of(each) for each in made], now=now)


@listen(ConsultationWithdrawn)
async def on_consultations_withdrawn(
    events: Sequence[ConsultationWithdrawn], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """An open referral ends; a request that has yet to arrive will get none."""
    reasons = {event.request_id: event.why for event in events}
    await storage.withdraw_requests(tx, reasons, now)
    cancelled = cancel(await storage.load_open_by_request(tx, reasons), reasons)
    await storage.save_cancelled(tx, cancelled, now)
    await announce(tx, [_cancellation(each, now) for each in cancelled], now=now)


@answer(CliniciansAsked)
async def answer_clinicians(
    question: CliniciansAsked, database: Database, now: datetime
) -> CliniciansAnswered:
    """Who these clinicians are, those who left included: a mail may still speak of them."""
    async with database.reading() as tx:
        asked = await storage.load_clinicians_by_id(tx, question.clinician_ids)
        supervisors = {each.record.supervisor for each in asked.values() if each.record.supervisor}
        known = asked | await storage.load_clinicians_by_id(tx, supervisors)
    found = [_detail(asked[each], known) for each in question.clinician_ids if each in asked]
    return CliniciansAnswered(clinicians=tuple(found))


LISTENERS = (on_consultations_requested, on_consultations_withdrawn)
ANSWERS = (answer_clinicians,)


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
        test=event.test,
    )


def fact_of(made: NewReferral) -> ReferralFact:
    """What is announced about a new referral."""
    common: dict[str, Any] = {
        "version": 1,
        "referral_id": made.referral_id,
        "request_id": made.request.request_id,
        "reference": made.request.reference,
        "person_id": made.request.person_id,
        "owner": made.owner,
        "due_at": made.due_at,
        "policy_version": made.policy_version,
    }
    match made.outcome:
        case Proposed():
            return ReferralProposed(
                **common,
                candidates=_candidates(made.outcome),
                excluded=len(made.outcome.excluded),
                nearest=_near(made.outcome.nearest),
            )
        case NobodyFits(could_free=True):
            return ReferralWaitlisted(**common, nearest=_near(made.outcome.nearest))
        case NobodyFits():
            return ReferralReferredOut(**common, nearest=_near(made.outcome.nearest))
        case Held():
            return ReferralHeld(**common, why=made.outcome.why)


def _candidates(outcome: Proposed) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(clinician_id=fit.clinician_id, score=fit.score, reasons=fit.reasons)
        for fit in outcome.candidates
    )


def _near(misses: Sequence[Miss]) -> tuple[NearMiss, ...]:
    return tuple(NearMiss(clinician_id=miss.clinician_id, gaps=miss.codes) for miss in misses)


def _cancellation(cancelled: Cancelled, now: datetime) -> ReferralCancelled:
    return ReferralCancelled(
        version=cancelled.version,
        referral_id=cancelled.referral_id,
        request_id=cancelled.request_id,
        reference=cancelled.reference,
        person_id=cancelled.person_id,
        cancelled_at=now,
        why=cancelled.why,
    )


def _detail(stored: storage.StoredClinician, known: dict[str, storage.StoredClinician]) -> ClinicianDetail:
    record = stored.record
    above = known.get(record.supervisor or "") if stored.associate else None
    return ClinicianDetail(
        clinician_id=record.id,
        name=record.name,
        pronouns=record.pronouns,
        credential=record.credential,
        supervisor_name=above.record.name if above else None,
        supervisor_credential=above.record.credential if above else None,
        free_places=max(0, record.capacity - record.caseload),
        fee_min=record.fee.min,
        fee_max=record.fee.max,
        languages=record.languages,
    )
