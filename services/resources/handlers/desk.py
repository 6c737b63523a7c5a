"""What decisions are made against, and how a change is kept."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from services.resources import storage
from services.resources.domain.going import renewed
from services.resources.domain.journey import Course, Journey, Moved
from services.resources.domain.request import News
from services.resources.domain.resting import heed
from services.resources.domain.watching import Speaker, Watch
from shared.contracts.intake import CallFact
from shared.contracts.matching import ReferralFact
from shared.database import Transaction
from shared.messaging.outbox import announce
from shared.practice import Catalogue, Practice

Stands = TypeVar("Stands")


class Decide(Protocol):
    """A decision about one journey that is still to know its kin."""

    def __call__(self, *, kin: Sequence[News], under_way: bool) -> Moved: ...


@dataclass(frozen=True)
class Kin:
    """The requests of the same addresses: what is known of them, and whose journeys go on."""

    families: Mapping[str, AbstractSet[str]]
    news: Mapping[str, News]
    going: set[str]

    def decide(self, request_id: str, decide: Decide) -> Moved:
        """What the decision comes to; whoever is decided next finds this journey."""
        family = self.families[request_id]
        others = self.going & (family - {request_id})
        moved = decide(kin=[self.news[each] for each in sorted(family)], under_way=bool(others))
        if moved.after.goes_on:
            self.going.add(request_id)
        return moved


def course_of(practice: Practice, catalogue: Catalogue) -> Course:
    """What every journey of this practice goes by."""
    return Course(catalogue, practice.clocks, practice.time_zone)


def watch_of(practice: Practice, now: datetime) -> Watch:
    """Who looks at a request that gets no list, with the practice's own clocks."""
    clocks = practice.clocks
    return Watch(
        on_call=practice.on_call[0],
        crisis_due_at=now + clocks.crisis_acknowledged,
        coordinators=tuple(Speaker(one.id, one.languages) for one in practice.coordinators if one.on_duty),
        hold_due_at=clocks.contact_due(practice.working_hours(), now),
    )


async def keep(tx: Transaction, moved: Iterable[Moved | None], now: datetime) -> None:
    """Keeps what changed, and announces it."""
    changed = [each for each in moved if each is not None]
    await storage.save_moved(tx, changed)
    await tell(tx, changed, now)


async def tell(tx: Transaction, moved: Sequence[Moved], now: datetime) -> None:
    """Announces what is told of these changes."""
    await announce(tx, [fact for each in moved for fact in each.facts], now=now)


async def heed_all(tx: Transaction, request_ids: Iterable[str], course: Course, now: datetime) -> None:
    """Calls and referrals of these requests count for the journeys of everybody at their addresses."""
    families, _ = await storage.take_families(tx, request_ids, now)
    journeys = await storage.take_journeys(tx, set().union(*families.values()))
    kin = await _news_of_kin(tx, journeys)
    moved = [heed(renewed(each, course), kin[each.request_id], course, now) for each in journeys]
    await keep(tx, moved, now)


def latest_of(heard: Iterable[tuple[CallFact | ReferralFact, Stands]]) -> dict[str, tuple[int, Stands]]:
    """What counts for each request of all that was heard of it at once: the highest version, with it."""
    in_order = sorted(heard, key=lambda each: each[0].version)
    return {event.request_id: (event.version, stands) for event, stands in in_order}


async def going_on(tx: Transaction, families: Mapping[str, AbstractSet[str]]) -> set[str]:
    """The requests among these families whose journeys go on; nobody else changes those meanwhile."""
    journeys = await storage.take_journeys(tx, set().union(*families.values()))
    return {each.request_id for each in journeys if each.goes_on}


async def _news_of_kin(tx: Transaction, journeys: Sequence[Journey]) -> dict[str, list[News]]:
    """What is known of each journey's own request and the others; read while nobody else has the journeys."""
    families = await storage.load_kin(tx, [each.request_id for each in journeys])
    known = await storage.load_news(tx, set().union(*families.values()))
    return {one: [known[each] for each in sorted(family & known.keys())] for one, family in families.items()}
