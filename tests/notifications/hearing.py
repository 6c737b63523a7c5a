"""Hands facts to the handlers, as `listen` does: through the inbox, in one transaction each."""

from typing import Any

from services.notifications import handlers, storage
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Reply, Sent, TryAgain, Withheld
from services.notifications.handlers import Office
from shared.clock import Clock
from shared.contracts.base import Fact
from shared.database import Database
from shared.messaging import inbox
from shared.messaging.listen import Listener
from tests.notifications.builders import NOW, CountedIds

SENT = Sent(Reply(250), "a" * 64)
LEASE = "lease"


def named(fact: Fact) -> str:
    """What a test is called after."""
    return type(fact).__name__


class Hearing:
    """The service, as far as hearing and settling go; no mail leaves."""

    def __init__(
        self,
        database: Database,
        office: Office,
        clock: Clock = lambda: NOW,
        ids: CountedIds | None = None,
    ) -> None:
        self._database, self._ids, self._clock = database, ids or CountedIds(), clock
        self._given: dict[str, Any] = {"office": office}
        self._by_fact: dict[type[Fact], Listener[Any]] = {one.fact: one for one in handlers.LISTENERS}

    async def __call__(self, *facts: Fact) -> None:
        """Each is delivered once, in this order."""
        for fact in facts:
            listener = self._by_fact[type(fact)]
            given = {name: self._given[name] for name in listener.needs}
            now = self._clock()
            async with self._database.transaction() as tx:
                events = await inbox.admit_new(tx, type(fact).subject(), {self._ids.new(): fact}, now)
                if events:
                    await listener(events, tx, now, self._ids, **given)

    async def planned(self) -> list[tuple[str, str | None]]:
        """What is due by template, with why it must not go; from then on it is being sent."""
        return sorted((one.plan.template, one.stopped) for one in await self.claim())

    async def claim(self) -> list[Delivery]:
        """What is due; from then on it is being sent."""
        async with self._database.transaction() as tx:
            return await storage.claim_due(tx, LEASE, 64, NOW)

    async def settle(self) -> list[str]:
        """Sends what is due and not stopped, and gives the templates that went."""
        claimed = await self.claim()
        gone = {one.id: SENT for one in claimed if one.stopped is None}
        await self._save({one.id: gone.get(one.id) or _never(one) for one in claimed})
        return sorted(one.plan.template for one in claimed if one.id in gone)

    async def hold(self, why: str = "quiet_hours") -> None:
        """Nothing that is due may go yet."""
        await self._save({one.id: Held(NOW.replace(year=2027), why) for one in await self.claim()})

    async def lose_sight(self) -> None:
        """The mail server may have taken what is due, and did not say so."""
        away = TryAgain(NOW, "no_answer_after_content", uncertain=True)
        await self._save({one.id: away for one in await self.claim()})

    async def lose_lease(self) -> None:
        """Who was sending what is due has crashed; another takes it up."""
        async with self._database.transaction() as tx:
            await storage.reopen_abandoned(tx, NOW, NOW.replace(year=2027))

    async def fail(self) -> None:
        """What is due is refused for good."""
        await self._save({one.id: Failed("recipient_refused") for one in await self.claim()})

    async def _save(self, outcomes: dict[str, Outcome]) -> None:
        async with self._database.transaction() as tx:
            await storage.save_outcomes(tx, LEASE, outcomes, NOW)


def _never(delivery: Delivery) -> Outcome:
    return Withheld(delivery.stopped or "")
