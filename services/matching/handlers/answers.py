"""What others ask of matching."""

from datetime import datetime

from services.matching import storage
from services.matching.handlers.proofs import NotProven, TooMany, ask_proof, prove
from services.matching.settings import Terms
from shared.contracts.matching import (
    ClinicianDetail,
    CliniciansAnswered,
    CliniciansAsked,
    CodeAsked,
    CodeMailed,
    DigitsChecked,
    DigitsTold,
    OpenReferral,
    OpenReferralsAnswered,
    OpenReferralsAsked,
    OwnWords,
)
from shared.database import Database
from shared.ids import Ids
from shared.messaging.ask import answer
from shared.tokens import Links


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


@answer(OpenReferralsAsked)
async def answer_open_referrals(
    question: OpenReferralsAsked, database: Database, now: datetime, terms: Terms
) -> OpenReferralsAnswered:
    """What is in this coordinator's hands; for the practice's owner also what is in nobody's."""
    async with database.reading() as tx:
        found = await storage.load_open(tx)
    theirs = [each for each in found if terms.in_hands_of(each.owner) == question.coordinator_id]
    return OpenReferralsAnswered(referrals=tuple(_open(each, now) for each in theirs if not each.test))


@answer(CodeAsked)
async def answer_code(question: CodeAsked, database: Database, now: datetime, ids: Ids) -> CodeMailed:
    """A code is mailed for a page of another service, counted with those for pages of our own."""
    asked = await ask_proof(database, question.recipient, question.matter, now, ids)
    return CodeMailed(again_at=asked.again_at if isinstance(asked, TooMany) else None)


@answer(DigitsTold)
async def answer_digits(
    question: DigitsTold, database: Database, now: datetime, links: Links
) -> DigitsChecked:
    """Whether the digits prove a browser there."""
    told = await prove(database, links, question.recipient, question.matter, question.digits, now)
    if isinstance(told, NotProven):
        return DigitsChecked(proof_id=None, tries_left=told.tries_left)
    return DigitsChecked(proof_id=told.proof_id, tries_left=0)


ANSWERS = (answer_clinicians, answer_open_referrals, answer_code, answer_digits)


def _open(found: storage.OpenReferral, now: datetime) -> OpenReferral:
    return OpenReferral(
        referral_id=found.referral_id,
        reference=found.reference,
        state=found.state,
        stage=found.stage,
        owner=found.owner,
        next_action=found.next_action,
        due_at=found.due_at,
        received_at=found.received_at,
        overdue=found.due_at <= now,
        new=found.untouched,
        clinician_id=found.clinician_id,
        call_at=found.call_at,
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
        free_places=stored.free_places,
        fee_min=record.fee.min,
        fee_max=record.fee.max,
        languages=record.languages,
        email=record.email,
        introduction=OwnWords.of(dict(record.introduction.by_language)),
    )
