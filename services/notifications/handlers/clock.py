"""What is said because it is time: reminders, check-ins, digests; and the codes that prove a browser."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.overtake import REMINDERS
from services.notifications.handlers.office import Office, move_on, record
from shared.contracts.matching import DigestDue, ProofRequested, ReferralOverdue, ReferralStillWaiting
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence


@listen(ReferralOverdue)
async def on_referrals_overdue(
    events: Many[ReferralOverdue], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Whose turn it is hears of it, unless the referral has moved on meanwhile."""
    await record([occasions.duty_overdue(event, now) for event in events], tx, now, ids, office)
    heard = await storage.heard_of(tx, {event.referral_id: event.request_id for event in events})
    await storage.overtake(tx, heard, REMINDERS, now)


@listen(ReferralStillWaiting)
async def on_referrals_still_waiting(
    events: Many[ReferralStillWaiting], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person is asked whether they still wait."""
    await move_on("still_waiting", events, tx, now)
    await record([occasions.still_waiting(event, now) for event in events], tx, now, ids, office)


@listen(DigestDue)
async def on_digests_due(
    events: Many[DigestDue], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The coordinator gets what is open, if anything is when the mail is written."""
    await record([occasions.day_begins(event, now) for event in events], tx, now, ids, office)


@listen(ProofRequested)
async def on_proofs_requested(
    events: Many[ProofRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Whose link was opened gets a code, and nobody else."""
    await record([occasions.proof_needed(event, now) for event in events], tx, now, ids, office)


LISTENERS = (on_referrals_overdue, on_referrals_still_waiting, on_digests_due, on_proofs_requested)
