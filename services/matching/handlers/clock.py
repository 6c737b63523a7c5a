"""What time brings. Each looks for a list that is due, decides each of it, and keeps it in one transaction.

Called by ticks until nothing is left: `True` says that there may be more.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.matching import storage
from services.matching.domain.follow import lapse, nudge
from services.matching.domain.refer import Desk
from services.matching.domain.referral import Dues, Moved, Referral
from services.matching.domain.settle import settle
from services.matching.handlers.desk import load_desk, record_all
from services.matching.settings import Terms
from shared.database import Database, Transaction

AT_ONCE = 64


async def settle_due(database: Database, terms: Terms, rosters: storage.RosterCache, now: datetime) -> bool:
    """Acts that nobody has undone in time stand: they are announced, and what follows happens."""
    async with database.transaction() as tx:
        found = await storage.load_settling(tx, now, AT_ONCE)
        return await _follow(tx, found, settle, terms, rosters, now)


async def lapse_unanswered(
    database: Database, terms: Terms, rosters: storage.RosterCache, now: datetime
) -> bool:
    """Offers that nobody has answered in time end, and their coordinators are asked what next."""
    async with database.transaction() as tx:
        found = await storage.load_unanswered(tx, now, AT_ONCE)
        return await _follow(tx, found, lapse, terms, rosters, now)


async def nudge_overdue(database: Database, terms: Terms, now: datetime) -> bool:
    """Somebody is reminded of what is overdue: its owner, the deputy, the practice's owner, each once."""
    async with database.transaction() as tx:
        found = await storage.load_overdue(tx, now, AT_ONCE)
        dues = terms.dues(now)
        moved = [_nudged(each, terms, dues) for each in found]
        await record_all(tx, moved, now)
    return len(found) == AT_ONCE


def _nudged(referral: Referral, terms: Terms, dues: Dues) -> Moved:
    stands = referral.standing
    who, next_at = terms.nudge(referral.owner, stands.nudged, stands.due_at)
    return nudge(referral, who.level, who.coordinator_id, next_at, dues)


async def _follow(
    tx: Transaction,
    found: list[Referral],
    decide: Callable[[Referral, Desk, Dues], Any],
    terms: Terms,
    rosters: storage.RosterCache,
    now: datetime,
) -> bool:
    """Decides each; a later one sees what the earlier ones were proposed."""
    if not found:
        return False
    desk, dues = await load_desk(tx, terms, rosters, now), terms.dues(now)
    moved: list[Moved] = []
    for each in found:
        done = decide(each, desk, dues)
        if isinstance(done, Moved):
            moved.append(done)
            if done.outcome is not None:
                desk = desk.after(done.outcome, now)
    await storage.move_places(tx, moved, now)
    await record_all(tx, moved, now)
    return len(found) == AT_ONCE
