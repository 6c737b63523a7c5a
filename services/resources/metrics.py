"""What can be seen of resources from outside, in numbers."""

from datetime import datetime

from services.resources.storage import going_on
from shared.database import Transaction
from shared.gauges import Gauge, seconds_since


async def _running(tx: Transaction, now: datetime) -> float:
    return (await going_on.count_going_on(tx))[0]


async def _late(tx: Transaction, now: datetime) -> float:
    return seconds_since((await going_on.count_going_on(tx))[1], now)


GAUGES = (
    Gauge("practice_journeys_going_on", "People who get something to read by and by", _running),
    Gauge("practice_series_late_seconds", "How late the oldest next step of a journey is", _late),
)
