"""What happens to those who wait: matched again when something changed, asked in a while, let go kindly."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.matching import storage
from services.matching.domain.change import Done
from services.matching.domain.follow import check_in, go_quiet, match_again
from services.matching.domain.refer import Desk
from services.matching.domain.referral import Moved, Referral
from services.matching.domain.types import Codes
from services.matching.domain.waitlist import Matched, match_waiting
from services.matching.handlers.desk import load_desk, record_all
from services.matching.settings import Terms
from shared.clock import Clock
from shared.database import Database, Transaction

AT_ONCE = 64
TRIES = 3
FAIR_WARNING = timedelta(weeks=1)  # between being asked late and being taken off the list

Seen = tuple[date, storage.WaitlistState | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What those waiting are matched against."""

    waiting: list[Referral]
    desk: Desk
    promised: dict[str, int]
    set_aside: dict[str, Codes]


class Waitlist:
    """Everybody who waits is matched again when something that could help has changed since the last look.

    What was seen last is kept in memory: a service that starts looks once.
    """

    def __init__(self, database: Database, terms: Terms, rosters: storage.RosterCache, clock: Clock) -> None:
        self._database, self._terms, self._rosters, self._clock = database, terms, rosters, clock
        self._seen: Seen | None = None

    async def look(self) -> None:
        """Who can be offered a place now is proposed; nothing else changes.

        Matching many takes a while, so it is done on a snapshot, and kept only if that still holds; else done
        anew. When it never does, the next tick looks again.
        """
        for _ in range(TRIES):
            now = self._clock()
            async with self._database.reading() as tx:
                seen = await self._see(tx, now)
                if seen == self._seen or seen[1] is None:
                    return
                snapshot = await self._load(tx, now)
            matched = await asyncio.to_thread(_match, snapshot, now)
            if not matched or await self._keep(matched, snapshot.desk, seen, now):
                self._seen = seen
                return

    async def _see(self, tx: Transaction, now: datetime) -> Seen:
        return self._terms.today(now), await storage.load_waitlist_state(
            tx, now, self._terms.clocks.waitlist_offer
        )

    async def _load(self, tx: Transaction, now: datetime) -> Snapshot:
        return Snapshot(
            await storage.load_waiting(tx),
            await load_desk(tx, self._terms, self._rosters, now),
            await storage.load_promised(tx, now, self._terms.clocks.waitlist_offer),
            await storage.load_set_aside(tx),
        )

    async def _keep(self, matched: Matched, desk: Desk, seen: Seen, now: datetime) -> bool:
        """Keeps the proposals; false, and nothing kept, when something has changed since they were made."""
        dues = self._terms.dues(now)
        async with self._database.transaction() as tx:
            await storage.lock_roster(tx)  # another replica that matches waits here
            there = await storage.load_referrals(tx, [referral.referral_id for referral, _ in matched])
            if len(there) < len(matched) or await self._see(tx, now) != seen:
                return False  # somebody was erased meanwhile, or the places are others
            moved = [match_again(referral, outcome, desk, dues) for referral, outcome in matched]
            await record_all(tx, moved, now)
        return True


def _match(snapshot: Snapshot, now: datetime) -> Matched:
    return match_waiting(snapshot.waiting, snapshot.desk, snapshot.promised, snapshot.set_aside, now)


async def ask_who_waits(database: Database, terms: Terms, now: datetime) -> bool:
    """Who has waited for a while without being heard of is asked once whether they still do."""
    clocks, dues = terms.clocks, terms.dues(now)
    at_least = now + _warning(terms)
    async with database.transaction() as tx:
        found = await storage.load_unheard(tx, now - clocks.waitlist_check_in, AT_ONCE)
        done = [check_in(each, max(each.heard_at + clocks.gone_quiet, at_least), dues) for each in found]
        await record_all(tx, _those_moved(done), now)
    return len(found) == AT_ONCE


async def let_the_silent_go(database: Database, terms: Terms, now: datetime) -> bool:
    """Who was asked and was not heard of for long enough is taken off the list."""
    dues = terms.dues(now)
    async with database.transaction() as tx:
        found = await storage.load_gone_quiet(
            tx, now - terms.clocks.gone_quiet, now - _warning(terms), AT_ONCE
        )
        await record_all(tx, _those_moved([go_quiet(each, dues) for each in found]), now)
    return len(found) == AT_ONCE


def _warning(terms: Terms) -> timedelta:
    """How long somebody has at least to answer: even who was asked late, because nothing ran, has a week."""
    clocks = terms.clocks
    return max(timedelta(0), min(FAIR_WARNING, clocks.gone_quiet - clocks.waitlist_check_in))


def _those_moved(done: list[Done]) -> list[Moved]:
    return [each for each in done if isinstance(each, Moved)]
