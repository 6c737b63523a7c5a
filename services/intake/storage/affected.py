"""How many people something touches, by the state they live in: numbers alone, for a notice of a breach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from services.intake.storage.erasure_tables import erased_people
from services.intake.storage.tables import people, requests, steps
from shared.database import Transaction

REAL = sa.not_(requests.c.test)


@dataclass(frozen=True, slots=True)
class Affected:
    """People by state; None where they said none. Who wrote from two states counts in the later one."""

    held: Mapping[str | None, int] = field(default_factory=dict)
    touched: Mapping[str | None, int] = field(default_factory=dict)
    erased: int = 0  # held then and erased since: of which state is not known any more


async def count_affected(tx: Transaction, since: datetime, until: datetime) -> Affected:
    """Whose data were held at any moment in that time, and of whom something happened in it."""
    arrived = requests.c.received_at < until
    happened = sa.exists().where(steps.c.request_id == requests.c.id, steps.c.at >= since, steps.c.at < until)
    gone = sa.select(sa.func.count()).where(erased_people.c.erased_at >= since)
    return Affected(
        held=await _by_state(tx, arrived),
        touched=await _by_state(tx, sa.and_(arrived, happened)),
        erased=int(await tx.scalar(gone) or 0),
    )


async def _by_state(tx: Transaction, which: sa.ColumnElement[bool]) -> dict[str | None, int]:
    latest = (
        sa.select(
            people.c.id,
            requests.c.state,
            sa.func.row_number()
            .over(partition_by=people.c.id, order_by=(requests.c.received_at.desc(), requests.c.id))
            .label("place"),
        )
        .join_from(people, requests, requests.c.person_id == people.c.id)
        .where(which, REAL)
        .subquery()
    )
    counted = (
        sa.select(latest.c.state, sa.func.count().label("people"))
        .where(latest.c.place == 1)
        .group_by(latest.c.state)
    )
    return {row.state: row.people for row in await tx.execute(counted)}
