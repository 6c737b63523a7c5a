"""Requests that look like spam: seen, released, discarded."""

from datetime import datetime

from services.intake import storage
from services.intake.domain.announcing import request_fact
from services.intake.domain.request import Request, discarded, released
from services.intake.handlers import tell
from shared import audit
from shared.database import Database, Transaction


async def quarantine(database: Database) -> list[Request]:
    """Every request in quarantine, the most pressing first."""
    async with database.reading() as tx:
        return await storage.load_quarantined(tx)


async def release(database: Database, reference: str, now: datetime) -> Request | None:
    """Announces a quarantined request as if it came now; None when there is none of that reference."""
    async with database.transaction() as tx:
        waiting = await _quarantined(tx, reference)
        if waiting is None:
            return None
        freed = released(waiting, now)
        if not await storage.update_request(tx, freed, now):
            return None
        await storage.save_steps(tx, [storage.Step(freed.id, now, "action", "quarantine.released")])
        by = audit.actor(tx, "operator")
        await audit.record(tx, [audit.Entry(now, by, "quarantine.released", freed.id)])
        same = await storage.load_same_address(tx, [freed.id])
        await tell(tx, [request_fact(freed, same.get(freed.id, ()))], now)
    return freed


async def discard(database: Database, reference: str, now: datetime) -> Request | None:
    """Closes a quarantined request as spam; None when there is none of that reference."""
    async with database.transaction() as tx:
        waiting = await _quarantined(tx, reference)
        if waiting is None:
            return None
        closed = discarded(waiting)
        if not await storage.update_request(tx, closed, now):
            return None
        await storage.end_ladder(tx, closed.id)
        await storage.save_steps(tx, [storage.Step(closed.id, now, "action", "quarantine.discarded")])
        by = audit.actor(tx, "operator")
        await audit.record(tx, [audit.Entry(now, by, "quarantine.discarded", closed.id)])
    return closed


async def _quarantined(tx: Transaction, reference: str) -> Request | None:
    request = await storage.take_request(tx, reference)
    return request if request is not None and request.status == "quarantined" else None
