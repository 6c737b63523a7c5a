"""What resources does when matching announces how a request's referral stands. The latest counts."""

from collections.abc import Sequence
from datetime import datetime

from services.resources import storage
from services.resources.domain.journey import Course
from services.resources.domain.request import Care
from services.resources.handlers.desk import heed_all, latest_of
from shared.contracts.matching import (
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralFact,
    ReferralFailed,
    ReferralRejected,
    ReferralReopened,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen


@listen(ReferralAccepted)
async def on_referrals_accepted(
    events: Sequence[ReferralAccepted], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """A journey rests while a clinician is there for its person."""
    await _hear(tx, [(event, Care("accepted", now)) for event in events], now, course)


@listen(ReferralRejected)
async def on_referrals_rejected(
    events: Sequence[ReferralRejected], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """What a clinician's yes paused goes on."""
    await _hear(tx, [(event, Care("open", now)) for event in events], now, course)


@listen(ReferralReopened)
async def on_referrals_reopened(
    events: Sequence[ReferralReopened], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """What a clinician's yes paused goes on; what a completed referral stopped does not."""
    await _hear(tx, [(event, Care("open", now)) for event in events], now, course)


@listen(ReferralCancelled)
async def on_referrals_cancelled(
    events: Sequence[ReferralCancelled], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """Nothing comes of it, nor of the call that was about it."""
    care = [(event, Care("ended", event.cancelled_at)) for event in events]
    await _hear(tx, care, now, course)


@listen(ReferralFailed)
async def on_referrals_failed(
    events: Sequence[ReferralFailed], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """Nothing comes of it, nor of the call that was about it."""
    care = [(event, Care("ended", event.failed_at)) for event in events]
    await _hear(tx, care, now, course)


@listen(ReferralCompleted)
async def on_referrals_completed(
    events: Sequence[ReferralCompleted], tx: Transaction, now: datetime, ids: Ids, course: Course
) -> None:
    """Care has begun: readings to think it over by have no place in it."""
    care = [(event, Care("completed", event.completed_at)) for event in events]
    await _hear(tx, care, now, course)


REFERRAL_LISTENERS = (
    on_referrals_accepted,
    on_referrals_rejected,
    on_referrals_reopened,
    on_referrals_cancelled,
    on_referrals_failed,
    on_referrals_completed,
)


async def _hear(
    tx: Transaction, care: Sequence[tuple[ReferralFact, Care]], now: datetime, course: Course
) -> None:
    latest = latest_of(care)
    await storage.save_care(tx, latest, now)
    await heed_all(tx, latest, course, now)
