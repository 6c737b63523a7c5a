"""What intake and matching said of requests, kept whether their journeys were there already or not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.resources.domain.request import Call, Care, News
from services.resources.storage.tables import journeys, kin, request_news
from shared.database import Row, Transaction, insert_new


async def take_news(tx: Transaction, request_ids: Iterable[str], now: datetime) -> dict[str, News]:
    """What is known of each of these requests; nothing more is said of them until this transaction ends.

    Whatever comes next finds their journeys as this transaction leaves them.
    """
    wanted = sorted(set(request_ids))
    rows = [{"request_id": each, "silenced": False, "heard_at": now} for each in wanted]
    await insert_new(tx, request_news, rows, returning=request_news.c.request_id)
    chosen = sa.select(request_news).where(request_news.c.request_id.in_(wanted))
    found = await tx.execute(chosen.order_by(request_news.c.request_id).with_for_update())
    return {row.request_id: _news(row) for row in found}


async def take_families(
    tx: Transaction, request_ids: Iterable[str], now: datetime
) -> tuple[dict[str, set[str]], dict[str, News]]:
    """Each of these requests with itself and the others from its address, and what is known of all of them.

    Taken as `take_news` takes them, in one order, so that two who want the same wait for each other; and
    again where somebody told of more kin meanwhile.
    """
    wanted, taken = set(request_ids), dict[str, News]()
    families = await load_kin(tx, wanted)
    while missing := set().union(*families.values()) - taken.keys():
        taken |= await take_news(tx, missing, now)
        families = await load_kin(tx, wanted)
    return families, taken


async def load_news(tx: Transaction, request_ids: Iterable[str]) -> dict[str, News]:
    """What is known of these requests at this moment; of those that are not in it nothing is."""
    chosen = sa.select(request_news).where(request_news.c.request_id.in_(sorted(set(request_ids))))
    return {row.request_id: _news(row) for row in await tx.execute(chosen)}


async def save_silenced(tx: Transaction, silenced: Mapping[str, tuple[int, bool]], now: datetime) -> None:
    """Who wants to hear nothing more, and who no longer does; each with the version that says so."""
    await _save(tx, "contact_version", {of: (at, {"silenced": no}) for of, (at, no) in silenced.items()}, now)


async def save_moved_address(tx: Transaction, moved: Mapping[str, datetime], now: datetime) -> None:
    """When these requests' people gave another e-mail address; the latest counts."""
    if not moved:
        return
    await take_news(tx, moved, now)
    known, at = request_news.c.moved_at, sa.bindparam("at", type_=request_news.c.moved_at.type)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"), ~request_news.c.erased)
        .where(sa.or_(known.is_(None), known < at))
        .values(moved_at=at, heard_at=now),
        [{"of": each, "at": moved_at} for each, moved_at in sorted(moved.items())],
    )


async def save_flagged(tx: Transaction, flagged: Mapping[str, int], now: datetime) -> None:
    """Words of crisis came with these requests."""
    told = {"flagged": True, "cleared_to": None}
    await _save(tx, "safety_version", {of: (at, told) for of, at in flagged.items()}, now)


async def save_cleared(tx: Transaction, levels: Mapping[str, tuple[int, str]], now: datetime) -> None:
    """The safety level that a named person set for these requests."""
    told = {of: (at, {"flagged": False, "cleared_to": level}) for of, (at, level) in levels.items()}
    await _save(tx, "safety_version", told, now)


async def save_calls(tx: Transaction, calls: Mapping[str, tuple[int, Call]], now: datetime) -> None:
    """How these requests' calls stand."""
    told = {of: (at, {"call": call.stands, "call_at": call.at}) for of, (at, call) in calls.items()}
    await _save(tx, "call_version", told, now)


async def save_care(tx: Transaction, care: Mapping[str, tuple[int, Care]], now: datetime) -> None:
    """How these requests' referrals stand; a request has one referral."""
    told = {of: (at, {"care": each.stands, "care_at": each.at}) for of, (at, each) in care.items()}
    await _save(tx, "care_version", told, now)


async def save_erased(tx: Transaction, request_ids: Sequence[str], now: datetime) -> None:
    """These requests' people are gone: that alone is kept of them, and that for good."""
    await take_news(tx, request_ids, now)
    forgotten = {"silenced": False, "flagged": False, "cleared_to": None, "erased": True}
    nothing = {"call": None, "call_at": None, "care": None, "care_at": None, "moved_at": None}
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id.in_(request_ids))
        .values(**forgotten, **nothing, heard_at=now)
    )
    await tx.execute(
        sa.delete(kin).where(sa.or_(kin.c.request_id.in_(request_ids), kin.c.kin_id.in_(request_ids)))
    )


async def load_erased_since(tx: Transaction, since: datetime) -> list[str]:
    """The requests whose people were erased since then."""
    chosen = sa.select(request_news.c.request_id).where(
        request_news.c.erased, request_news.c.heard_at >= since
    )
    return list(await tx.scalars(chosen.order_by(request_news.c.request_id)))


async def still_kept(tx: Transaction, request_ids: Iterable[str]) -> set[str]:
    """Of which of these requests anything is left beside the word that they were erased."""
    wanted = sorted(set(request_ids))
    found: set[str] = set()
    for column in (journeys.c.request_id, kin.c.request_id, kin.c.kin_id):
        found |= set(await tx.scalars(sa.select(column).where(column.in_(wanted))))
    return found


async def save_kin(tx: Transaction, same_address: Mapping[str, Iterable[str]], now: datetime) -> None:
    """Requests that came from one address belong together, whichever tells of the other, unless erased."""
    named = {each for one, others in same_address.items() for each in (one, *others)}
    gone = {of for of, news in (await load_news(tx, named)).items() if news.erased}
    pairs = {
        (one, other)
        for one, others in same_address.items()
        for other in others
        if one != other and not {one, other} & gone
    }
    both = sorted(pairs | {(other, one) for one, other in pairs})
    rows = [{"request_id": one, "kin_id": other, "heard_at": now} for one, other in both]
    await insert_new(tx, kin, rows, returning=kin.c.request_id)


async def load_kin(tx: Transaction, request_ids: Iterable[str]) -> dict[str, set[str]]:
    """For each of these requests, itself and the others from its address."""
    wanted = sorted(set(request_ids))
    found: dict[str, set[str]] = {each: {each} for each in wanted}
    for row in await tx.execute(sa.select(kin).where(kin.c.request_id.in_(wanted))):
        found[row.request_id].add(row.kin_id)
    return found


async def _save(
    tx: Transaction, version: str, told: Mapping[str, tuple[int, Mapping[str, Any]]], now: datetime
) -> None:
    """What is told, where nothing later is known; of an erased request nothing is kept."""
    if not told:
        return
    await take_news(tx, told, now)
    columns = sorted({name for _, values in told.values() for name in values})
    known, to = request_news.c[version], sa.bindparam("to", type_=sa.Integer)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"), known <= to, ~request_news.c.erased)
        .values({name: sa.bindparam(f"{name}_is", type_=request_news.c[name].type) for name in columns})
        .values({version: to, "heard_at": now}),
        [_told(of, at, values) for of, (at, values) in sorted(told.items())],
    )


def _told(of: str, version: int, values: Mapping[str, Any]) -> Row:
    return {"of": of, "to": version, **{f"{name}_is": value for name, value in values.items()}}


def _news(row: sa.Row[Any]) -> News:
    return News(
        silenced=row.silenced,
        flagged=row.flagged,
        cleared_to=row.cleared_to,
        erased=row.erased,
        call=Call(row.call, row.call_at) if row.call else None,
        care=Care(row.care, row.care_at) if row.care else None,
        moved_at=row.moved_at,
    )
