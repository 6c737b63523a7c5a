"""A crisis, taken up by a coordinator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.intake import storage
from services.intake.domain.announcing import cleared_fact
from services.intake.domain.contact import Note
from services.intake.domain.request import Cleared
from services.intake.handlers import Desk, tell
from shared.database import Database
from shared.ids import Ids


@dataclass(frozen=True, slots=True)
class NotCleared:
    """Nothing was changed."""

    why: Literal["unknown_coordinator", "unknown_request", "no_crisis"]


@dataclass(frozen=True, slots=True)
class ClearedBefore:
    """Somebody was first; nothing was changed."""

    first: Cleared


Clearing = Cleared | ClearedBefore | NotCleared


async def clear_safety(
    database: Database, desk: Desk, reference: str, by: str, because: str, now: datetime, ids: Ids
) -> Clearing:
    """A coordinator has taken a crisis up: what waited for that goes on, announced, with their reason kept.

    Clearing it again changes nothing and says who cleared it first.
    """
    if desk.practice.coordinator(by) is None:
        return NotCleared("unknown_coordinator")
    async with database.transaction() as tx:
        request = await storage.take_request(tx, reference)
        if request is None:
            return NotCleared("unknown_request")
        cleared = await storage.save_cleared(tx, request.id, by, now)
        if cleared is None:
            earlier = await storage.load_cleared(tx, request.id)
            return ClearedBefore(earlier) if earlier else NotCleared("no_crisis")
        note = Note(now, f"coordinator:{by}", because)
        await storage.keep_note(tx, ids.new(), request.id, note, desk.sealer)
        await tell(tx, [cleared_fact(request, cleared)], now)
    return cleared
