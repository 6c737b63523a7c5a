"""Calls and the minutes that they keep: of two who want one time, the database lets one win."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.intake.domain.call import Call
from services.intake.domain.slots import Diary, Kept, grains
from services.intake.storage.absences import load_away
from services.intake.storage.tables import call_minutes, calls, requests
from shared.database import Transaction, insert_new
from shared.practice.calls import GRAIN

LATELY = timedelta(days=31)  # how far back it is looked who was last given a call
IS_BOOKED = calls.c.status == sa.literal_column("'booked'")  # written out: the partial indexes ask for it
NEVER_CHANGE = ("id", "request_id", "booked_at")
MAY_CHANGE = (
    *("version", "sequence", "status", "coordinator_id", "starts_at", "ends_at", "changed_at", "by"),
    *("time_zone", "remind_shortly", "state", "located_version"),
)
MOST = sa.bindparam("most", type_=sa.Integer)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

WITH_REQUEST = sa.select(calls, requests.c.reference, requests.c.test).join_from(
    calls, requests, requests.c.id == calls.c.request_id
)
_later = calls.alias("later")
LATEST = WITH_REQUEST.where(
    calls.c.request_id.in_(sa.bindparam("request_ids", expanding=True)),
    calls.c.version
    == sa.select(sa.func.max(_later.c.version))
    .where(_later.c.request_id == calls.c.request_id)
    .scalar_subquery(),
)
BOOKED_OF = WITH_REQUEST.where(
    calls.c.request_id.in_(sa.bindparam("request_ids", expanding=True)), IS_BOOKED
).order_by(calls.c.starts_at, calls.c.id)
PAGE = (
    WITH_REQUEST.where(
        IS_BOOKED, calls.c.ends_at > sa.bindparam("ending_after"), calls.c.id > sa.bindparam("after")
    )
    .order_by(calls.c.id)
    .limit(MOST)
)
WEEKS = (
    WITH_REQUEST.where(
        calls.c.coordinator_id == sa.bindparam("coordinator_id"),
        calls.c.ends_at > sa.bindparam("ending_after"),
        calls.c.status != "cancelled",
    )
    .order_by(calls.c.starts_at, calls.c.id)
    .limit(MOST)
)
WITHIN = (
    WITH_REQUEST.where(
        IS_BOOKED,
        calls.c.coordinator_id == sa.bindparam("coordinator_id"),
        calls.c.starts_at < sa.bindparam("until"),
        calls.c.ends_at > sa.bindparam("since"),
    )
    .order_by(calls.c.starts_at, calls.c.id)
    .limit(MOST)
)
KEPT = sa.select(
    calls.c.id, calls.c.coordinator_id, calls.c.starts_at, calls.c.ends_at, calls.c.kept_until
).where(
    IS_BOOKED,
    calls.c.coordinator_id.in_(sa.bindparam("who", expanding=True)),
    calls.c.kept_until > sa.bindparam("now"),
)
LAST_BOOKED = (
    sa.select(calls.c.coordinator_id, sa.func.max(calls.c.booked_at).label("at"))
    .where(calls.c.booked_at > sa.bindparam("since"))
    .group_by(calls.c.coordinator_id)
)


async def load_latest_calls(tx: Transaction, request_ids: Sequence[str]) -> list[Call]:
    """The latest call of each of these requests that has one, in the order asked."""
    found = await tx.execute(LATEST, {"request_ids": list(request_ids)})
    known = {row.request_id: _call_of(row) for row in found}
    return [known[each] for each in dict.fromkeys(request_ids) if each in known]


async def load_booked_calls(tx: Transaction, request_ids: Sequence[str]) -> list[Call]:
    """The booked calls of these requests, by when they begin."""
    found = await tx.execute(BOOKED_OF, {"request_ids": list(request_ids)})
    return [_call_of(row) for row in found]


async def load_calls_ending_after(
    tx: Transaction, ending_after: datetime, after: str, most: int
) -> list[Call]:
    """Booked calls that end after this instant, by their ids, beginning behind `after`."""
    found = await tx.execute(PAGE, {"ending_after": ending_after, "after": after, "most": most})
    return [_call_of(row) for row in found]


async def load_calendar(
    tx: Transaction, coordinator_id: str, ending_after: datetime, most: int
) -> list[Call]:
    """The coordinator's calls that end after this instant, the nearest first; not those cancelled."""
    asked = {"coordinator_id": coordinator_id, "ending_after": ending_after, "most": most}
    return [_call_of(row) for row in await tx.execute(WEEKS, asked)]


async def load_calls_within(
    tx: Transaction, coordinator_id: str, since: datetime, until: datetime, most: int
) -> list[Call]:
    """The coordinator's booked calls that touch this time."""
    asked = {"coordinator_id": coordinator_id, "since": since, "until": until, "most": most}
    return [_call_of(row) for row in await tx.execute(WITHIN, asked)]


async def load_diary(tx: Transaction, coordinator_ids: Iterable[str], now: datetime) -> Diary:
    """What these coordinators have before them."""
    who = sorted(set(coordinator_ids))
    kept = await tx.execute(KEPT, {"who": who, "now": now})
    last = await tx.execute(LAST_BOOKED, {"since": now - LATELY})
    return Diary(
        kept=[Kept(*row) for row in kept],
        away=await load_away(tx, who, now),
        last_booked={row.coordinator_id: row.at for row in last},
    )


async def save_new_call(tx: Transaction, call: Call, kept_until: datetime) -> bool:
    """Keeps a call that has just been booked, and its time; False, and nothing kept, where somebody has it.

    Somebody who is taking that time at this moment is waited for.
    """
    async with tx.begin_nested() as attempt:
        row = _row(call, kept_until) | {name: getattr(call, name) for name in NEVER_CHANGE}
        await tx.execute(sa.insert(calls).values(row))
        kept = await _keep(tx, call, _minutes(call, kept_until))
        if not kept:
            await attempt.rollback()
    return kept


async def save_moved_call(tx: Transaction, call: Call, kept_until: datetime) -> bool:
    """Keeps a call that has moved: its new time is taken and its old one free, or nothing has changed.

    What old and new time share is never given up between; of others' time nothing is waited for in vain.
    """
    wanted = _minutes(call, kept_until)
    own = sa.select(call_minutes.c.coordinator_id, call_minutes.c.at).where(call_minutes.c.call_id == call.id)
    held = {(row.coordinator_id, row.at) for row in await tx.execute(own)}
    async with tx.begin_nested() as attempt:
        kept = await _keep(tx, call, [each for each in wanted if each not in held])
        if not kept:
            await attempt.rollback()
    if kept:
        await _update(tx, call, kept_until)
        given_up = held.difference(wanted)
        free = sa.tuple_(call_minutes.c.coordinator_id, call_minutes.c.at).in_(sorted(given_up))
        await tx.execute(sa.delete(call_minutes).where(call_minutes.c.call_id == call.id, free))
    return kept


async def save_ended_calls(tx: Transaction, ended: Sequence[Call]) -> None:
    """Keeps calls that are booked no more; their time is free at once."""
    for call in ended:
        await _update(tx, call)
    if ended:
        of_them = call_minutes.c.call_id.in_([each.id for each in ended])
        await tx.execute(sa.delete(call_minutes).where(of_them))


async def save_located_call(tx: Transaction, call: Call) -> None:
    """Keeps where the person will be during the call."""
    await _update(tx, call)


async def _keep(tx: Transaction, call: Call, minutes: Sequence[tuple[str, datetime]]) -> bool:
    """Whether each of these was free and is the call's now. In order, so that no two wait for each other."""
    rows = [{"coordinator_id": who, "at": at, "call_id": call.id} for who, at in minutes]
    return len(await insert_new(tx, call_minutes, rows, returning=call_minutes.c.at)) == len(rows)


async def _update(tx: Transaction, call: Call, kept_until: datetime | None = None) -> None:
    row = _row(call, kept_until)
    await tx.execute(sa.update(calls).where(calls.c.id == call.id).values(row))


def _minutes(call: Call, kept_until: datetime) -> list[tuple[str, datetime]]:
    return [(call.coordinator_id, EPOCH + each * GRAIN) for each in grains(call.starts_at, kept_until)]


def _row(call: Call, kept_until: datetime | None) -> dict[str, Any]:
    until = {} if kept_until is None else {"kept_until": kept_until}
    return (
        until | {name: getattr(call, name) for name in MAY_CHANGE} | {"interpreter": list(call.interpreter)}
    )


def _call_of(row: Any) -> Call:
    names = (*NEVER_CHANGE, *MAY_CHANGE, "reference", "test")
    said: dict[str, Any] = {name: getattr(row, name) for name in names}
    return Call(**said, interpreter=tuple(row.interpreter))
