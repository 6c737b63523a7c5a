"""What the practice decides about the contact with a person: silence, and its end."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from services.intake import storage
from services.intake.handlers import contact
from shared import audit
from shared.database import Database, Transaction


async def silence(database: Database, reference: str, now: datetime) -> list[str] | None:
    """Stops all contact with everybody at this request's addresses; gives the references it changed."""
    return await _by_practice(database, reference, "silence.asked", contact.silence, now)


async def allow(database: Database, reference: str, now: datetime) -> list[str] | None:
    """Takes the silence of this request's person back; gives the references that it changed."""
    return await _by_practice(database, reference, "silence.lifted", contact.lift, now)


async def _by_practice(
    database: Database,
    reference: str,
    step: str,
    act: Callable[[Transaction, str, datetime], Awaitable[list[str]]],
    now: datetime,
) -> list[str] | None:
    """What the practice decides about the contact with the person of this request; None: nobody knows it."""
    async with database.transaction() as tx:
        request = await storage.load_request(tx, reference)
        if request is None:
            return None
        await storage.save_steps(tx, [storage.Step(request.id, now, "action", step)])
        await audit.record(tx, [audit.Entry(now, audit.actor(tx, "operator"), step, request.id)])
        return await act(tx, request.person_id, now)
