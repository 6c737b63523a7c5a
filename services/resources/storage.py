"""The tables of resources, and its only SQL. Codes, ids and times; nothing that anybody wrote."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.resources.domain import Journey, Prepared, Withheld
from shared.database import Json, Row, Transaction, UtcInstant, insert_new
from shared.messaging.tables import messaging_tables

metadata = sa.MetaData()

journeys = sa.Table(
    "journeys",
    metadata,
    sa.Column("journey_id", sa.String(64), primary_key=True),
    sa.Column("request_id", sa.String(64), nullable=False, unique=True),
    sa.Column("reference", sa.String(16), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("opted_in_at", UtcInstant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("why", sa.String(40)),
    sa.Column("items", Json, nullable=False),  # [{"code", "reasons"}], the most fitting first
    sa.Column("left_out", Json, nullable=False),  # [{"code", "why"}]
    sa.Column("catalogue_version", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("next_action", sa.String(40)),
    sa.Column("due_at", UtcInstant),
    sa.Column("begun_at", UtcInstant, nullable=False),
    sa.Column("stopped_at", UtcInstant),
    sa.CheckConstraint("state IN ('prepared', 'waiting', 'stopped')", name="journey_state_is_known"),
    sa.CheckConstraint("state = 'prepared' OR (why IS NOT NULL AND why <> '')", name="a_no_has_a_reason"),
    sa.CheckConstraint(
        "state <> 'waiting' OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL"
        " AND next_action <> '' AND due_at IS NOT NULL)",
        name="waiting_journey_is_in_somebodys_hands",
    ),
)
sa.Index("journeys_begun", journeys.c.begun_at)
sa.Index("journeys_reference", journeys.c.reference)

# Whoever asked for silence, also before their request arrives here.
silences = sa.Table(
    "silences",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
)

messaging_tables(metadata)


async def load_silenced(tx: Transaction, request_ids: Iterable[str]) -> frozenset[str]:
    """Those of these requests whose person asked for silence."""
    found = await tx.execute(sa.select(silences.c.request_id).where(silences.c.request_id.in_(request_ids)))
    return frozenset(found.scalars())


async def save_journeys(tx: Transaction, begun: Sequence[Journey]) -> list[Journey]:
    """Keeps each request's first journey and gives those that are new."""
    rows = [_row(journey) for journey in begun]
    new = await insert_new(tx, journeys, rows, returning=journeys.c.journey_id)
    return [journey for journey in begun if journey.journey_id in new]


async def save_silences(tx: Transaction, silenced: Mapping[str, bool], now: datetime) -> None:
    """Records who wants silence and who no longer does, and ends the journeys of those who do."""
    await tx.execute(sa.delete(silences).where(silences.c.request_id.in_(silenced)))
    quiet = [request_id for request_id, wanted in silenced.items() if wanted]
    if not quiet:
        return
    await tx.execute(sa.insert(silences), [{"request_id": each, "since": now} for each in quiet])
    await tx.execute(
        sa.update(journeys)
        .where(journeys.c.request_id.in_(quiet), journeys.c.state != "stopped")
        .values(state="stopped", why="silenced", stopped_at=now, owner=None, next_action=None, due_at=None)
    )


async def load_journey(tx: Transaction, reference: str) -> Row | None:
    """The journey of that reference, as its row."""
    found = await tx.execute(sa.select(journeys).where(journeys.c.reference == reference))
    row = found.mappings().first()
    return dict(row) if row is not None else None


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


async def purge(tx: Transaction, before: datetime) -> int:
    """Deletes journeys begun before then that nobody has to look at, and silences as old."""
    await tx.execute(sa.delete(silences).where(silences.c.since < before))
    gone = await tx.execute(
        sa.delete(journeys).where(journeys.c.begun_at < before, journeys.c.state != "waiting")
    )
    return gone.rowcount


def _row(journey: Journey) -> dict[str, Any]:
    request, outcome, duty = journey.request, journey.outcome, journey.duty
    prepared = outcome if isinstance(outcome, Prepared) else Prepared((), ())
    return {
        "journey_id": journey.journey_id,
        "request_id": request.request_id,
        "reference": request.reference,
        "person_id": request.person_id,
        "language": request.language,
        "opted_in_at": request.opted_in_at,
        "state": journey.state,
        "why": outcome.why if isinstance(outcome, Withheld) else None,
        "items": [{"code": each.code, "reasons": list(each.reasons)} for each in prepared.items],
        "left_out": [{"code": each.code, "why": each.why} for each in prepared.left_out],
        "catalogue_version": journey.catalogue_version,
        "owner": duty.owner if duty else None,
        "next_action": duty.next_action if duty else None,
        "due_at": duty.due_at if duty else None,
        "begun_at": journey.begun_at,
        "stopped_at": journey.begun_at if journey.state == "stopped" else None,
    }
