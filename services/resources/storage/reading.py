"""What an operator reads of journeys, and what is forgotten when its time is over."""

from datetime import datetime

import sqlalchemy as sa

from services.resources.storage.tables import journey_turns, journeys, kin, readiness_steps, request_news
from shared.database import Row, Transaction
from shared.messaging.retention import not_held

OVER = ("reached", "stopped", "prepared")
AT_ONCE = 1000


async def load_row(tx: Transaction, reference: str) -> Row | None:
    """The journey of that reference, as its row."""
    found = await tx.execute(sa.select(journeys).where(journeys.c.reference == reference))
    row = found.mappings().first()
    return dict(row) if row is not None else None


async def load_steps(tx: Transaction, journey_id: str) -> list[Row]:
    """Every mail of its series that was announced: number, kind, item, due_at, announced_at."""
    mine = readiness_steps.c.journey_id == journey_id
    found = await tx.execute(sa.select(readiness_steps).where(mine).order_by(readiness_steps.c.number))
    return [dict(row) for row in found.mappings()]


async def load_turns(tx: Transaction, journey_id: str) -> list[Row]:
    """What happened to it beside its mails, in order: at, name, detail."""
    mine = journey_turns.c.journey_id == journey_id
    found = await tx.execute(sa.select(journey_turns).where(mine).order_by(journey_turns.c.seq))
    return [dict(row) for row in found.mappings()]


async def load_waiting(tx: Transaction) -> list[Row]:
    """Every journey that waits for somebody, the most pressing first."""
    found = await tx.execute(
        sa.select(
            journeys.c.reference,
            journeys.c.why,
            journeys.c.owner,
            journeys.c.next_action,
            journeys.c.due_at,
            journeys.c.begun_at,
        )
        .where(journeys.c.state == "waiting")
        .order_by(journeys.c.due_at, journeys.c.reference)
    )
    return [dict(row) for row in found.mappings()]


async def count_over(tx: Transaction, before: datetime) -> int:
    """How many journeys were over, or held, by then."""
    return int(await tx.scalar(sa.select(sa.func.count()).select_from(journeys).where(_over(before))) or 0)


async def purge(tx: Transaction, before: datetime) -> list[str]:
    """Deletes what was heard before then, and at most a thousand journeys that were over, or held, by then.

    Gives the ids of those. One that waits for somebody or goes on by itself stays, and so does the word
    that somebody was erased.
    """
    await tx.execute(sa.delete(kin).where(kin.c.heard_at < before))
    news = request_news.c
    its_own = not_held(request_news.c.request_id)
    await tx.execute(sa.delete(request_news).where(news.heard_at < before, ~news.erased, its_own))
    old = sa.select(journeys.c.journey_id).where(_over(before))
    gone = list((await tx.execute(old.limit(AT_ONCE).with_for_update())).scalars())
    for table in (readiness_steps, journey_turns, journeys):
        await tx.execute(sa.delete(table).where(table.c.journey_id.in_(gone)))
    return gone


def _over(before: datetime) -> sa.ColumnElement[bool]:
    ended = sa.func.coalesce(journeys.c.stopped_at, journeys.c.reached_at, journeys.c.begun_at)
    over = sa.or_(
        sa.and_(journeys.c.state.in_(OVER), ended < before),
        sa.and_(journeys.c.held.is_not(None), journeys.c.paused_at < before),
    )
    return sa.and_(over, not_held(journeys.c.request_id))
