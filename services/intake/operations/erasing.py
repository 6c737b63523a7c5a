"""A person is erased, and what stands in the way of it: a request that must be kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake import storage
from services.intake.domain.erasure import Known, Named, Sought, Tombstones
from services.intake.handlers import erasing
from services.intake.handlers.erasing import Erased, Held
from services.intake.operations.reading import OPERATOR
from shared import audit
from shared.database import Database
from shared.errors import Defect

A_BATCH = 100


@dataclass(frozen=True, slots=True)
class AtAddress:
    """Who would be erased, where they are named by others, and who was erased before."""

    known: tuple[Known, ...]
    named: tuple[Named, ...]
    held: tuple[str, ...]
    before: Tombstones

    @property
    def request_ids(self) -> tuple[str, ...]:
        """What they wrote."""
        return tuple(id_ for each in self.known for id_, _ in each.requests)


def sought(sealer: storage.Sealer, kind: str, address: str) -> Sought:
    """Whose address this is: `kind` is email or phone."""
    key = sealer.address_key(kind, address)
    if key is None:
        raise Defect("an address to look for is empty")
    return Sought((key,), sealer.erased_print(key))


async def at_address(database: Database, sealer: storage.Sealer, whose: Sought) -> AtAddress:
    """Who is there; nothing is changed."""
    async with database.reading() as tx:
        known = await storage.load_at_address(tx, whose)
        named = await storage.load_named(tx, whose, sealer)
        held = {each.request_id: each.reference for each in await storage.load_holds(tx, sealer)}
        before = await storage.load_tombstones(tx, whose.print)
    theirs = {id_ for each in known for id_, _ in each.requests} | {each.request_id for each in named}
    stands = tuple(sorted(reference for id_, reference in held.items() if id_ in theirs))
    return AtAddress(tuple(known), tuple(named), stands, before)


async def erase(
    database: Database, sealer: storage.Sealer, whose: Sought, now: datetime, because: str = "asked"
) -> Erased | Held:
    """Everybody at this address is gone from intake, and everybody is told, in one commit; or nothing is.

    Again, it finds nobody and changes nothing.
    """
    async with database.reading() as tx:
        named = await storage.load_named(tx, whose, sealer)
    async with database.transaction() as tx:
        gone = await erasing.erase(tx, whose, named, sealer, now)
        if isinstance(gone, Erased):
            by = audit.actor(tx, OPERATOR)
            ids = gone.tombstones.request_ids
            await audit.record(tx, [audit.Entry(now, by, "person.erased", each, because) for each in ids])
    return gone


async def erase_again(
    database: Database, sealer: storage.Sealer, tombstones: Tombstones, now: datetime
) -> Tombstones:
    """After a restore, whoever had been erased before is gone again; gives who had come back."""
    async with database.transaction() as tx:
        return await erasing.erase_again(tx, tombstones, sealer, now)


async def tombstones(database: Database) -> Tombstones:
    """Everybody who was erased."""
    async with database.reading() as tx:
        return await storage.load_tombstones(tx)


async def has_erased(database: Database, request_ids: Collection[str]) -> bool:
    """Whether intake knows none of these requests."""
    async with database.reading() as tx:
        return not await storage.load_requests(tx, sorted(request_ids))


async def request_id_of(database: Database, reference: str) -> str | None:
    """By what id everybody else knows this request; None: nobody knows it."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
    return request.id if request else None


async def place_hold(
    database: Database, sealer: storage.Sealer, reference: str, by: str, because: str, now: datetime
) -> bool | None:
    """The request is neither erased nor deleted from now on; False: it was held. None: nobody knows it."""
    async with database.transaction() as tx:
        request = await storage.take_request(tx, reference)
        return None if request is None else await storage.save_hold(tx, request, by, because, sealer, now)


async def lift_hold(database: Database, reference: str, by: str, now: datetime) -> bool | None:
    """The request is kept no longer than any other; False: it was not held. None: nobody knows it."""
    async with database.transaction() as tx:
        request = await storage.take_request(tx, reference)
        return None if request is None else await storage.end_hold(tx, request, by, now)


async def holds(database: Database, sealer: storage.Sealer) -> Sequence[storage.Hold]:
    """Every hold that stands, and why."""
    async with database.reading() as tx:
        return await storage.load_holds(tx, sealer)


async def reseal(database: Database, sealer: storage.Sealer, now: datetime) -> int:
    """Whoever's key is missing, or wrapped by a former key of the ring, is sealed anew; gives how many.

    In batches, each a commit of its own: cut off, it goes on where it was.
    """
    renewed = 0
    while True:
        async with database.reading() as tx:
            waiting = await storage.load_out_of_date(tx, sealer.current, A_BATCH)
        async with database.transaction() as tx:
            renewed += await storage.renew_keys(tx, waiting, sealer, now)
            if not waiting:
                await storage.forget_reasons_of_nobody(tx)
                return renewed


async def sealed_otherwise(database: Database) -> int:
    """How many values are still as they were sealed before people had keys."""
    async with database.reading() as tx:
        return await storage.count_sealed_by_the_ring(tx)


async def affected(database: Database, since: datetime, until: datetime) -> storage.Affected:
    """How many people's data were held, or touched, in that time, by state; no names."""
    async with database.reading() as tx:
        return await storage.count_affected(tx, since, until)
