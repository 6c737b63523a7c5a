"""Whether every entry of a chain is as it was written, none is missing, and none was slipped in.

A chain cannot see that its newest entries were cut off, or that all of it was written anew: for that, a head
that was noted elsewhere is looked for in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.audit.entries import FIELDS, FORGOTTEN, START, Head, anchored, hash_of
from shared.audit.tables import audit
from shared.database import Database, Transaction

PAGE = 1000
STILL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
TEXTS = (*FIELDS, "previous", "hash")
Why = Literal["missing", "changed", "moved", "unreadable", "beginning", "cut", "another"]
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry stands as it was written; so many of them, up to this head."""

    entries: int
    head: Head


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain holds up to this number, and not there.

    missing: it is gone. changed: it does not say what was written. moved: it does not follow on the one
    before. unreadable: the database cannot read it. beginning: what came before is gone, and nothing says
    that it was forgotten. cut: the chain had got further. another: it was another entry when it was noted.
    """

    seq: int
    why: Why


async def verify(database: Database, noted: Head | None = None) -> Verified | Broken:
    """Looks at every entry there is, and for the head that was `noted`."""
    walk = _Walk(noted)
    async with database.reading() as tx:
        if tx.dialect.name == "postgresql":
            await tx.exec_driver_sql(STILL)
        try:
            while rows := await _page(tx, walk.seq, PAGE):
                if broken := walk.past(rows):
                    return broken
            return walk.ended()
        except (DBAPIError, UnicodeDecodeError):
            unread = walk
    return await _unreadable(database, unread)


class _Walk:
    """From entry to entry."""

    def __init__(self, noted: Head | None) -> None:
        self._noted = noted
        self._begun: Head | None = None  # what the first entry follows on
        self._anchor: tuple[str, str] | None = None  # the newest: up to where, and with what hash, as stored
        self._entries = 0
        self.seq, self._hash = START

    def past(self, rows: list[Stored]) -> Broken | None:
        """The first entry of these that is not as it must be."""
        for row in rows:
            if broken := self._wrong_with(row):
                return broken
            self.seq, self._hash = row["seq"], row["hash"]
            self._entries += 1
            if row["act"] == FORGOTTEN:
                self._anchor = row["subject"], row["detail"]
        return None

    def _wrong_with(self, row: Stored) -> Broken | None:
        if not all(isinstance(row[name], str) for name in TEXTS) or hash_of(row) != row["hash"]:
            return Broken(row["seq"], "changed")
        if self._begun is None:
            self._begun = Head(row["seq"] - 1, row["previous"])
            self.seq, self._hash = self._begun
        if row["seq"] != self.seq + 1:
            return Broken(self.seq + 1, "missing")
        if row["previous"] != self._hash:
            return Broken(row["seq"], "moved")
        if self._noted and row["seq"] == self._noted.seq and row["hash"] != self._noted.hash:
            return Broken(row["seq"], "another")
        return None

    def ended(self) -> Verified | Broken:
        begun = self._begun or START
        said = (str(begun.seq), anchored(begun)) if begun != START else None
        if said != self._anchor:
            return Broken(begun.seq + 1, "beginning")
        if self._noted and self._noted.seq > self.seq:
            return Broken(self.seq + 1, "cut")
        return Verified(self._entries, Head(self.seq, self._hash))


async def _page(tx: Transaction, after: int, size: int) -> list[Stored]:
    query = sa.select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(size)
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _unreadable(database: Database, walk: _Walk) -> Broken | Verified:
    """Which entry it is that cannot be read: one at a time, from where the walk had got to."""
    while True:
        async with database.reading() as tx:
            try:
                rows = await _page(tx, walk.seq, 1)
            except (DBAPIError, UnicodeDecodeError):
                return Broken(walk.seq + 1, "unreadable")
        if not rows:
            return walk.ended()
        if broken := walk.past(rows):
            return broken
