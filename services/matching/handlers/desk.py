"""What decisions are made against, and how a change is kept."""

from collections.abc import Sequence
from datetime import datetime

from services.matching import storage
from services.matching.domain.change import BY_THEMSELVES, Done
from services.matching.domain.refer import Desk
from services.matching.domain.referral import Moved, Refused
from services.matching.settings import Terms
from shared import audit
from shared.database import Transaction
from shared.messaging.outbox import announce


async def load_desk(tx: Transaction, terms: Terms, rosters: storage.RosterCache, now: datetime) -> Desk:
    """The desk as it stands in this transaction."""
    loads, owned = await storage.load_workload(tx)
    roster = await rosters.load(tx)
    return Desk(roster, loads, terms.coordinators, owned, terms.policy, terms.facts, terms.today(now))


async def record(tx: Transaction, done: Done, now: datetime) -> Done:
    """Keeps the change with its place and its facts; `full` instead, and nothing kept, where no place is."""
    if isinstance(done, Refused):
        return done
    full = await storage.move_places(tx, [done], now)
    if full:
        return Refused("full", done.before, why="capacity", since=next(iter(full.values())))
    await record_all(tx, [done], now)
    return done


async def keep(tx: Transaction, moved: Sequence[Moved], now: datetime) -> None:
    """Keeps changes that free places or leave them; none of them can be refused one."""
    await storage.move_places(tx, moved, now)
    await record_all(tx, moved, now)


async def record_all(tx: Transaction, moved: Sequence[Moved], now: datetime) -> None:
    """Keeps changes whose places are moved already."""
    await storage.save_moved(tx, moved, now)
    await audit.record(tx, [_entry(tx, each, now) for each in moved if each.by not in BY_THEMSELVES])
    await announce(tx, [fact for each in moved for fact in each.facts], now=now)


def _entry(tx: Transaction, moved: Moved, now: datetime) -> audit.Entry:
    after = moved.after
    by = audit.actor(tx, moved.by, after.request_id)
    return audit.Entry(
        now, by, f"referral.{moved.act}", after.request_id, detail={"referral": after.referral_id}
    )
