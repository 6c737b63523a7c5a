"""Somebody is erased: their referrals go with everything that hangs on them, and their places are free.

Whoever already works with a clinician is counted from now on as this clinician's own caseload: their work
together goes on outside of this system, and a place that was free only here would be given twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.matching import storage
from services.matching.domain.life import COMPLETED, INTRODUCED
from services.matching.domain.referral import INTAKE, Moved, Referral
from services.matching.handlers.roster import keep_roster
from shared.contracts.intake import PersonErased
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.forget import forget
from shared.messaging.listen import listen

IN_CARE = frozenset({INTRODUCED, COMPLETED})
ERASE = "erase"
CASELOAD = ("caseload",)


@listen(PersonErased)
async def on_persons_erased(events: Sequence[PersonErased], tx: Transaction, now: datetime, ids: Ids) -> None:
    """Nothing is left of their requests but that they were erased; nobody is told."""
    request_ids = {each for event in events for each in event.request_ids}
    await erase_requests(tx, request_ids, {event.person_id for event in events}, now)


async def erase_requests(
    tx: Transaction, request_ids: Iterable[str], person_ids: Iterable[str], now: datetime
) -> None:
    """Everything about these requests goes. Doing it again does no harm."""
    wanted = sorted(set(request_ids))
    roster_version = await storage.lock_roster(tx)  # before any referral, as whoever matches again does
    await storage.bury(tx, wanted, now)
    found = await storage.load_by_request(tx, wanted)
    await storage.move_places(tx, [_without_place(each) for each in found], now)
    await _count_as_caseload(tx, found, roster_version, now)
    about = [*wanted, *(name for each in found for name in _names_of(each))]
    await storage.forget_referrals(tx, found, about)
    await forget(tx, [*about, *person_ids])


def _without_place(referral: Referral) -> Moved:
    stands = replace(referral.standing, choice=None)
    return Moved(referral, replace(referral, standing=stands), ERASE, INTAKE)


def _names_of(referral: Referral) -> list[str]:
    """The ids that stood for it, its person and its calls."""
    pending = referral.pending.before.choice if referral.pending else None
    offers = [choice.offer_id for choice in (referral.choice, pending) if choice is not None]
    calls = [referral.call.call_id] if referral.call else []
    return [referral.referral_id, referral.request.person_id, *offers, *calls]


async def _count_as_caseload(
    tx: Transaction, erased: Sequence[Referral], roster_version: int, now: datetime
) -> None:
    """A clinician who works with somebody erased has no more room than before."""
    cared_for = [
        each.choice.clinician_id
        for each in erased
        if each.choice is not None and each.choice.place == "taken" and each.stage in IN_CARE
        if not each.request.test
    ]
    stored = await storage.load_clinicians_by_id(tx, cared_for) if cared_for else {}
    written = {
        who: (_with_more(each, cared_for.count(who)), CASELOAD)
        for who, each in stored.items()
        if not each.gone
    }
    if written:
        await keep_roster(tx, roster_version + 1, written, (), INTAKE, now)


def _with_more(clinician: storage.StoredClinician, more: int) -> storage.StoredClinician:
    record = clinician.record.model_copy(update={"caseload": clinician.record.caseload + more})
    return replace(clinician, record=record, version=clinician.version + 1)
