"""What intake does when matching says that a referral has ended, or is open again: a call stands or falls.

A referral is open until it ends, and comes back by `referral.reopened` alone, whatever is decided of it then:
nothing else that is said of referrals has to be heard here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.intake import storage
from services.intake.handlers.booked import cancel_calls
from shared.contracts.matching import (
    ReferralCancelled,
    ReferralCompleted,
    ReferralFact,
    ReferralFailed,
    ReferralReopened,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

OURSELVES = "intake"
CLOSED = "referral_closed"


@listen(ReferralCancelled)
async def on_referrals_cancelled(
    events: Sequence[ReferralCancelled], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """A call that has not begun does not take place; nobody books another for it."""
    await _end(tx, events, now)


@listen(ReferralFailed)
async def on_referrals_failed(
    events: Sequence[ReferralFailed], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """The same where it could not be brought to an end here."""
    await _end(tx, events, now)


@listen(ReferralCompleted)
async def on_referrals_completed(
    events: Sequence[ReferralCompleted], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """The same where care has begun."""
    await _end(tx, events, now)


@listen(ReferralReopened)
async def on_referrals_reopened(
    events: Sequence[ReferralReopened], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """It is open: a call may be booked again. What was cancelled stays cancelled."""
    await storage.save_ended_referrals(tx, {event.request_id: False for event in events})


LISTENERS = (
    on_referrals_cancelled,
    on_referrals_failed,
    on_referrals_completed,
    on_referrals_reopened,
)


async def _end(tx: Transaction, events: Iterable[ReferralFact], now: datetime) -> None:
    """Somebody who books at this moment is waited for, and their call cancelled too."""
    ended = sorted({event.request_id for event in events})
    await storage.lock_people_of(tx, ended)
    await storage.save_ended_referrals(tx, dict.fromkeys(ended, True))
    await cancel_calls(tx, ended, CLOSED, OURSELVES, now)
