"""How somebody stands who may have a call, without opening what is sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.booking import PhoneSaid, Standing
from services.intake.domain.request import Request
from services.intake.domain.submission import SafeHours
from services.intake.storage.calls import IS_BOOKED
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.keys import KEY_OF_PERSON, WRAPPED, hold_key
from services.intake.storage.records import Step
from services.intake.storage.requests import request_of
from services.intake.storage.sealing import PEOPLE, Sealer, safe_hours_of
from services.intake.storage.tables import calls, people, requests, silent_people, steps
from shared.database import Transaction

OF_REQUESTS = (
    sa.select(
        requests,
        people.c.phone_key,
        people.c.unsafe_at_home,
        sa.exists().where(silent_people.c.person_id == people.c.id).label("silenced"),
        people.c.voicemail_ok,
        people.c.version.label("contact_version"),
    )
    .join_from(requests, people, requests.c.person_id == people.c.id)
    .where(requests.c.id.in_(sa.bindparam("request_ids", expanding=True)))
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
_own = people.alias("own")
OWN = sa.join(_own, requests, requests.c.person_id == _own.c.id)
IS_OWN = requests.c.id == sa.bindparam("request_id")
AT_ADDRESS = sa.or_(  # everybody at the e-mail address of a request; its person alone, where it has none
    people.c.id == sa.select(_own.c.id).select_from(OWN).where(IS_OWN).scalar_subquery(),
    people.c.email_key == sa.select(_own.c.email_key).select_from(OWN).where(IS_OWN).scalar_subquery(),
)
LOCKED_ADDRESS = sa.select(people.c.id).where(AT_ADDRESS).order_by(people.c.id).with_for_update()
_theirs = requests.alias("theirs")
REQUESTS_AT_ADDRESS = (
    sa.select(_theirs.c.id).join_from(_theirs, people, _theirs.c.person_id == people.c.id).where(AT_ADDRESS)
)
OTHERS_AHEAD = sa.select(sa.func.count()).where(
    calls.c.request_id.in_(REQUESTS_AT_ADDRESS),
    calls.c.request_id != sa.bindparam("request_id"),
    IS_BOOKED,
    calls.c.starts_at > sa.bindparam("now"),
)


async def lock_people_of(tx: Transaction, request_ids: Sequence[str]) -> None:
    """Nobody else changes these requests' calls, or silences their people, before this transaction ends."""
    await tx.execute(LOCKED, {"request_ids": sorted(set(request_ids))})


async def lock_address_of(tx: Transaction, request_id: str) -> None:
    """The same of everybody at the e-mail address of this request."""
    await tx.execute(LOCKED_ADDRESS, {"request_id": request_id})


async def load_standing(tx: Transaction, request_id: str) -> tuple[Request, Standing] | None:
    """The request and how its person stands; None where nobody knows it."""
    return next(iter(await load_standings(tx, [request_id])), None)


async def load_standings(tx: Transaction, request_ids: Sequence[str]) -> list[tuple[Request, Standing]]:
    """Those found, in the order asked."""
    rows = {row.id: row for row in await tx.execute(OF_REQUESTS, {"request_ids": list(request_ids)})}
    return [(request_of(rows[each]), _standing(rows[each])) for each in request_ids if each in rows]


def _standing(row: Any) -> Standing:
    return Standing(
        person_id=row.person_id,
        phone_known=row.phone_key is not None,
        silenced=bool(row.silenced),
        unsafe_at_home=row.unsafe_at_home,
        voicemail_ok=row.voicemail_ok,
        ended=row.referral_ended or row.withdrawn_at is not None,
        rules_changed=row.contact_version > 1,
    )


async def count_others_ahead(tx: Transaction, request_id: str, now: datetime) -> int:
    """How many calls are booked ahead at the e-mail address of this request, but for its own."""
    return int((await tx.execute(OTHERS_AHEAD, {"request_id": request_id, "now": now})).scalar_one())


async def load_safe_hours(tx: Transaction, person_id: str, sealer: Sealer) -> SafeHours | None:
    """When it is safe to reach them, by their own word alone; None where they named no hours."""
    chosen = (
        sa.select(people.c.sealed, WRAPPED)
        .join_from(people, person_keys, KEY_OF_PERSON, isouter=True)
        .where(people.c.id == person_id, people.c.has_safe_hours.is_(True))
    )
    row = (await tx.execute(chosen)).one_or_none()
    own = sealer.own(person_id, row.wrapped) if row is not None else None
    return safe_hours_of(own.open(PEOPLE, person_id, row.sealed)) if own and row else None


async def save_reach(tx: Transaction, person_id: str, said: PhoneSaid, sealer: Sealer) -> int:
    """Keeps what was said about calling them; gives the version that their contact has now."""
    values: dict[str, Any] = {"version": people.c.version + 1}
    own = await hold_key(tx, person_id, sealer) if said.phone is not None else None
    if own is not None:
        sealed = (await tx.execute(sa.select(people.c.sealed).where(people.c.id == person_id))).scalar_one()
        document = own.open(PEOPLE, person_id, sealed) | {"phone": said.phone}
        values["sealed"] = own.seal(PEOPLE, person_id, document)
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
    """What happened under these names after then to every request at the e-mail address of this one."""
    found = await tx.execute(
        sa.select(steps)
        .where(steps.c.request_id.in_(REQUESTS_AT_ADDRESS), steps.c.name.in_(names), steps.c.at > since)
        .order_by(steps.c.seq),
        {"request_id": request_id},
    )
    return [Step(row.request_id, row.at, row.kind, row.name, tuple(row.detail)) for row in found]
