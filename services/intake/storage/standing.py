"""How somebody stands who may have a call: by their addresses, without opening what is sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.booking import PhoneSaid, Standing
from services.intake.domain.request import Request
from services.intake.storage.records import Step
from services.intake.storage.requests import request_of
from services.intake.storage.sealing import PEOPLE, Sealer
from services.intake.storage.silences import load_silent
from services.intake.storage.tables import people, requests, silences, steps
from shared.database import Transaction

ADDRESSES = (people.c.email_key, people.c.phone_key)
BINDS = sa.and_(requests.c.announced_at.is_not(None), sa.not_(requests.c.test))  # spam and tests bind nobody
KEYS: sa.BindParameter[Sequence[str]] = sa.bindparam("keys", expanding=True)
OF_REQUEST = (
    sa.select(
        requests,
        *ADDRESSES,
        people.c.unsafe_at_home,
        people.c.voicemail_ok,
        people.c.version.label("contact_version"),
    )
    .join_from(requests, people, requests.c.person_id == people.c.id)
    .where(requests.c.id == sa.bindparam("request_id"))
)
LOCKED = (
    sa.select(people.c.id)
    .where(
        people.c.id.in_(
            sa.select(requests.c.person_id).where(
                requests.c.id.in_(sa.bindparam("request_ids", expanding=True))
            )
        )
    )
    .order_by(people.c.id)
    .with_for_update()
)
SILENT = sa.select(silences.c.address_key).where(silences.c.address_key.in_(KEYS)).limit(1)
UNSAFE = tuple(
    sa.select(people.c.id)
    .join_from(people, requests, requests.c.person_id == people.c.id)
    .where(address.in_(KEYS), people.c.unsafe_at_home, BINDS)
    .limit(1)
    for address in ADDRESSES
)


async def lock_people_of(tx: Transaction, request_ids: Sequence[str]) -> None:
    """Nobody else changes these requests' calls, or silences their people, before this transaction ends."""
    await tx.execute(LOCKED, {"request_ids": sorted(set(request_ids))})


async def load_standing(tx: Transaction, request_id: str) -> tuple[Request, Standing] | None:
    """The request and how its person stands; None where nobody knows it."""
    row = (await tx.execute(OF_REQUEST, {"request_id": request_id})).one_or_none()
    if row is None:
        return None
    keys = [key for key in (row.email_key, row.phone_key) if key]
    standing = Standing(
        person_id=row.person_id,
        phone_known=row.phone_key is not None,
        silenced=bool(await load_silent(tx, [row.person_id])),
        unsafe_at_home=row.unsafe_at_home or await _is_unsafe(tx, keys),
        voicemail_ok=row.voicemail_ok,
        referral_ended=row.referral_ended,
        rules_changed=row.contact_version > 1,
    )
    return request_of(row), standing


async def is_usable(tx: Transaction, phone_key: str) -> bool:
    """Whether nobody asked that this number be left alone, or said that calls there endanger them."""
    is_silent = (await tx.execute(SILENT, {"keys": [phone_key]})).first() is not None
    return not (is_silent or await _is_unsafe(tx, [phone_key]))


async def save_reach(tx: Transaction, person_id: str, said: PhoneSaid, sealer: Sealer) -> int:
    """Keeps what was said about calling them; gives the version that their contact has now."""
    sealed = (await tx.execute(sa.select(people.c.sealed).where(people.c.id == person_id))).scalar_one()
    values: dict[str, Any] = {"version": people.c.version + 1}
    if said.phone is not None:
        document = sealer.open(PEOPLE, person_id, sealed) | {"phone": said.phone}
        values["sealed"] = sealer.seal(PEOPLE, person_id, document)
        values["phone_key"] = sealer.address_key("phone", said.phone)
    if said.voicemail_ok is not None:
        values["voicemail_ok"] = said.voicemail_ok
    kept = sa.update(people).where(people.c.id == person_id).values(values).returning(people.c.version)
    return int((await tx.execute(kept)).scalar_one())


async def save_ended_referrals(tx: Transaction, ended: Mapping[str, bool]) -> None:
    """Whether these requests have come to their end, as matching says; those unknown here are passed over."""
    for request_ids, is_so in (
        ([each for each in ended if ended[each]], True),
        ([each for each in ended if not ended[each]], False),
    ):
        if request_ids:
            await tx.execute(
                sa.update(requests)
                .where(requests.c.id.in_(request_ids), requests.c.referral_ended != is_so)
                .values(referral_ended=is_so)
            )


async def load_acts(tx: Transaction, request_id: str, names: Sequence[str], since: datetime) -> list[Step]:
    """What happened to this request under these names after then."""
    found = await tx.execute(
        sa.select(steps)
        .where(steps.c.request_id == request_id, steps.c.name.in_(names), steps.c.at > since)
        .order_by(steps.c.seq)
    )
    return [Step(row.request_id, row.at, row.kind, row.name, tuple(row.detail)) for row in found]


async def _is_unsafe(tx: Transaction, keys: Sequence[str]) -> bool:
    for by_address in UNSAFE:
        if (await tx.execute(by_address, {"keys": keys})).first() is not None:
            return True
    return False
