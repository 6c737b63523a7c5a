"""What a person does with their own journey, each in one transaction with what is announced of it."""

from collections.abc import Callable
from datetime import datetime

from services.resources import storage
from services.resources.domain import acting
from services.resources.domain.ending import StopWhy, reach, say_again, stop
from services.resources.domain.going import renewed
from services.resources.domain.journey import Journey, Moved
from services.resources.domain.request import News
from services.resources.domain.seen import Pace, Seen
from services.resources.domain.telling import seen_of
from services.resources.handlers.desk import course_of, keep
from shared import audit
from shared.database import Database, Transaction
from shared.practice import Catalogue, Practice


class Acts:
    """Acts on one journey; each answers what is seen afterwards.

    None: nobody knows this journey, or its person was erased. Doing the same again changes nothing, and
    neither does what a journey in this state has no room for.
    """

    def __init__(self, database: Database, practice: Practice, catalogue: Catalogue) -> None:
        self._database, self._course = database, course_of(practice, catalogue)

    async def view(self, journey_id: str, now: datetime) -> Seen | None:
        """The journey as it stands; nothing changes."""
        async with self._database.reading() as tx:
            found = await storage.load_journey(tx, journey_id)
            if found is None:
                return None
            news = await _news_of(tx, found)
        return self._seen(renewed(found, self._course), news)

    async def stop(self, journey_id: str, why: StopWhy, now: datetime) -> Seen | None:
        """Nothing more is ever sent of it, nor of another of the same address: it is their inbox that asks.

        `why` is `person` or `one_click`.
        """
        async with self._database.transaction() as tx:
            mine = await storage.load_journey(tx, journey_id)
            if mine is None:
                return None
            family = (await storage.load_kin(tx, [mine.request_id]))[mine.request_id]
            found = await storage.take_journeys(tx, family)
            moved = [stop(renewed(each, self._course), why, now) for each in found]
            await keep(tx, moved, now)
            if any(moved):
                await _record(tx, mine, "journey.stopped", now)
        return await self.view(journey_id, now)

    async def pause(self, journey_id: str, now: datetime) -> Seen | None:
        """Nothing comes for as long as a pause lasts; then it goes on by itself in their morning.

        Where it was paused by them already, that pause stands.
        """
        return await self._act(
            "journey.paused", journey_id, lambda found: acting.rest(found, self._course, now), now
        )

    async def resume(self, journey_id: str, now: datetime) -> Seen | None:
        """Their own pause is over: it goes on in their next morning. What a call or care pauses, stays."""
        return await self._act(
            "journey.resumed", journey_id, lambda found: acting.resume(found, self._course, now), now
        )

    async def change_pace(self, journey_id: str, pace: Pace, now: datetime) -> Seen | None:
        """Every gap as planned, or doubled; counted from the last mail."""
        return await self._act(
            "journey.pace_changed",
            journey_id,
            lambda found: acting.change_pace(found, pace, self._course, now),
            now,
        )

    async def keep(self, journey_id: str, now: datetime) -> Seen | None:
        """The answer to "keep, pause or stop?": the short readings that fit follow."""
        return await self._act(
            "journey.kept_on", journey_id, lambda found: acting.keep(found, self._course, now), now
        )

    async def ready(self, journey_id: str, now: datetime) -> Seen | None:
        """They are ready: `reached`, also from a pause or after it stopped; announced once.

        Where `silenced`, or while a person has to look first (`waiting`), nothing changes.
        """
        return await self._act(
            "journey.ready", journey_id, lambda found: reach(found, now), now, unless_silenced=True
        )

    async def ready_anew(self, journey_id: str, now: datetime) -> Seen | None:
        """They were ready before and say so again while intake cannot be asked: it is announced again.

        They may have said *not now* to intake meanwhile. So this press, too, reaches somebody.
        """
        return await self._act(
            "journey.ready", journey_id, lambda found: say_again(found, now), now, unless_silenced=True
        )

    async def _act(
        self,
        act: str,
        journey_id: str,
        decide: Callable[[Journey], Moved | None],
        now: datetime,
        *,
        unless_silenced: bool = False,
    ) -> Seen | None:
        """Silence is looked up while nobody else has the journey: who comes after sees what was done."""
        async with self._database.transaction() as tx:
            found = await storage.take_journey(tx, journey_id)
            if found is None:
                return None
            found, news = renewed(found, self._course), await _news_of(tx, found)
            moved = None if news.silenced and unless_silenced else decide(found)
            await keep(tx, [moved], now)
            if moved is not None:
                await _record(tx, found, act, now)
        after = moved.after if moved is not None else found
        return self._seen(after, news)

    def _seen(self, journey: Journey, news: News) -> Seen:
        return seen_of(journey, self._course, silenced=news.silenced, moved_at=news.moved_at)


async def _record(tx: Transaction, journey: Journey, act: str, now: datetime) -> None:
    by = audit.actor(tx, "person", journey.request_id)
    await audit.record(tx, [audit.Entry(now, by, act, journey.request_id)])


async def _news_of(tx: Transaction, journey: Journey) -> News:
    news = await storage.load_news(tx, [journey.request_id])
    return news.get(journey.request_id, News())
