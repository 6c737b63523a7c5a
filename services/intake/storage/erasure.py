"""Whoever is erased: found by their address, deleted whole, and remembered by ids and prints alone."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.contact_change import Silence
from services.intake.domain.erasure import (
    Known,
    Named,
    PartyStone,
    PersonStone,
    Sought,
    Tombstones,
    without_partner,
)
from services.intake.storage.erasure_tables import erased_parties, erased_people, person_keys
from services.intake.storage.keys import KEY_OF_REQUEST, WRAPPED, hold_key, take_keys
from services.intake.storage.sealing import OTHERS, Sealer, client_of, others_of, partners_of
from services.intake.storage.silences import save_silence
from services.intake.storage.tables import (
    access_log,
    access_subjects,
    calls,
    people,
    requests,
    silent_people,
)
from shared.database import Transaction, insert_new

IDS_AT_ONCE = 400
A_PAGE = 200
WITH_OTHERS = (
    sa.select(requests.c.id, requests.c.reference, requests.c.person_id, requests.c.others, WRAPPED)
    .join_from(requests, person_keys, KEY_OF_REQUEST, isouter=True)
    .where(requests.c.others.is_not(None))
)


async def load_at_address(tx: Transaction, sought: Sought) -> list[Known]:
    """Everybody at this address."""
    return await _known(tx, _at(sought), lock=False)


async def take_at_address(tx: Transaction, sought: Sought) -> list[Known]:
    """The same; nobody else changes them, their requests or their keys before this transaction ends."""
    return await _known(tx, _at(sought), lock=True)


async def take_people(tx: Transaction, person_ids: Collection[str]) -> list[Known]:
    """Those of these people who are still there, taken likewise."""
    return await _known(tx, people.c.id.in_(person_ids), lock=True)


async def load_calls_of(tx: Transaction, request_ids: Sequence[str]) -> list[str]:
    """The ids of these requests' calls."""
    return list(
        (await tx.execute(sa.select(calls.c.id).where(calls.c.request_id.in_(request_ids)))).scalars()
    )


async def delete_people(
    tx: Transaction, known: Sequence[Known], print_: str, now: datetime
) -> list[PersonStone]:
    """These people are gone with everything that was kept of them, their keys first of all.

    Who asked to hear nothing more is not written to at that address either, whoever writes from there.
    """
    whose = [each.person_id for each in known]
    stones = [
        PersonStone(each.person_id, tuple(id_ for id_, _ in each.requests), now, print_) for each in known
    ]
    await _keep_silence(tx, whose)
    await tx.execute(sa.delete(person_keys).where(person_keys.c.person_id.in_(whose)))
    read = sa.select(access_subjects.c.access_id).where(
        access_subjects.c.request_id.in_([id_ for stone in stones for id_ in stone.request_ids])
    )
    await tx.execute(sa.update(access_log).where(access_log.c.id.in_(read)).values(sealed=None))
    await tx.execute(sa.delete(requests).where(requests.c.person_id.in_(whose)))
    await tx.execute(sa.delete(people).where(people.c.id.in_(whose)))
    await save_tombstones(tx, Tombstones(people=tuple(stones)))
    return stones


async def load_named(tx: Transaction, sought: Sought, sealer: Sealer) -> list[Named]:
    """Requests of other people in which this is the address of a partner; every one of them is opened."""
    found: list[Named] = []
    after = ""
    while True:
        page = WITH_OTHERS.where(requests.c.id > after).order_by(requests.c.id).limit(A_PAGE)
        rows = (await tx.execute(page)).all()
        found += [Named(row.id, row.reference, row.person_id) for row in rows if _names(row, sought, sealer)]
        if len(rows) < A_PAGE:
            return found
        after = rows[-1].id


async def remove_partner(
    tx: Transaction, request_id: str, sought: Sought, sealer: Sealer, now: datetime
) -> PartyStone | None:
    """The request no more says who this partner is; None where it did not. What its writer wrote stays."""
    asked = WITH_OTHERS.where(requests.c.id == request_id).with_for_update(of=requests, key_share=True)
    row = (await tx.execute(asked)).one_or_none()
    if row is None or not _names(row, sought, sealer):
        return None
    own = await hold_key(tx, row.person_id, sealer)
    if own is None:
        return None
    document = own.open(OTHERS, row.id, row.others)
    partners = partners_of(document)
    erased = {each.email: _is_of(each.email, sought, sealer) for each in partners}
    left = others_of(*without_partner(client_of(document), partners, erased))
    sealed = own.seal(OTHERS, row.id, left) if left else None
    await tx.execute(sa.update(requests).where(requests.c.id == row.id).values(others=sealed))
    stone = PartyStone(row.id, now, sought.print)
    await save_tombstones(tx, Tombstones(parties=(stone,)))
    return stone


async def save_tombstones(tx: Transaction, stones: Tombstones) -> set[str]:
    """What is left of them stands here for good; again, it stays as it was. Gives the people it is new of."""
    rows: list[dict[str, Any]] = [
        {
            "person_id": each.person_id,
            "request_ids": list(each.request_ids),
            "erased_at": each.erased_at,
            "address_print": each.address_print,
        }
        for each in stones.people
    ]
    new = await insert_new(tx, erased_people, rows, returning=erased_people.c.person_id)
    rows = [
        {
            "request_id": each.request_id,
            "erased_at": each.erased_at,
            "address_print": each.address_print,
        }
        for each in stones.parties
    ]
    await insert_new(tx, erased_parties, rows, returning=erased_parties.c.request_id)
    return new


async def load_tombstones(tx: Transaction, address_print: str | None = None) -> Tombstones:
    """Everybody who was erased, or whoever was at this address; the earliest first."""
    gone = sa.select(erased_people).order_by(erased_people.c.erased_at, erased_people.c.person_id)
    parts = sa.select(erased_parties).order_by(erased_parties.c.erased_at, erased_parties.c.request_id)
    if address_print is not None:
        gone = gone.where(erased_people.c.address_print == address_print)
        parts = parts.where(erased_parties.c.address_print == address_print)
    return Tombstones(
        people=tuple(
            PersonStone(row.person_id, tuple(row.request_ids), row.erased_at, row.address_print)
            for row in await tx.execute(gone)
        ),
        parties=tuple(
            PartyStone(row.request_id, row.erased_at, row.address_print) for row in await tx.execute(parts)
        ),
    )


def _at(sought: Sought) -> sa.ColumnElement[bool]:
    return sa.or_(people.c.email_key.in_(sought.address_keys), people.c.phone_key.in_(sought.address_keys))


async def _known(tx: Transaction, which: sa.ColumnElement[bool], *, lock: bool) -> list[Known]:
    """People first, then requests, then keys, so that no two who take them wait for each other."""
    at = sa.select(people.c.id, people.c.version).where(which).order_by(people.c.id)
    versions = {row.id: row.version for row in await tx.execute(at.with_for_update() if lock else at)}
    wrote = (
        sa.select(requests.c.id, requests.c.reference, requests.c.person_id)
        .where(requests.c.person_id.in_(versions))
        .order_by(requests.c.id)
    )
    theirs: dict[str, list[tuple[str, str]]] = {each: [] for each in versions}
    for row in await tx.execute(wrote.with_for_update() if lock else wrote):
        theirs[row.person_id].append((row.id, row.reference))
    if lock:
        await take_keys(tx, versions)
    return [Known(each, version, tuple(theirs[each])) for each, version in versions.items()]


async def _keep_silence(tx: Transaction, person_ids: Sequence[str]) -> None:
    asked = (
        sa.select(people.c.email_key, people.c.phone_key, silent_people.c.since)
        .join_from(silent_people, people, silent_people.c.person_id == people.c.id)
        .where(people.c.id.in_(person_ids))
    )
    for row in (await tx.execute(asked)).all():
        keys = (row.email_key,) if row.email_key else (row.phone_key,)
        await save_silence(tx, Silence(person_ids=(), addresses=keys), row.since)


def _names(row: Any, sought: Sought, sealer: Sealer) -> bool:
    document = sealer.own(row.person_id, row.wrapped).open(OTHERS, row.id, row.others)
    return any(_is_of(each.email, sought, sealer) for each in partners_of(document))


def _is_of(address: str | None, sought: Sought, sealer: Sealer) -> bool:
    """By its key, where one is sought; after a restore by its print alone."""
    key = sealer.address_key("email", address)
    if key is None:
        return False
    return key in sought.address_keys or sealer.erased_print(key) == sought.print
