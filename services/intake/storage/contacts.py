"""How people may be reached: what they allowed, the strictest of what was said under their addresses.

What came with an earlier request binds a later one. A later request was posted by whoever types the address
in, and binds no earlier one, lest a stranger silence somebody (docs/adr/0060): but where it speaks of danger
or asks for discretion, or against calls, all that goes there is discreet, or calls them less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.contact import (
    ACKNOWLEDGED_WITHIN,
    MOST_ACKNOWLEDGED,
    Permissions,
    Reach,
    is_acknowledged_often,
    narrowest,
)
from services.intake.domain.submission import ContactRules, SafeHours
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.keys import KEY_OF_PERSON, WRAPPED
from services.intake.storage.sealing import (
    OTHERS,
    PEOPLE,
    Sealer,
    client_of,
    partners_of,
    safe_hours_of,
    writer_of,
)
from services.intake.storage.silences import load_silent
from services.intake.storage.tables import people, requests
from shared.database import Transaction, UtcInstant

MOST_WINDOWS = 256  # of safe hours under the addresses of one question, newest first
ADDRESSES = (people.c.email_key, people.c.phone_key)
# Spam and tests bind nobody. Asked by status, SQLite would take that index and read every request there is.
COUNTS = sa.and_(requests.c.announced_at.is_not(None), sa.not_(requests.c.test))
_Window = tuple[str, datetime, SafeHours]  # whose, and when their request came
KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)


def _all_of(column: sa.Column[bool]) -> sa.ColumnElement[int]:
    return sa.func.min(sa.cast(column, sa.Integer))


def _any_of(*columns: sa.Column[bool]) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case((sa.or_(*columns), 1), else_=0))


def _since(said: sa.ColumnElement[bool]) -> sa.ColumnElement[datetime]:
    """When the first request came that says so."""
    return sa.func.min(sa.case((said, requests.c.received_at)), type_=UtcInstant())


# Asked with every claim of mails: building these statements would cost more than running them.
PEOPLE_OF = (
    sa.select(
        people,
        WRAPPED,
        requests.c.id.label("request_id"),
        *(
            requests.c.reference,
            requests.c.received_at,
            requests.c.language,
            requests.c.time_zone,
            requests.c.others,
            requests.c.test,
        ),
    )
    .join_from(requests, people, requests.c.person_id == people.c.id)
    .outerjoin(person_keys, KEY_OF_PERSON)
    .where(requests.c.id.in_(sa.bindparam("ids", expanding=True)))
)
STRICTEST = tuple(
    sa.select(
        address,
        _since(sa.not_(people.c.email_ok)),
        _all_of(people.c.text_ok),
        _all_of(people.c.voicemail_ok),
        _any_of(people.c.discreet, people.c.unsafe_at_home),
        _since(people.c.unsafe_at_home.is_(True)),
    )
    .join_from(people, requests, requests.c.person_id == people.c.id)
    .where(address.in_(KEYS), COUNTS)
    .group_by(address)
    for address in ADDRESSES
)
WINDOWS = (
    sa.select(people.c.id, people.c.sealed, WRAPPED, *ADDRESSES, requests.c.received_at)
    .join_from(people, requests, requests.c.person_id == people.c.id)
    .outerjoin(person_keys, KEY_OF_PERSON)
    .where(
        sa.or_(*(address.in_(KEYS) for address in ADDRESSES)),
        people.c.has_safe_hours,
        COUNTS,
        requests.c.received_at <= sa.bindparam("until"),
    )
    .order_by(people.c.created_at.desc(), people.c.id)
    .limit(MOST_WINDOWS)
)
LINED_UP = (  # the requests at each e-mail address; beside each, when the one came that is so many before it
    sa.select(
        requests.c.id,
        sa.func.lag(requests.c.received_at, MOST_ACKNOWLEDGED, type_=UtcInstant())
        .over(partition_by=people.c.email_key, order_by=(requests.c.received_at, requests.c.id))
        .label("as_many_before"),
    )
    .join_from(people, requests, requests.c.person_id == people.c.id)
    .where(
        people.c.email_key.in_(KEYS),
        COUNTS,
        requests.c.received_at.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .subquery()
)
AS_MANY_BEFORE = sa.select(LINED_UP).where(LINED_UP.c.id.in_(sa.bindparam("ids", expanding=True)))


async def load_reaches(tx: Transaction, request_ids: Sequence[str], sealer: Sealer) -> list[Reach]:
    """Those found, in the order asked."""
    rows = {row.request_id: row for row in await tx.execute(PEOPLE_OF, {"ids": list(request_ids)})}
    keys = _keys(rows.values())
    joined = await _strictest_by_key(tx, keys)
    until = max((row.received_at for row in rows.values()), default=None)
    windows = await _windows_by_key(tx, keys, until, sealer)
    silent = await load_silent(tx, {row.id for row in rows.values()})
    often = await _acknowledged_often(tx, rows)
    asked = (rows[each] for each in request_ids if each in rows)
    return [_reach(row, joined, windows, silent, often, sealer) for row in asked]


def _keys(rows: Iterable[Any]) -> list[str]:
    return sorted({key for row in rows for key in (row.email_key, row.phone_key) if key})


@dataclass(frozen=True, slots=True)
class _Strictest:
    """What everybody under an address allows together, and since when what only binds later requests."""

    no_email_since: datetime | None
    rules: ContactRules
    unsafe_since: datetime | None

    def at(self, received_at: datetime) -> Permissions:
        """What of it binds a request that came then."""
        rules = replace(self.rules, email_ok=not _by(self.no_email_since, received_at))
        return Permissions(rules, _by(self.unsafe_since, received_at))


def _by(since: datetime | None, at: datetime) -> bool:
    return since is not None and since <= at


async def _strictest_by_key(tx: Transaction, keys: Sequence[str]) -> dict[str, _Strictest]:
    """What everybody under each address allows together."""
    strictest: dict[str, _Strictest] = {}
    for by_address in STRICTEST if keys else ():
        found = await tx.execute(by_address, {"keys": keys})
        for key, no_email_since, text_ok, voicemail_ok, discreet, unsafe_since in found:
            rules = ContactRules(
                text_ok=bool(text_ok), voicemail_ok=bool(voicemail_ok), discreet=bool(discreet)
            )
            strictest[key] = _Strictest(no_email_since, rules, unsafe_since)
    return strictest


async def _windows_by_key(
    tx: Transaction, keys: Sequence[str], until: datetime | None, sealer: Sealer
) -> dict[str, list[_Window]]:
    """The safe hours given under each address until then, newest first, with whose they are."""
    windows: dict[str, list[_Window]] = {}
    if not keys:
        return windows
    for row in await tx.execute(WINDOWS, {"keys": keys, "until": until}):
        hours = safe_hours_of(sealer.own(row.id, row.wrapped).open(PEOPLE, row.id, row.sealed))
        for key in (row.email_key, row.phone_key):
            if key and hours:
                windows.setdefault(key, []).append((row.id, row.received_at, hours))
    return windows


async def _acknowledged_often(tx: Transaction, rows: Mapping[str, Any]) -> set[str]:
    """Those of these requests whose e-mail address had many requests within a day before them."""
    keys = {row.email_key for row in rows.values() if row.email_key}
    if not keys:
        return set()
    came = [row.received_at for row in rows.values()]
    asked = {
        "ids": list(rows),
        "keys": sorted(keys),
        "since": min(came) - ACKNOWLEDGED_WITHIN,
        "until": max(came),
    }
    return {
        row.id
        for row in await tx.execute(AS_MANY_BEFORE, asked)
        if is_acknowledged_often(rows[row.id].received_at, row.as_many_before)
    }


def _reach(
    row: Any,
    joined: dict[str, _Strictest],
    windows: dict[str, list[_Window]],
    silent: set[str],
    often: set[str],
    sealer: Sealer,
) -> Reach:
    theirs = sealer.own(row.id, row.wrapped)
    document = theirs.open(PEOPLE, row.id, row.sealed)
    own = ContactRules(row.email_ok, row.text_ok, row.voicemail_ok, row.discreet)
    permissions = Permissions(own, row.unsafe_at_home)
    keys = [key for key in (row.email_key, row.phone_key) if key]
    for key in keys:
        permissions = permissions.joined(joined[key].at(row.received_at) if key in joined else permissions)
    others = {
        whose: hours
        for key in keys
        for whose, came, hours in windows.get(key, ())
        if whose != row.id and came <= row.received_at
    }
    mine = safe_hours_of(document)
    hours = narrowest([*([mine] if mine else []), *others.values()])
    together = theirs.open(OTHERS, row.request_id, row.others) if row.others else None
    return Reach(
        request_id=row.request_id,
        person_id=row.id,
        reference=row.reference,
        writer=writer_of(document),
        language=row.language,
        time_zone=row.time_zone,
        permissions=replace(permissions, rules=replace(permissions.rules, safe_hours=hours)),
        silenced=row.id in silent,
        acknowledged_often=row.request_id in often,
        client=client_of(together) if together else None,
        partners=partners_of(together) if together else (),
        test=row.test,
        version=row.version,
    )
