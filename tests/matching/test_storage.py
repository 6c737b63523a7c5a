"""What the database itself refuses, and what it keeps; on both engines."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from services.matching import storage
from services.matching.domain.refer import Arrived, Made, refer
from services.matching.domain.types import Load, Proposed
from services.matching.storage.tables import metadata, referrals
from shared.database import Database
from tests.matching.builders import NOW, a_clinician, a_desk, a_request


def a_referral(number: int = 1, **said: Any) -> Made:
    request = a_request(
        request_id=f"q-{number}", reference=f"R-{number:05d}", person_id=f"p-{number}", **said
    )
    arrived = [Arrived(request, f"f-{number}", NOW + timedelta(hours=4))]
    return refer(arrived, a_desk(a_clinician("c-a"), a_clinician("c-b")), NOW)[0]


async def keep(database: Database, *made: Made) -> None:
    async with database.transaction() as tx:
        await storage.admit_requests(tx, [each.referral.request.request_id for each in made], NOW)
        await storage.save_referrals(tx, made, NOW)


@pytest.mark.parametrize("missing", ["owner", "next_action", "due_at"])
async def test_the_database_refuses_an_open_referral_that_is_in_nobodys_hands(
    database: Database, missing: str
) -> None:
    await keep(database, a_referral())

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(referrals).values({missing: None}))


@pytest.mark.parametrize("empty", ["owner", "next_action"])
async def test_an_empty_owner_or_next_action_is_none(database: Database, empty: str) -> None:
    await keep(database, a_referral())

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(referrals).values({empty: ""}))


async def test_the_database_refuses_a_state_that_fhir_does_not_know(database: Database) -> None:
    await keep(database, a_referral())

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(referrals).values(state="lost"))


async def test_the_database_refuses_a_second_referral_for_a_request(database: Database) -> None:
    await keep(database, a_referral())

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await storage.save_referrals(tx, [a_referral()], NOW)


async def test_a_request_id_is_taken_once_by_a_referral_or_a_withdrawal(database: Database) -> None:
    async with database.transaction() as tx:
        assert await storage.admit_requests(tx, ["q-1", "q-1"], NOW) == {"q-1"}
        await storage.withdraw_requests(tx, ["q-2"], NOW)
        assert await storage.admit_requests(tx, ["q-1", "q-2", "q-3"], NOW) == {"q-3"}


async def test_load_counts_open_proposals_without_tests(database: Database) -> None:
    await keep(database, a_referral(1), a_referral(2), a_referral(3, test=True), a_referral(4, age=15))

    async with database.reading() as tx:
        loads, owned = await storage.load_workload(tx)
    assert loads == {"c-a": Load(2, NOW), "c-b": Load(2, NOW)}
    assert owned == {"dana": 3}


async def test_what_was_decided_comes_back_as_it_was(database: Database) -> None:
    made = a_referral(times={"weekday_evening"}, concerns=("grief_loss",))
    await keep(database, made)

    async with database.reading() as tx:
        decision = await storage.load_decision(tx, "R-00001")
        assert await storage.load_decision(tx, "R-ZZZZZ") is None
    assert decision is not None
    assert isinstance(made.outcome, Proposed)
    assert decision.candidates == made.outcome.candidates
    assert (decision.outcome, decision.why, decision.roster_version) == ("proposed", None, 1)


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.reading() as tx:
        found = await tx.run_sync(differences)
    assert [each for each in found if "alembic_version" not in str(each)] == []
