"""What happened elsewhere, and the mails that follow from it. Sending them is another story: `delivery`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.plan import Desk, Occasion, plan
from shared.contracts.intake import (
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    ReadinessRequested,
    RequestQuarantined,
    SafetyFlagged,
)
from shared.contracts.matching import (
    ReferralCancelled,
    ReferralHeld,
    ReferralProposed,
    ReferralReferredOut,
    ReferralWaitlisted,
)
from shared.contracts.resources import ReadingListPrepared
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence


@dataclass(frozen=True, slots=True)
class Office:
    """Who reads the practice's own mail, and the domain that Message-IDs carry."""

    desk: Desk
    mail_domain: str


@listen(ConsultationRequested)
async def on_consultations_requested(
    events: Many[ConsultationRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person gets their acknowledgement."""
    await _record([occasions.consultation_came(event) for event in events], tx, now, ids, office)


@listen(ReadinessRequested)
async def on_readiness_requested(
    events: Many[ReadinessRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """A coordinator knows; the answer is the reading list, or a neutral one where that must wait."""
    await _record([occasions.reading_asked_for(event) for event in events], tx, now, ids, office)


@listen(ReadingListPrepared)
async def on_reading_lists_prepared(
    events: Many[ReadingListPrepared], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person gets what they asked to read."""
    await _record([occasions.reading_chosen(event) for event in events], tx, now, ids, office)


@listen(ReferralProposed)
async def on_referrals_proposed(
    events: Many[ReferralProposed], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner gets the referral, with reasons."""
    await _record([occasions.clinicians_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralWaitlisted)
async def on_referrals_waitlisted(
    events: Many[ReferralWaitlisted], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner sees who comes nearest; the person learns that they wait."""
    await _record([occasions.nobody_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralReferredOut)
async def on_referrals_referred_out(
    events: Many[ReferralReferredOut], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner sees who comes nearest; the person learns where else to turn."""
    await _record([occasions.nobody_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralHeld)
async def on_referrals_held(
    events: Many[ReferralHeld], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner looks before anything is proposed."""
    await _record([occasions.matching_stopped(event, now) for event in events], tx, now, ids, office)


@listen(SafetyFlagged)
async def on_safety_flagged(
    events: Many[SafetyFlagged], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Words of crisis reach the person on call, at any hour."""
    await _record([occasions.safety_raised(event) for event in events], tx, now, ids, office)


@listen(RequestQuarantined)
async def on_requests_quarantined(
    events: Many[RequestQuarantined], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """A coordinator sees what looked like spam; the sender hears nothing."""
    await _record([occasions.set_aside(event) for event in events], tx, now, ids, office)


@listen(ConsultationWithdrawn)
async def on_consultations_withdrawn(
    events: Many[ConsultationWithdrawn], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nothing more goes to the person about this request."""
    await storage.close(tx, [event.request_id for event in events], "withdrawn", now)


@listen(ReferralCancelled)
async def on_referrals_cancelled(
    events: Many[ReferralCancelled], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nothing more goes to the person about this referral."""
    await storage.close(tx, [event.referral_id for event in events], "referral_cancelled", now)


@listen(ContactChanged)
async def on_contacts_changed(events: Many[ContactChanged], tx: Transaction, now: datetime, ids: Ids) -> None:
    """Silence takes effect on what is waiting; any other change is looked at at once, not after the hold."""
    await storage.stop_for(tx, [event.request_id for event in events if event.silenced], "silenced", now)
    await storage.look_again(tx, [event.request_id for event in events if not event.silenced], now)


async def _record(
    happened: Sequence[Occasion], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    planned = [delivery for occasion in happened for delivery in plan(occasion, office.desk)]
    await storage.save_planned(tx, planned, ids, office.mail_domain, now)


LISTENERS = (
    on_consultations_requested,
    on_readiness_requested,
    on_reading_lists_prepared,
    on_referrals_proposed,
    on_referrals_waitlisted,
    on_referrals_referred_out,
    on_referrals_held,
    on_safety_flagged,
    on_requests_quarantined,
    on_consultations_withdrawn,
    on_referrals_cancelled,
    on_contacts_changed,
)
