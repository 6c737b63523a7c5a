"""Each person's own key: made with them, read beside what it opens, renewed, and gone with them.

A key is read in the same statement as what it opens, so that nobody who reads ever holds a key that was
renewed a moment before. Who writes something sealed holds on to the key until their transaction ends: people
first, then requests, then keys, so that no two wait for each other.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.sealing import OwnSealer, Sealer
from services.intake.storage.tables import people, requests
from shared.database import Transaction

WRAPPED = person_keys.c.wrapped
KEY_OF_PERSON = person_keys.c.person_id == people.c.id
KEY_OF_REQUEST = person_keys.c.person_id == requests.c.person_id
KEY = sa.select(WRAPPED).where(person_keys.c.person_id == sa.bindparam("whose")).with_for_update(read=True)
KNOWN = sa.select(people.c.id).where(people.c.id == sa.bindparam("whose")).with_for_update(read=True)
WHOSE = (
    sa.select(requests.c.person_id)
    .where(requests.c.id == sa.bindparam("id"))
    .with_for_update(read=True, key_share=True)
)
INSERT = sa.insert(person_keys)


async def save_new_keys(
    tx: Transaction, made: Mapping[str, bytes], ring_key: str, now: datetime | Mapping[str, datetime]
) -> None:
    """Keeps the keys of people who have none, by their id; `ring_key` is what wrapped them."""
    at = now if isinstance(now, Mapping) else dict.fromkeys(made, now)
    rows = [
        {"person_id": id_, "ring_key": ring_key, "wrapped": wrapped, "created_at": at[id_]}
        for id_, wrapped in made.items()
    ]
    if rows:
        await tx.execute(INSERT, rows)


async def hold_key(tx: Transaction, person_id: str, sealer: Sealer) -> OwnSealer | None:
    """What seals for this person; nobody renews their key, or destroys it, before this transaction ends.

    None: nobody knows them, or they have just been erased.
    """
    wrapped = (await tx.execute(KEY, {"whose": person_id})).scalar_one_or_none()
    if wrapped is None:  # written down before people had keys, and not sealed anew yet: or gone
        if (await tx.execute(KNOWN, {"whose": person_id})).scalar_one_or_none() is None:
            return None
        wrapped = (await tx.execute(KEY, {"whose": person_id})).scalar_one_or_none()
    return sealer.own(person_id, wrapped)


async def hold_key_of_request(tx: Transaction, request_id: str, sealer: Sealer) -> OwnSealer | None:
    """The same for whoever wrote this request."""
    person_id = (await tx.execute(WHOSE, {"id": request_id})).scalar_one_or_none()
    return await hold_key(tx, person_id, sealer) if person_id is not None else None


async def take_keys(tx: Transaction, person_ids: Collection[str]) -> Mapping[str, bytes]:
    """The keys of these people; whoever is writing with one of them has finished, and nobody begins."""
    asked = (
        sa.select(person_keys.c.person_id, WRAPPED)
        .where(person_keys.c.person_id.in_(person_ids))
        .order_by(person_keys.c.person_id)
        .with_for_update()
    )
    return {row.person_id: row.wrapped for row in await tx.execute(asked)}


async def load_out_of_date(tx: Transaction, ring_key: str, most: int) -> Sequence[str]:
    """People without a key of their own, or whose key another key of the ring has wrapped."""
    none = (
        sa.select(people.c.id)
        .join_from(people, person_keys, KEY_OF_PERSON, isouter=True)
        .where(person_keys.c.person_id.is_(None))
        .limit(most)
    )
    found = list((await tx.execute(none)).scalars())
    old = sa.select(person_keys.c.person_id).where(person_keys.c.ring_key != ring_key).limit(most)
    return [*found, *(await tx.execute(old)).scalars()][:most]
