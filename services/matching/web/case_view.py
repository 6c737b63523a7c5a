"""One referral with whom it names: how it stands, and who is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.matching import storage
from services.matching.domain import wording
from services.matching.domain.referral import Referral
from services.matching.domain.types import Fit
from services.matching.web import words
from services.matching.web.front import Front
from services.matching.web.says import day_and_time, day_of
from shared.database import Transaction

Clinicians = Mapping[str, storage.StoredClinician]


@dataclass(frozen=True, slots=True)
class Case:
    """A referral with what was decided for it and what happened to it."""

    referral: Referral
    decision: storage.Decision | None
    steps: Sequence[storage.Step]
    clinicians: Clinicians

    def name(self, clinician_id: str) -> str:
        """What a clinician is called."""
        known = self.clinicians.get(clinician_id)
        return known.record.name if known else clinician_id


@dataclass(frozen=True, slots=True)
class Shown:
    """A clinician on a page: who they are, and why they are in or out."""

    id: str
    name: str
    about: str  # pronouns, credential, supervisor
    reasons: str
    places: str


async def load_case(front: Front, referral_id: str, *, everybody: bool = False) -> Case | None:
    """The referral with those clinicians whom it names, or with all of them."""
    async with front.database.reading() as tx:
        referral = await storage.load_referral(tx, referral_id)
        if referral is None:
            return None
        decision = await storage.load_decided(tx, referral_id)
        steps = await storage.load_steps(tx, referral.request.reference)
        clinicians: Clinicians
        if everybody:
            clinicians = {each.record.id: each for each in await storage.load_clinicians(tx)}
        else:
            clinicians = await _named(tx, referral, decision, steps)
    return Case(referral, decision, steps, clinicians)


async def _named(
    tx: Transaction, referral: Referral, decision: storage.Decision | None, steps: Sequence[storage.Step]
) -> dict[str, storage.StoredClinician]:
    named = {each.clinician_id for each in decision.candidates} | {*decision.nearest} if decision else set()
    named |= {step.detail["clinician_id"] for step in steps if "clinician_id" in step.detail}
    if referral.choice:
        named.add(referral.choice.clinician_id)
    found = await storage.load_clinicians_by_id(tx, named)
    above = {each.record.supervisor for each in found.values() if each.record.supervisor}
    return found | await storage.load_clinicians_by_id(tx, above - found.keys())


def facts_of(front: Front, referral: Referral) -> list[tuple[str, str]]:
    """How it stands and what comes next, by when; nobody's name."""
    stands = referral.standing
    facts = [("How it stands", words.stage(stands.stage))]
    if not referral.ended:
        facts.append(
            ("Next", words.next_action(stands.next_action, professional=referral.request.professional))
        )
        facts.append(("By", day_and_time(stands.due_at, front.terms.zone)))
    return facts


def all_facts_of(front: Front, referral: Referral) -> list[tuple[str, str]]:
    """The same with whose hands it is in, or why it ended."""
    facts = facts_of(front, referral)
    first = referral.request.first_wrote_at
    if first is not None:
        facts.append(("First wrote", f"{day_of(first, front.terms.zone)}, and wanted to read first"))
        facts.append(("Said they are ready", day_and_time(referral.request.received_at, front.terms.zone)))
    if not referral.ended:
        owner = front.practice.coordinator(front.terms.in_hands_of(referral.owner))
        facts.append(("In the hands of", owner.name if owner else referral.owner))
    elif referral.standing.why:
        facts.append(("Why", words.ending(referral.standing.why)))
    return facts


def shown_fit(front: Front, case: Case, fit: Fit) -> Shown:
    """A clinician who fits, with the reasons in words."""
    reasons = [wording.reason(code, front.label) for code in fit.reasons]
    return shown_clinician(case, fit.clinician_id, reasons)


def shown_clinician(case: Case, clinician_id: str, said: Sequence[str]) -> Shown:
    """A clinician with what is said of them."""
    reasons = f"{', '.join(said)[:1].upper()}{', '.join(said)[1:]}." if said else ""
    known = case.clinicians.get(clinician_id)
    if known is None:
        return Shown(clinician_id, clinician_id, "", reasons, "")
    record = known.record
    about = [record.pronouns or "", record.credential, supervised(case.clinicians, known)]
    free = known.free_places
    places = "one free place" if free == 1 else f"{free or 'no'} free places"
    return Shown(clinician_id, record.name, ", ".join(filter(None, about)), reasons, places)


def supervised(clinicians: Clinicians, known: storage.StoredClinician) -> str:
    """`supervised by Jo Okafor, LMFT`, for an associate."""
    above = clinicians.get(known.record.supervisor or "") if known.associate else None
    return f"supervised by {above.record.name}, {above.record.credential}" if above else ""
