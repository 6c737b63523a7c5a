"""Appending to the audit, reading it, and forgetting what is old enough.

What is recorded in a transaction is appended as the last thing before its commit. On PostgreSQL a lock is
needed from the moment when the newest entry is read until the commit; taken last, nobody waits for anything
else while holding it.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from shared.audit.entries import FORGOTTEN, START, Entry, Head, Kept, chained, kept_of, written
from shared.audit.tables import audit
from shared.database import Transaction, last_of, operator_of

LOCK = 0x61756469  # "audi": one lock in a service's own database
AT_MOST = 1000
_LOCKED = sa.text(f"SELECT pg_advisory_xact_lock({LOCK})")
_NEWEST = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
_INSERT = sa.insert(audit)


class _Appending:
    """What a transaction has recorded so far; called once, just before its commit."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.forgotten = 0

    async def __call__(self, tx: Transaction) -> None:
        if tx.dialect.name == "postgresql":
            await tx.execute(_LOCKED)
        await tx.execute(_INSERT, list(chained(await head_of(tx), self.entries)))
        if self.forgotten:
            await _delete(tx, self.forgotten)


async def record(tx: Transaction, entries: Sequence[Entry]) -> None:
    """The entries stand in the chain, in this order, exactly if this transaction commits."""
    if entries:
        last_of(tx, _Appending).entries.extend(entries)


def actor(tx: Transaction, by: str, request_id: str = "") -> str:
    """Who it is that does something in this transaction, as an entry says it.

    Whoever works by command goes by their own name, whatever was said; `by` is otherwise who was said to act,
    such as coordinator:dana, or `person` where it is the person of this request.
    """
    if operator := operator_of(tx):
        return f"operator:{operator}"
    if by == "person" and request_id:
        return f"person:{request_id}"
    return by if ":" in by else f"{by}:unnamed"


async def load(
    tx: Transaction,
    *,
    subjects: Sequence[str] = (),
    actor: str | None = None,
    since: datetime | None = None,
    at_most: int = AT_MOST,
) -> list[Kept]:
    """The newest entries that fit, oldest first; what this transaction has recorded is not yet among them.

    An `actor` that ends in a colon is everybody of that kind, such as `operator:`.
    """
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(at_most)
    if subjects:
        query = query.where(audit.c.subject.in_(subjects))
    if actor:
        of_a_kind = audit.c.actor.startswith(actor, autoescape=True)
        query = query.where(of_a_kind if actor.endswith(":") else audit.c.actor == actor)
    if since:
        query = query.where(audit.c.at >= written(since))
    found = [dict(row) for row in (await tx.execute(query)).mappings()]
    return [kept_of(row) for row in reversed(found)]


async def head_of(tx: Transaction) -> Head:
    """Where the chain has got to."""
    newest = (await tx.execute(_NEWEST)).one_or_none()
    return Head(newest.seq, newest.hash) if newest else START


async def forget_before(tx: Transaction, before: datetime, *, actor: str, now: datetime) -> int:
    """Takes away what is older than `before`, from the beginning to the first entry that is not; how many.

    What is left begins after an entry that says how far it was, and with what hash: the chain still verifies.
    """
    oldest = await tx.scalar(sa.select(sa.func.min(audit.c.seq)))
    stays = await tx.scalar(
        sa.select(audit.c.seq).where(audit.c.at >= written(before)).order_by(audit.c.seq).limit(1)
    )
    upto = await tx.scalar(sa.select(sa.func.max(audit.c.seq))) if stays is None else stays - 1
    if oldest is None or upto < oldest:
        return 0
    last = await tx.scalar(sa.select(audit.c.hash).where(audit.c.seq == upto))
    await record(tx, [Entry(now, actor, FORGOTTEN, str(upto), detail={"hash": str(last)})])
    last_of(tx, _Appending).forgotten = upto
    return int(upto - oldest + 1)


def append_at_once(bind: sa.Connection, entries: Sequence[Entry]) -> None:
    """For a migration, which nobody writes beside: the entries are appended now."""
    newest = bind.execute(_NEWEST).one_or_none()
    if entries:
        bind.execute(_INSERT, list(chained(Head(newest.seq, newest.hash) if newest else START, entries)))


async def _delete(tx: Transaction, upto: int) -> None:
    if tx.dialect.name == "postgresql":
        await tx.execute(sa.select(sa.func.audit_forget(upto)))
    else:
        await tx.execute(sa.delete(audit).where(audit.c.seq <= upto))
