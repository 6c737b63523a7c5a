"""People who are ready: whose requests share an address, what they add, and what of it ends without them."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from services.intake.domain.contact import Later
from services.intake.domain.request import Request
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.keys import KEY_OF_REQUEST, WRAPPED, hold_key_of_request
from services.intake.storage.sealing import LATER, Sealer
from services.intake.storage.tables import later_words, people, requests
from shared.contracts.base import MAX_IDS_PER_ASK
from shared.database import Transaction

_own = requests.alias("own")
_owner = people.alias("owner")
OPEN = sa.and_(
    requests.c.announced_at.is_not(None),  # asked by status, SQLite would read every request there is
    requests.c.closed_at.is_(None),
    sa.not_(requests.c.referral_ended),
    requests.c.withdrawn_at.is_(None),
    requests.c.path != "professional",
    sa.not_(requests.c.test),
)
KEYS_OF = (
    sa.select(_own.c.id, _owner.c.email_key)
    .join_from(_own, _owner, _own.c.person_id == _owner.c.id)
    .where(_own.c.id.in_(sa.bindparam("ids", expanding=True)), sa.not_(_own.c.test))
)
LINED_UP = (  # the open requests at each e-mail address, the latest first
    sa.select(
        requests.c.id,
        people.c.email_key,
        sa.func.row_number()
        .over(partition_by=people.c.email_key, order_by=(requests.c.received_at.desc(), requests.c.id))
        .label("place"),
    )
    .join_from(people, requests, requests.c.person_id == people.c.id)
    .where(people.c.email_key.in_(sa.bindparam("keys", expanding=True)), OPEN)
    .subquery()
)
LATEST = (
    sa.select(LINED_UP.c.id, LINED_UP.c.email_key)
    .where(LINED_UP.c.place <= MAX_IDS_PER_ASK + 1)  # one's own may be among them
    .order_by(LINED_UP.c.place)
)


async def load_same_address(tx: Transaction, request_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The other open requests at the e-mail address of each of these, the latest first; of tests none."""
    keys = {row.id: row.email_key for row in await tx.execute(KEYS_OF, {"ids": list(request_ids)})}
    asked = sorted({key for key in keys.values() if key})
    at: dict[str, list[str]] = {}
    for row in await tx.execute(LATEST, {"keys": asked}) if asked else ():
        at.setdefault(row.email_key, []).append(row.id)
    return {
        own: tuple(each for each in at.get(key or "", ()) if each != own)[:MAX_IDS_PER_ASK]
        for own, key in keys.items()
    }


async def save_urgency(tx: Transaction, request: Request) -> None:
    """How urgent the request is from now on."""
    await tx.execute(
        sa.update(requests)
        .where(requests.c.id == request.id)
        .values(
            safety_level=request.safety_level,
            safety_rules=list(request.safety_rules),
            rules_version=request.rules_version,
            flags=list(request.flags),
        )
    )


async def save_unsafe(tx: Transaction, person_id: str) -> bool:
    """Home is not safe from now on, for whatever goes to their inbox; False when that was known.

    It was said behind a link that came there, so it binds what came from there before, too.
    """
    inbox = sa.select(_owner.c.email_key).where(_owner.c.id == person_id).scalar_subquery()
    changed = await tx.execute(
        sa.update(people)
        .where(
            sa.or_(people.c.id == person_id, people.c.email_key == inbox), sa.not_(people.c.unsafe_at_home)
        )
        .values(unsafe_at_home=True)
        .returning(people.c.id)
    )
    return person_id in set(changed.scalars())


async def save_later_words(tx: Transaction, id_: str, request_id: str, words: Later, sealer: Sealer) -> None:
    """Keeps what was added, sealed, beside what they wrote at first; not of somebody erased meanwhile."""
    own = await hold_key_of_request(tx, request_id, sealer)
    if own is None:
        return
    await tx.execute(
        sa.insert(later_words).values(
            id=id_,
            request_id=request_id,
            written_at=words.at,
            written_by=words.by,
            sealed=own.seal(LATER, id_, {"message": words.text}),
        )
    )


async def load_later_words(
    tx: Transaction, request_ids: Sequence[str], sealer: Sealer
) -> Mapping[str, list[Later]]:
    """What was added to each request, oldest first."""
    found = await tx.execute(
        sa.select(later_words, requests.c.person_id, WRAPPED)
        .join_from(later_words, requests, requests.c.id == later_words.c.request_id)
        .outerjoin(person_keys, KEY_OF_REQUEST)
        .where(later_words.c.request_id.in_(request_ids))
        .order_by(later_words.c.written_at, later_words.c.id)
    )
    added: dict[str, list[Later]] = {}
    for row in found:
        text = sealer.own(row.person_id, row.wrapped).open(LATER, row.id, row.sealed)["message"]
        added.setdefault(row.request_id, []).append(Later(row.written_at, row.written_by, text))
    return added


async def end_ready(tx: Transaction, request_ids: Collection[str]) -> list[str]:
    """Nobody answers any more for these people's being ready; gives the requests for which somebody did."""
    ended = await tx.execute(
        sa.update(requests)
        .where(requests.c.id.in_(request_ids), requests.c.ready_since.is_not(None))
        .values(ready_since=None, owner=None, next_action=None, due_at=None, version=requests.c.version + 1)
        .returning(requests.c.id)
    )
    return sorted(ended.scalars())
