"""How long matching keeps what, and what goes when that time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.matching import storage
from shared.database import Transaction
from shared.messaging.forget import forget
from shared.messaging.retention import Rule
from shared.practice.clocks import Retention

PROOFS_KEPT_FOR = timedelta(days=1)


def rules(retention: Retention) -> Sequence[Rule]:
    """What the clocks of the practice say of matching's own tables."""
    return (
        Rule("referrals", retention.requests, storage.count_ended, _take_ended),
        Rule("known_requests", retention.requests, storage.count_unused, _take_unused),
        Rule("proofs", PROOFS_KEPT_FOR, storage.count_proofs, _take_proofs),
    )


async def _take_ended(tx: Transaction, before: datetime, now: datetime) -> int:
    """Nothing of messages names them any more either."""
    names = await storage.take_ended(tx, before)
    await forget(tx, names)
    return len(names) // 2  # of each, its own id and its request's


async def _take_unused(tx: Transaction, before: datetime, now: datetime) -> int:
    return await storage.take_unused(tx, before)


async def _take_proofs(tx: Transaction, before: datetime, now: datetime) -> int:
    return await storage.take_proofs(tx, before)
