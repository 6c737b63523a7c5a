"""Somebody is erased: everything of them goes in one commit, with the fact that tells everybody to forget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake import storage
from services.intake.domain.erasure import Known, Named, PersonStone, Sought, Tombstones
from shared.contracts.base import MAX_IDS_PER_ASK
from shared.contracts.intake import PersonErased
from shared.database import Transaction
from shared.messaging.forget import forget
from shared.messaging.outbox import announce


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing was erased: these requests are under a legal hold."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is gone: people, the references of what they wrote, and their part in other people's requests."""

    tombstones: Tombstones
    references: tuple[str, ...]
    named_in: tuple[str, ...]


async def erase(
    tx: Transaction, sought: Sought, named: Sequence[Named], sealer: storage.Sealer, now: datetime
) -> Erased | Held:
    """Everybody at this address is gone, and their part in what others wrote; or nothing is changed.

    `named`: where they were found to be somebody's partner, which is looked at again.
    """
    known = await storage.take_at_address(tx, sought)
    held = await _held(tx, known, named)
    if held:
        return Held(held)
    stones = await _delete(tx, known, sought.print, now)
    await _tell(tx, stones, now)
    gone = {each.person_id for each in known}
    parties = [
        (each, stone)
        for each in sorted(named, key=lambda one: one.person_id)
        if each.person_id not in gone
        and (stone := await storage.remove_partner(tx, each.request_id, sought, sealer, now)) is not None
    ]
    return Erased(
        Tombstones(tuple(stones), tuple(stone for _, stone in parties)),
        tuple(sorted(reference for each in known for _, reference in each.requests)),
        tuple(sorted(each.reference for each, _ in parties)),
    )


async def erase_again(
    tx: Transaction, tombstones: Tombstones, sealer: storage.Sealer, now: datetime
) -> Tombstones:
    """After a restore: whoever had been erased is gone again, and everybody is told; gives who had come back.

    No hold stands in the way: they were erased when none did.
    """
    lost = await storage.save_tombstones(tx, tombstones)
    by_id = {stone.person_id: stone for stone in tombstones.people}
    there = await storage.take_people(tx, list(by_id))
    for each in there:
        await storage.end_holds(tx, [id_ for id_, _ in each.requests])
        await _delete(tx, [each], by_id[each.person_id].address_print, now)
    back = lost | {each.person_id for each in there}
    stones = tuple(stone for id_, stone in by_id.items() if id_ in back)
    await _tell(tx, stones, now)
    looked_at = [
        await storage.remove_partner(tx, each.request_id, Sought((), each.address_print), sealer, now)
        for each in tombstones.parties
    ]
    parties = [stone for stone in looked_at if stone is not None]
    return Tombstones(stones, tuple(parties))


async def _held(tx: Transaction, known: Sequence[Known], named: Sequence[Named]) -> tuple[str, ...]:
    """The references of what is held, of their own and of what others wrote about them."""
    references = {id_: reference for each in known for id_, reference in each.requests}
    references |= {each.request_id: each.reference for each in named}
    return tuple(sorted(references[each] for each in await storage.load_held(tx, references)))


async def _delete(
    tx: Transaction, known: Sequence[Known], print_: str, now: datetime
) -> Sequence[PersonStone]:
    if not known:
        return ()
    request_ids = [id_ for each in known for id_, _ in each.requests]
    call_ids = await storage.load_calls_of(tx, request_ids)
    stones = await storage.delete_people(tx, known, print_, now)
    await forget(tx, [*request_ids, *call_ids, *(each.person_id for each in known)])
    return stones


async def _tell(tx: Transaction, stones: Sequence[PersonStone], now: datetime) -> None:
    """Nobody keeps anything about these requests, however often they hear it; a fact holds so many ids."""
    facts = [
        PersonErased(
            version=1,
            person_id=stone.person_id,
            request_ids=stone.request_ids[start : start + MAX_IDS_PER_ASK],
            erased_at=stone.erased_at,
        )
        for stone in stones
        for start in range(0, len(stone.request_ids), MAX_IDS_PER_ASK)
    ]
    await announce(tx, facts, now=now)
