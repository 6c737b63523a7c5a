"""The tables of resources, and its only SQL. Codes, ids and times; nothing that anybody wrote."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.resources.domain import Duty, Journey, News, Prepared, Request, Withheld
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
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("decided_again_at", UtcInstant),
    sa.Column("asked", Json),  # the codes to decide by, while a crisis waits to be cleared
    sa.CheckConstraint("state IN ('prepared', 'waiting', 'stopped')", name="journey_state_is_known"),
    sa.CheckConstraint("state = 'prepared' OR (why IS NOT NULL AND why <> '')", name="a_no_has_a_reason"),
    sa.CheckConstraint(
        "state <> 'waiting' OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL"
        " AND next_action <> '' AND due_at IS NOT NULL)",
        name="waiting_journey_is_in_somebodys_hands",
    ),
    sa.CheckConstraint(
        "asked IS NULL OR (state = 'waiting' AND why = 'crisis')", name="codes_are_kept_while_a_crisis_waits"
    ),
)
sa.Index("journeys_begun", journeys.c.begun_at)
sa.Index("journeys_reference", journeys.c.reference)

# What is said of a request, also before it arrives here. Its row is taken before its journey is touched.
request_news = sa.Table(
    "request_news",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("silenced", sa.Boolean, nullable=False),
    sa.Column("cleared_to", sa.String(20)),  # the safety level that a named person set
    sa.Column("heard_at", UtcInstant, nullable=False),
)

messaging_tables(metadata)


async def take_news(tx: Transaction, request_ids: Iterable[str], now: datetime) -> dict[str, News]:
    """What is known of each of these requests; nothing more is said of them until this transaction ends.

    Whatever comes next finds their journeys as this transaction leaves them.
    """
    wanted = sorted(set(request_ids))
    rows = [{"request_id": each, "silenced": False, "heard_at": now} for each in wanted]
    await insert_new(tx, request_news, rows, returning=request_news.c.request_id)
    chosen = sa.select(request_news).where(request_news.c.request_id.in_(wanted))
    found = await tx.execute(chosen.order_by(request_news.c.request_id).with_for_update())
    return {row.request_id: News(row.silenced, row.cleared_to) for row in found}


async def save_journeys(tx: Transaction, begun: Sequence[Journey]) -> list[Journey]:
    """Keeps each request's first journey and gives those that are new."""
    rows = [_row(journey) for journey in begun]
    new = await insert_new(tx, journeys, rows, returning=journeys.c.journey_id)
    return [journey for journey in begun if journey.journey_id in new]


async def save_silences(tx: Transaction, silenced: Mapping[str, bool], now: datetime) -> None:
    """Records who wants silence and who no longer does, and ends the journeys of those who do."""
    await _save_news(tx, "silenced", silenced, now)
    quiet = [request_id for request_id, wanted in silenced.items() if wanted]
    await tx.execute(
        sa.update(journeys)
        .where(journeys.c.request_id.in_(quiet), journeys.c.state != "stopped")
        .values(state="stopped", why="silenced", stopped_at=now, asked=None)
        .values(owner=None, next_action=None, due_at=None)
    )


async def save_cleared(tx: Transaction, levels: Mapping[str, str], now: datetime) -> None:
    """Records the safety level that a named person set for these requests."""
    await _save_news(tx, "cleared_to", levels, now)


async def load_in_crisis(tx: Transaction, request_ids: Iterable[str]) -> list[Journey]:
    """Those of these requests' journeys that wait for a crisis to be cleared, with what is kept of them."""
    found = await tx.execute(
        sa.select(journeys)
        .where(journeys.c.request_id.in_(request_ids))
        .where(journeys.c.state == "waiting", journeys.c.why == "crisis")
        .order_by(journeys.c.begun_at, journeys.c.request_id)
    )
    return [_journey(row) for row in found]


async def update_journeys(tx: Transaction, decided: Sequence[Journey]) -> None:
    """Keeps what became of journeys that were decided again."""
    for each in decided:
        mine = journeys.c.journey_id == each.journey_id
        await tx.execute(sa.update(journeys).where(mine).values(_row(each)))


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
    """Deletes journeys begun before then that nobody has to look at, and news as old."""
    await tx.execute(sa.delete(request_news).where(request_news.c.heard_at < before))
    gone = await tx.execute(
        sa.delete(journeys).where(journeys.c.begun_at < before, journeys.c.state != "waiting")
    )
    return gone.rowcount


async def _save_news(tx: Transaction, column: str, said: Mapping[str, Any], now: datetime) -> None:
    await take_news(tx, said, now)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"))
        .values({column: sa.bindparam("to", type_=request_news.c[column].type), "heard_at": now}),
        [{"of": each, "to": value} for each, value in said.items()],
    )


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
        "version": journey.version,
        "decided_again_at": journey.decided_again_at,
        "asked": _asked(request) if outcome == Withheld("crisis") and request.codes_kept else None,
    }


def _asked(request: Request) -> dict[str, list[str]]:
    return {
        "concerns": list(request.concerns),
        "suggested": list(request.suggested),
        "context": sorted(request.context),
        "flags": sorted(request.flags),
    }


def _journey(row: sa.Row[Any]) -> Journey:
    """A journey that waits for a crisis to be cleared."""
    asked = row.asked or {}
    request = Request(
        request_id=row.request_id,
        reference=row.reference,
        person_id=row.person_id,
        opted_in_at=row.opted_in_at,
        language=row.language,
        safety_level="crisis",
        flags=frozenset(asked.get("flags", ())),
        concerns=tuple(asked.get("concerns", ())),
        suggested=tuple(asked.get("suggested", ())),
        context=frozenset(asked.get("context", ())),
        codes_kept=row.asked is not None,
    )
    duty = Duty(row.owner, row.next_action, row.due_at)
    kept = row.catalogue_version, row.begun_at, duty, row.version, row.decided_again_at
    return Journey(row.journey_id, request, Withheld("crisis"), *kept)
