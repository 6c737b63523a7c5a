"""Sealing anew: people get a new key, and everything that is kept of them is sealed with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.storage.erasure_tables import legal_holds, person_keys
from services.intake.storage.keys import save_new_keys, take_keys
from services.intake.storage.sealing import (
    ACCESS,
    HOLDS,
    LATER,
    NOTES,
    OTHERS,
    PEOPLE,
    WORDS,
    OwnSealer,
    Sealer,
)
from services.intake.storage.tables import (
    access_log,
    access_subjects,
    later_words,
    notes,
    people,
    requests,
    words,
)
from shared.database import Transaction

BY_THE_RING = b"\x01"  # the first byte of what was sealed before people had keys


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column with sealed values of people: where it is, what names a row of it, and whose the row is."""

    place: tuple[str, str]
    table: sa.Table
    row_id: sa.Column[str]
    request_id: sa.ColumnElement[str] | None  # None: the row is the person's own

    @property
    def sealed(self) -> sa.Column[bytes]:
        return self.table.c[self.place[1]]


# Every sealed column there is: what is not named here would stay as it is, and outlive its person's key.
SEALED_COLUMNS: list[SealedColumn] = [
    SealedColumn(PEOPLE, people, people.c.id, None),
    SealedColumn(OTHERS, requests, requests.c.id, requests.c.id),
    SealedColumn(WORDS, words, words.c.request_id, words.c.request_id),
    SealedColumn(LATER, later_words, later_words.c.id, later_words.c.request_id),
    SealedColumn(NOTES, notes, notes.c.id, notes.c.request_id),
    SealedColumn(HOLDS, legal_holds, legal_holds.c.request_id, legal_holds.c.request_id),
    SealedColumn(
        ACCESS,
        access_log,
        access_log.c.id,
        sa.select(sa.func.min(access_subjects.c.request_id))
        .where(access_subjects.c.access_id == access_log.c.id)
        .scalar_subquery(),
    ),
]


async def renew_keys(tx: Transaction, person_ids: Collection[str], sealer: Sealer, now: datetime) -> int:
    """Each of these people who is still there has a new key, with which all of theirs is sealed; how many.

    Their former keys are gone with this commit.
    """
    whose = await _take_people(tx, person_ids)
    old = await take_keys(tx, whose)
    made = {each: sealer.new_key(each) for each in whose}
    before = {each: sealer.own(each, old.get(each)) for each in whose}
    after = {each: sealer.own(each, made[each]) for each in whose}
    for column in SEALED_COLUMNS:
        await _seal_anew(tx, column, before, after)
    await tx.execute(sa.delete(person_keys).where(person_keys.c.person_id.in_(whose)))
    await save_new_keys(tx, made, sealer.current, now)
    return len(whose)


async def count_sealed_by_the_ring(tx: Transaction) -> int:
    """How many values are as they were sealed before people had keys; keys themselves are not among them."""
    counted = 0
    for column in SEALED_COLUMNS:
        first = sa.func.substr(column.sealed, 1, 1, type_=sa.LargeBinary)
        counted += int(
            await tx.scalar(sa.select(sa.func.count()).select_from(column.table).where(first == BY_THE_RING))
            or 0
        )
    return counted


async def forget_reasons_of_nobody(tx: Transaction) -> int:
    """Deletes why somebody read about requests that are gone: no key is left to seal it with; how many."""
    known = sa.exists().where(
        access_subjects.c.access_id == access_log.c.id, access_subjects.c.request_id == requests.c.id
    )
    cleared = sa.update(access_log).where(access_log.c.sealed.is_not(None), ~known).values(sealed=None)
    return (await tx.execute(cleared)).rowcount


async def _take_people(tx: Transaction, person_ids: Collection[str]) -> list[str]:
    """Those still there; nobody else changes them, or anything of their requests, meanwhile."""
    asked = sa.select(people.c.id).where(people.c.id.in_(person_ids)).order_by(people.c.id)
    whose = list((await tx.execute(asked.with_for_update())).scalars())
    theirs = sa.select(requests.c.id).where(requests.c.person_id.in_(whose)).order_by(requests.c.id)
    await tx.execute(theirs.with_for_update())
    return whose


async def _seal_anew(
    tx: Transaction,
    column: SealedColumn,
    before: Mapping[str, OwnSealer],
    after: Mapping[str, OwnSealer],
) -> None:
    rows = [
        {"row": row.row_id, "anew": _moved(column.place, row, before[row.whose], after[row.whose])}
        for row in await tx.execute(_sealed_of(column, list(before)))
    ]
    if rows:
        update = sa.update(column.table).where(column.row_id == sa.bindparam("row"))
        await tx.execute(update.values({column.sealed: sa.bindparam("anew", type_=sa.LargeBinary)}), rows)


def _sealed_of(column: SealedColumn, whose: list[str]) -> sa.Select[str, str, bytes]:
    """The sealed values of these people in this column."""
    if column.request_id is None:
        found = sa.select(column.row_id.label("row_id"), column.row_id.label("whose"), column.sealed)
        return found.where(column.row_id.in_(whose), column.sealed.is_not(None))
    of = requests.alias("of")
    return (
        sa.select(column.row_id.label("row_id"), of.c.person_id.label("whose"), column.sealed)
        .join_from(column.table, of, of.c.id == column.request_id)
        .where(of.c.person_id.in_(whose), column.sealed.is_not(None))
    )


def _moved(place: tuple[str, str], row: Any, before: OwnSealer, after: OwnSealer) -> bytes:
    return after.seal(place, row.row_id, before.open(place, row.row_id, bytes(row[2])))
