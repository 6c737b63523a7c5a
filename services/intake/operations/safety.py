"""A crisis, taken up or cleared by a coordinator, as an operator says for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from services.intake import storage
from services.intake.domain.ladder import Acknowledged
from services.intake.domain.request import Cleared, Request
from services.intake.handlers import Desk, safety
from services.intake.handlers.safety import AcknowledgedBefore, ClearedBefore, NoCrisis
from shared.database import Database, Transaction
from shared.ids import Ids
from shared.practice import Practice


@dataclass(frozen=True, slots=True)
class NotCleared:
    """Nothing was changed."""

    why: Literal["unknown_coordinator", "unknown_request", "no_crisis"]


__all__ = [
    "AcknowledgedBefore",
    "ClearedBefore",
    "Clearing",
    "NotCleared",
    "Taking",
    "acknowledge_safety",
    "clear_safety",
]

Clearing = Cleared | ClearedBefore | NotCleared
Taking = Acknowledged | AcknowledgedBefore | ClearedBefore | NotCleared
Done = TypeVar("Done")


async def acknowledge_safety(
    database: Database, practice: Practice, reference: str, by: str, now: datetime
) -> Taking:
    """A coordinator has this crisis: nobody more is told of it. What waits for clearing still does."""

    async def act(tx: Transaction, request: Request) -> safety.Taking:
        return await safety.acknowledge(tx, request, by, practice, now)

    return await _of(database, practice, reference, by, act)


async def clear_safety(
    database: Database, desk: Desk, reference: str, by: str, because: str, now: datetime, ids: Ids
) -> Clearing:
    """A coordinator has taken a crisis up: what waited for that goes on, announced, with their reason kept.

    Clearing it again changes nothing and says who cleared it first.
    """

    async def act(tx: Transaction, request: Request) -> safety.Ending:
        return await safety.clear(tx, request, by, because, desk, now, ids)

    return await _of(database, desk.practice, reference, by, act)


async def _of(
    database: Database,
    practice: Practice,
    reference: str,
    by: str,
    act: Callable[[Transaction, Request], Awaitable[Done | NoCrisis]],
) -> Done | NotCleared:
    if practice.coordinator(by) is None:
        return NotCleared("unknown_coordinator")
    async with database.transaction() as tx:
        request = await storage.take_request(tx, reference)
        if request is None:
            return NotCleared("unknown_request")
        done = await act(tx, request)
    return NotCleared("no_crisis") if isinstance(done, NoCrisis) else done
