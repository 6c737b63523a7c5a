"""What a coordinator, a clinician or the person does with one referral, in one transaction.

Each answers `Moved`, or `Refused` with the referral as it stands, so that the door can say who was first.
"""

from collections.abc import Callable
from functools import partial

from services.matching import storage
from services.matching.domain import act, follow
from services.matching.domain.apart import APART, Work
from services.matching.domain.change import Done
from services.matching.domain.exclude import misses
from services.matching.domain.refer import Desk
from services.matching.domain.referral import Dues, Moved, Referral, Refused
from services.matching.handlers.desk import load_desk, record
from services.matching.settings import Terms
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.ids import Ids


class Acts:
    """Acts on referrals, with what each needs of the house. An unknown referral is None."""

    def __init__(
        self, database: Database, terms: Terms, rosters: storage.RosterCache, clock: Clock, ids: Ids
    ) -> None:
        self._database, self._terms, self._rosters = database, terms, rosters
        self._clock, self._ids = clock, ids

    async def contact(self, referral_id: str, by: str, version: int) -> Done | None:
        """Somebody of the practice has spoken with the person."""
        return await self._act(referral_id, version, lambda found, dues: act.contact(found, by, dues))

    async def choose(self, referral_id: str, by: str, version: int, clinician_id: str) -> Done | None:
        """One clinician is asked; one place is held."""
        offer_id = self._ids.new()

        def decide(found: Referral, dues: Dues, desk: Desk) -> Done:
            if clinician_id not in desk.roster.clinicians:
                return Refused("unknown", found)
            missed = misses(found.request, desk.roster, desk.facts, desk.today, desk.loads)
            return act.choose(
                found, by, clinician_id, offer_id, missed, dues, asked_first=self._terms.asks_clinicians
            )

        return await self._act_at_desk(referral_id, version, decide)

    async def none_fits(self, referral_id: str, by: str, version: int, why: str) -> Done | None:
        """None of those proposed is right."""
        return await self._act(referral_id, version, lambda found, dues: act.none_fits(found, by, why, dues))

    async def put_on_waitlist(self, referral_id: str, by: str, version: int) -> Done | None:
        """They wait for a place."""
        return await self._act(referral_id, version, lambda found, dues: act.put_on_waitlist(found, by, dues))

    async def release(
        self,
        referral_id: str,
        by: str,
        version: int,
        why: str,
        state: str | None = None,
        work: Work = APART,
    ) -> Done | None:
        """A held request may go on; `state` where it was missing and is known now."""

        def decide(found: Referral, dues: Dues) -> Done:
            return act.release(found, by, why, dues, state=state, work=work)

        return await self._act(referral_id, version, decide)

    async def still_to_reach(self, referral_id: str, by: str, version: int) -> Done | None:
        """Nobody has spoken with the person after all."""
        return await self._act(referral_id, version, lambda found, dues: act.still_to_reach(found, by, dues))

    async def someone_else(self, referral_id: str, by: str, version: int) -> Done | None:
        """The person told the practice that they would rather have somebody else."""
        return await self._act(referral_id, version, lambda found, dues: act.someone_else(found, by, dues))

    async def take_back(self, referral_id: str, by: str, version: int) -> Done | None:
        """The clinician need not answer any more."""
        return await self._act(referral_id, version, lambda found, dues: act.take_back(found, by, dues))

    async def close(self, referral_id: str, by: str, version: int, why: str) -> Done | None:
        """The referral ends."""
        return await self._act(referral_id, version, lambda found, dues: act.close(found, by, why, dues))

    async def complete(self, referral_id: str, by: str, version: int) -> Done | None:
        """Care has begun, or the colleague has an answer."""
        return await self._act(referral_id, version, lambda found, dues: act.complete(found, by, dues))

    async def end_care(self, referral_id: str, by: str, version: int) -> Done | None:
        """Their work together has ended; the place is free."""
        return await self._act(referral_id, version, lambda found, dues: act.end_care(found, by, dues))

    async def reopen(self, referral_id: str, by: str, version: int) -> Done | None:
        """A closed referral is taken up again, if what intake said of it meanwhile allows that."""
        async with self._database.transaction() as tx:
            known = await storage.load_referral(tx, referral_id)
            if known is None:
                return None
            said = await storage.lock_news(tx, [known.request_id])
            found = await storage.load_referrals(tx, [referral_id])
            if not found:
                return None  # its person was erased at this moment
            return await self._decide(tx, found[0], version, partial(_taken_up, by, said[known.request_id]))

    async def undo(self, referral_id: str, by: str, version: int | None = None) -> Done | None:
        """What has not settled is as if it had never been."""
        return await self._act(referral_id, version, lambda found, dues: act.undo(found, by, dues))

    async def answer_offer(self, offer_id: str, by: str, answer: str, why: str = "") -> Done | None:
        """The clinician's `receive`, `accept`, `decline` (with why) or `undo`; None: it stands no more."""
        answers: dict[str, Callable[[Referral, Dues], Done]] = {
            "receive": lambda found, dues: act.receive(found, by, dues),
            "accept": lambda found, dues: act.accept(found, by, dues),
            "decline": lambda found, dues: act.decline(found, by, why, dues),
            "undo": lambda found, dues: act.undo(found, by, dues),
        }
        async with self._database.transaction() as tx:
            found = await storage.load_by_offer(tx, offer_id)
            return await self._decide(tx, found, None, answers[answer])

    async def ask_for_someone_else(self, offer_id: str) -> Done | None:
        """The person would rather have somebody else; None when this introduction stands no more."""
        async with self._database.transaction() as tx:
            known = await storage.load_referral_of_offer(tx, offer_id)
            if known is None:
                return None
            said = await storage.lock_news(tx, [known.request_id])
            found = await storage.load_by_offer(tx, offer_id)
            desk = await load_desk(tx, self._terms, self._rosters, self._clock())
            done = await self._decide(tx, found, None, partial(_someone_else, desk))
            if said[known.request_id].silenced and isinstance(done, Moved):
                await self._silence(tx, done.after)
            return done

    async def answer_waiting(self, referral_id: str, answer: str) -> Done | None:
        """Who waits says `still_waiting`, `found_someone` or `not_now`."""

        def decide(found: Referral, dues: Dues) -> Done:
            if answer == "still_waiting":
                return act.still_waiting(found, dues)
            return act.leave_the_list(found, answer, dues)

        return await self._act(referral_id, None, decide)

    async def _silence(self, tx: Transaction, referral: Referral) -> None:
        """Who asked to hear nothing more is offered to nobody before a person has looked."""
        now = self._clock()
        silenced = follow.silence(referral, self._terms.dues(now))
        if silenced is not None:
            await record(tx, silenced, now)

    async def _act(
        self, referral_id: str, version: int | None, decide: Callable[[Referral, Dues], Done]
    ) -> Done | None:
        async with self._database.transaction() as tx:
            found = await storage.load_referrals(tx, [referral_id])
            return await self._decide(tx, found[0] if found else None, version, decide)

    async def _act_at_desk(
        self, referral_id: str, version: int | None, decide: Callable[[Referral, Dues, Desk], Done]
    ) -> Done | None:
        async with self._database.transaction() as tx:
            found = await storage.load_referrals(tx, [referral_id])
            desk = await load_desk(tx, self._terms, self._rosters, self._clock())
            return await self._decide(
                tx, found[0] if found else None, version, lambda one, dues: decide(one, dues, desk)
            )

    async def _decide(
        self,
        tx: Transaction,
        found: Referral | None,
        version: int | None,
        decide: Callable[[Referral, Dues], Done],
    ) -> Done | None:
        """A form that shows an older version than there is has come second, whatever it asks for."""
        if found is None:
            return None
        if version is not None and version != found.version:
            return Refused("settling" if found.pending else "not_now", found)
        now = self._clock()
        return await record(tx, decide(found, self._terms.dues(now)), now)


def _taken_up(by: str, said: storage.News, found: Referral, dues: Dues) -> Done:
    return follow.reopen(
        found,
        by,
        dues,
        withdrawn=said.withdrawn,
        silenced=said.silenced,
        cleared_to=said.cleared_since(found.request.received_at),
    )


def _someone_else(desk: Desk, found: Referral, dues: Dues) -> Done:
    return follow.ask_for_someone_else(found, desk, dues)
