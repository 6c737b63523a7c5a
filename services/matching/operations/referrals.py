"""What is open, and what happened to a referral."""

from typing import Any

from services.matching import storage
from shared.database import Database


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """Matching's part of `practice trail`: what happened to the referral, in order, codes only."""
    async with database.reading() as tx:
        steps = await storage.load_steps(tx, reference)
    return [{"at": each.at, "kind": "event", "name": each.name, "detail": each.detail} for each in steps]


async def open_referrals(database: Database) -> list[storage.OpenReferral]:
    """Every open referral with its owner, next action and due time, the most pressing first."""
    async with database.reading() as tx:
        return await storage.load_open(tx)
