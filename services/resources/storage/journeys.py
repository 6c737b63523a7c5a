"""Journeys: kept with everything that happened to them, and given to whoever changes them, one at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.resources.domain.journey import Journey, Moved
from services.resources.domain.seen import Came
from services.resources.storage.records import changing, journey_of, row_of
from services.resources.storage.tables import journey_turns, journeys, readiness_steps
from shared.database import Row, Transaction, insert_new

IN_ORDER = (journeys.c.begun_at, journeys.c.request_id)
DUE = (
    sa.select(journeys)
    .where(journeys.c.next_at <= sa.bindparam("now", type_=journeys.c.next_at.type))
    .order_by(journeys.c.next_at, journeys.c.journey_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
STEPS = (
    sa.select(readiness_steps)
    .where(readiness_steps.c.journey_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(readiness_steps.c.journey_id, readiness_steps.c.number)
)


async def save_begun(tx: Transaction, begun: Sequence[Moved]) -> list[Moved]:
    """Keeps each request's first journey and gives those that are new."""
    rows = [row_of(each.after) for each in begun]
    ids = await insert_new(tx, journeys, rows, returning=journeys.c.journey_id)
    new = [each for each in begun if each.after.journey_id in ids]
    await _save_story(tx, new)
    return new


async def save_decided(tx: Transaction, decided: Sequence[Moved]) -> None:
    """Keeps what became of journeys whose lists were decided again."""
    for each in decided:
        mine = journeys.c.journey_id == each.after.journey_id
        await tx.execute(sa.update(journeys).where(mine).values(row_of(each.after)))
    await _save_story(tx, decided)


async def save_moved(tx: Transaction, moved: Sequence[Moved]) -> None:
    """Keeps journeys as they stand now, the mails that came and what happened beside them."""
    if not moved:
        return
    rows = [changing(each.after) for each in moved]
    await tx.execute(
        _update(tuple(rows[0])),
        [
            {"mine": each.after.journey_id, **{f"{name}_is": value for name, value in row.items()}}
            for each, row in zip(moved, rows, strict=True)
        ],
    )
    await _save_story(tx, moved)


async def take_due(tx: Transaction, now: datetime, most: int) -> list[Journey]:
    """Those for which something is due, the longest due first; nobody else takes them meanwhile.

    They come without what was chosen for them: whoever takes them chooses by the catalogue of the day.
    """
    found = (await tx.execute(DUE, {"now": now, "most": most})).all()
    return await _with_mails(tx, found, with_series=False)


async def take_journey(tx: Transaction, journey_id: str) -> Journey | None:
    """This journey; nobody else changes it until this transaction ends."""
    mine = sa.select(journeys).where(journeys.c.journey_id == journey_id)
    found = await _with_mails(tx, (await tx.execute(mine.with_for_update())).all())
    return found[0] if found else None


async def take_journeys(tx: Transaction, request_ids: Iterable[str]) -> list[Journey]:
    """The journeys of these requests, the oldest first; nobody else changes them meanwhile."""
    theirs = sa.select(journeys).where(journeys.c.request_id.in_(sorted(set(request_ids))))
    found = (await tx.execute(theirs.order_by(*IN_ORDER).with_for_update())).all()
    return await _with_mails(tx, found)


async def load_journey(tx: Transaction, journey_id: str) -> Journey | None:
    """This journey as it stands."""
    mine = sa.select(journeys).where(journeys.c.journey_id == journey_id)
    found = await _with_mails(tx, (await tx.execute(mine)).all())
    return found[0] if found else None


async def forget(tx: Transaction, journey_ids: Sequence[str]) -> None:
    """Deletes these journeys and everything that happened to them."""
    for table in (readiness_steps, journey_turns, journeys):
        await tx.execute(sa.delete(table).where(table.c.journey_id.in_(journey_ids)))


async def _with_mails(
    tx: Transaction, found: Sequence[sa.Row[Any]], *, with_series: bool = True
) -> list[Journey]:
    if not found:
        return []
    came: dict[str, list[Came]] = defaultdict(list)
    for row in await tx.execute(STEPS, {"ids": [each.journey_id for each in found]}):
        came[row.journey_id].append(Came(row.kind, row.item, row.announced_at))
    return [journey_of(row, came[row.journey_id], with_series=with_series) for row in found]


async def _save_story(tx: Transaction, moved: Sequence[Moved]) -> None:
    steps = [row for each in moved for row in _steps(each)]
    if steps:
        await tx.execute(sa.insert(readiness_steps), steps)
    turns = [row for each in moved for row in _turns(each)]
    if turns:
        await tx.execute(sa.insert(journey_turns), turns)


def _steps(moved: Moved) -> list[Row]:
    """The last mails of a journey are those that came by this."""
    first = len(moved.after.came) - len(moved.mails) + 1
    return [
        {
            "journey_id": moved.after.journey_id,
            "number": number,
            "kind": came.kind,
            "item": came.item,
            "due_at": due_at,
            "announced_at": came.at,
        }
        for number, (due_at, came) in enumerate(moved.mails, first)
    ]


def _turns(moved: Moved) -> list[Row]:
    mine = moved.after.journey_id
    return [
        {"journey_id": mine, "at": turn.at, "name": turn.name, "detail": dict(turn.detail)}
        for turn in moved.turns
    ]


@cache
def _update(columns: tuple[str, ...]) -> sa.Update:
    values = {name: sa.bindparam(f"{name}_is", type_=journeys.c[name].type) for name in columns}
    return sa.update(journeys).where(journeys.c.journey_id == sa.bindparam("mine")).values(values)
