"""Retention: what has reached the end of its time goes, and each run leaves a row that says what went.

A service says by `Rule`s what it keeps for how long; the rules of messages are here. A run takes some rows at
a time, a commit each, so that nobody waits for it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shared.database import Database, Json, Transaction, UtcInstant, insert_new
from shared.messaging.tables import dead_letters, inbox, outbox
from shared.messaging.topology import KEPT_FOR

AT_ONCE = 1000
INBOX_KEPT_FOR = timedelta(days=30)
DEAD_LETTERS_KEPT_FOR = timedelta(days=90)
RUNS_KEPT_FOR = timedelta(days=396.5)

metadata = sa.MetaData()

# What each run took: the name of a rule to how many rows. One that took nothing is there as well.
runs = sa.Table(
    "retention_runs",
    metadata,
    sa.Column("ran_at", UtcInstant, primary_key=True),
    sa.Column("taken", Json, nullable=False),
)

# Requests that a court, or a quarrel, wants kept: no clock takes anything of them.
legal_holds = sa.Table(
    "legal_holds_heard",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
)

Count = Callable[[Transaction, datetime], Awaitable[int]]
Take = Callable[[Transaction, datetime, datetime], Awaitable[int]]
Which = Callable[[datetime], sa.ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept for how long. `count`: how many ended before an instant; `take(tx, before, now)` deletes
    some of those and gives how many, 0 when none is left.
    """

    what: str
    kept_for: timedelta
    count: Count
    take: Take


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule as `practice retention` shows it."""

    what: str
    kept_for: timedelta
    due: int  # would go if it ran now
    last_run_at: datetime | None
    last_taken_at: datetime | None
    last_taken: int


def retention_table(into: sa.MetaData) -> None:
    """Adds the tables of retention to a service's own metadata."""
    for table in (runs, legal_holds):
        table.to_metadata(into)


def create(bind: sa.Connection) -> None:
    """Creates the tables of retention; a revision of each service calls it with `op.get_bind()`."""
    metadata.create_all(bind)


def drop(bind: sa.Connection) -> None:
    """Drops them."""
    metadata.drop_all(bind)


def rows_of(what: str, kept_for: timedelta, table: sa.Table, which: Which) -> Rule:
    """A rule about rows of one table on which nothing depends; `which` of them ended before an instant."""
    keys = list(table.primary_key.columns)

    async def count(tx: Transaction, before: datetime) -> int:
        return int(await tx.scalar(sa.select(sa.func.count()).select_from(table).where(which(before))) or 0)

    async def take(tx: Transaction, before: datetime, now: datetime) -> int:
        some = sa.select(*keys).where(which(before)).limit(AT_ONCE)
        mine = sa.tuple_(*keys) if len(keys) > 1 else keys[0]
        return (await tx.execute(sa.delete(table).where(mine.in_(some)))).rowcount

    return Rule(what, kept_for, count, take)


OF_MESSAGES: Sequence[Rule] = (
    rows_of("outbox", KEPT_FOR, outbox, lambda before: outbox.c.published_at < before),
    rows_of("inbox", INBOX_KEPT_FOR, inbox, lambda before: inbox.c.received_at < before),
    rows_of(
        "dead_letters", DEAD_LETTERS_KEPT_FOR, dead_letters, lambda before: dead_letters.c.closed_at < before
    ),
    rows_of("retention_runs", RUNS_KEPT_FOR, runs, lambda before: runs.c.ran_at < before),
)


def not_held(request_id: sa.Column[str]) -> sa.ColumnElement[bool]:
    """No legal hold is on the request of a row."""
    return ~sa.exists().where(legal_holds.c.request_id == request_id)


async def hold(database: Database, request_ids: Collection[str], now: datetime) -> None:
    """No clock takes anything of these requests here until it is lifted."""
    rows = [{"request_id": each, "since": now} for each in sorted(set(request_ids))]
    async with database.transaction() as tx:
        await insert_new(tx, legal_holds, rows, returning=legal_holds.c.request_id)


async def lift(database: Database, request_ids: Collection[str]) -> None:
    """The clocks go on as if nothing had held them."""
    async with database.transaction() as tx:
        await tx.execute(sa.delete(legal_holds).where(legal_holds.c.request_id.in_(sorted(set(request_ids)))))


async def sweep(database: Database, rules: Sequence[Rule], now: datetime) -> Mapping[str, int]:
    """Afterwards nothing is kept that has reached the end of its time, to the second; gives what went.

    Raises Retryable when the database stays away; what went by then is gone.
    """
    taken: dict[str, int] = {}
    for rule in rules:
        while True:
            async with database.transaction() as tx:
                went = await rule.take(tx, now - rule.kept_for, now)
            if not went:
                break
            taken[rule.what] = taken.get(rule.what, 0) + went
    async with database.transaction() as tx:
        await insert_new(tx, runs, [{"ran_at": now, "taken": taken}], returning=runs.c.ran_at)
    return taken


async def standings(database: Database, rules: Sequence[Rule], now: datetime) -> Sequence[Standing]:
    """What each rule would take now, and when it took something last; nothing is changed."""
    async with database.reading() as tx:
        past = (await tx.execute(sa.select(runs).order_by(runs.c.ran_at.desc()))).all()
        due = [await rule.count(tx, now - rule.kept_for) for rule in rules]
    latest = past[0].ran_at if past else None
    found = []
    for rule, number in zip(rules, due, strict=True):
        last = next((run for run in past if run.taken.get(rule.what)), None)
        at, count = (last.ran_at, last.taken[rule.what]) if last else (None, 0)
        found.append(Standing(rule.what, rule.kept_for, number, latest, at, count))
    return found
