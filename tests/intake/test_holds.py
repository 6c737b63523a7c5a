"""A request that must be kept is neither erased nor deleted when its time is up, until that is lifted."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.submission import ContactRules, Partner
from services.intake.operations import Erased, Held
from services.intake.storage.tables import requests
from services.intake.vault import Vault
from shared.database import Database
from tests.intake.builders import NOW, CountedIds, reached
from tests.intake.test_erasing import LATER, PAM, SAM, asked, erased


@pytest.mark.parametrize("whose", ["their own request", "a request that names them"])
async def test_a_legal_hold_keeps_everything_until_it_is_lifted(
    database: Database, vault: Vault, ids: CountedIds, whose: str
) -> None:
    lou = Partner("Lou", "lou@example.org", ContactRules())
    one = await asked(database, vault, ids, partners=(lou,))
    email = SAM if whose == "their own request" else "lou@example.org"
    assert await operations.place_hold(database, vault, one.reference, "operator", "a subpoena", NOW)
    assert await operations.place_hold(database, vault, one.reference, "operator", "again", NOW) is False

    assert await erased(database, vault, email) == Held((one.reference,))
    (reach,) = await reached(database, vault, one.request_id)
    assert (reach.writer.email, reach.partners) == (SAM, (lou,))
    (hold,) = await operations.holds(database, vault)
    assert (hold.reference, hold.because) == (one.reference, "a subpoena")

    assert await operations.lift_hold(database, one.reference, "operator", LATER)
    assert await operations.lift_hold(database, one.reference, "operator", LATER) is False
    assert isinstance(await erased(database, vault, email), Erased)
    assert await operations.holds(database, vault) == []


async def test_what_is_held_outlives_its_time(database: Database, vault: Vault, ids: CountedIds) -> None:
    held, other = await asked(database, vault, ids), await asked(database, vault, ids, email=PAM)
    await operations.place_hold(database, vault, held.reference, "operator", "a subpoena", NOW)
    async with database.transaction() as tx:
        for request in await storage.load_requests(tx, [held.request_id, other.request_id]):
            await storage.update_request(tx, replace(request, status="discarded", version=2), NOW)
        soon = NOW + timedelta(days=1)
        await storage.purge(tx, now=soon, claims_before=soon, closed_before=soon, accesses_before=soon)
        left = await storage.load_requests(tx, [held.request_id, other.request_id])
    assert [each.id for each in left] == [held.request_id]


async def test_the_database_itself_refuses_to_delete_what_is_held(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids)
    await operations.place_hold(database, vault, one.reference, "operator", "a subpoena", NOW)
    with pytest.raises(sa.exc.IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.delete(requests))
