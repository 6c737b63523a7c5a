"""What can be seen of matching from outside, in numbers."""

from datetime import datetime

from services.matching.domain.life import ENDS, STATES
from services.matching.storage import overdue
from shared.database import Transaction
from shared.gauges import Gauge, seconds_since


async def _open(tx: Transaction, now: datetime) -> dict[str, float]:
    return dict.fromkeys(STATES.keys() - ENDS, 0.0) | await overdue.count_open(tx)


async def _overdue(tx: Transaction, now: datetime) -> float:
    return (await overdue.count_overdue(tx, now))[0]


async def _oldest_overdue(tx: Transaction, now: datetime) -> float:
    return seconds_since((await overdue.count_overdue(tx, now))[1], now)


async def _unsettled(tx: Transaction, now: datetime) -> float:
    return seconds_since(await overdue.oldest_unsettled(tx), now)


GAUGES = (
    Gauge("practice_referrals_open", "Open referrals", _open, "stage"),
    Gauge("practice_referrals_overdue", "Referrals that wait for somebody past their time", _overdue),
    Gauge("practice_referral_overdue_seconds", "How long ago the oldest of them was due", _oldest_overdue),
    Gauge("practice_settling_late_seconds", "How late the oldest act to settle is", _unsettled),
)
