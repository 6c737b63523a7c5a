"""A working day begins: each coordinator hears once what is open."""

from datetime import datetime

from services.matching import storage
from services.matching.domain.digest import Morning, morning
from services.matching.settings import Terms
from shared.contracts.matching import DigestDue
from shared.database import Database
from shared.ids import Ids
from shared.messaging.outbox import announce


async def announce_digests(database: Database, terms: Terms, now: datetime, ids: Ids) -> None:
    """From the digest's time until the practice closes: a digest for everybody who has none of that day.

    What is in it is asked for when the mail is written; a service that starts later still sends it.
    """
    today = morning(terms.working_hours, terms.clocks.digest_at, now)
    if today is None:
        return
    async with database.reading() as tx:
        lacking = terms.read_digests - await storage.load_digested(tx, today.day)
    if not lacking:
        return
    async with database.transaction() as tx:
        wanted = {who: ids.new() for who in sorted(lacking)}
        new = await storage.save_digests(tx, wanted, today.day, now)
        await announce(tx, [_due(who, new[who], today) for who in new], now=now)


def _due(coordinator_id: str, digest_id: str, today: Morning) -> DigestDue:
    return DigestDue(
        version=1,
        digest_id=digest_id,
        coordinator_id=coordinator_id,
        day=today.day.isoformat(),
        due_at=today.due_at,
    )
