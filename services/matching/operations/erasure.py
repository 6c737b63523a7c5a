"""Whether somebody is forgotten here."""

from collections.abc import Collection
from datetime import datetime

from services.matching import storage
from services.matching.handlers.erasing import erase_requests
from shared.database import Database


async def has_forgotten(database: Database, request_ids: Collection[str]) -> bool:
    """Whether all that is left of each of these requests is that it was erased."""
    wanted = set(request_ids)
    async with database.reading() as tx:
        return await storage.load_buried(tx, wanted) == wanted and not await storage.still_kept(tx, wanted)


async def forget_again(database: Database, since: datetime, now: datetime) -> None:
    """What came about somebody at the moment at which they were erased goes too; `since`: erased since."""
    async with database.transaction() as tx:
        buried = await storage.load_buried_since(tx, since)
        if buried:
            await erase_requests(tx, buried, (), now)
