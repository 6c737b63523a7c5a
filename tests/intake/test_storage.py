"""What intake's database keeps, what it refuses, and that its history makes the tables of the code."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from services.intake import storage
from services.intake.domain.request import quarantined
from services.intake.domain.submission import (
    Client,
    ContactRules,
    Partner,
    SafeHours,
    Wishes,
)
from services.intake.storage.tables import people, requests
from services.intake.vault import Vault
from shared.database import Database
from tests.intake.builders import (
    NOW,
    SPAM_DUTY,
    CountedIds,
    a_claim,
    a_consultation,
    a_readiness,
    a_vault,
    a_writer,
    an_arrival,
    at,
    reached,
    saved,
)


async def test_the_history_makes_the_tables_that_the_code_knows(database: Database) -> None:
    async with database.reading() as tx:
        differences = await tx.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), storage.metadata)
        )
    assert differences == []


async def test_a_request_is_kept_with_every_code_and_every_word(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    submission = a_consultation(
        writer=a_writer(name="Thích Nhất Hạnh", phone="+13235550100", pronouns="ông"),
        message="Mẹ tôi mất 🕊️ — أمي",
        preferences=Wishes(format="online", times=("saturday",), fee_max=180),
        client=Client("Ari", 15, "my son"),
        partners=(Partner("Lou", "lou@example.org", ContactRules(email_ok=False)),),
        contact=ContactRules(safe_hours=SafeHours(at("09:00"), at("11:30"))),
    )
    arrival = an_arrival(ids, submission, flags=("danger_at_home",), concerns=("grief_loss",))
    async with database.transaction() as tx:
        (kept,) = await storage.save_requests(tx, [arrival], vault, ids)
    async with database.reading() as tx:
        assert await storage.load_requests(tx, [kept.id]) == [arrival.request]
        (words,) = await storage.load_words(tx, [kept.id], vault)
    (reach,) = await reached(database, vault, kept.id)
    assert words.message == submission.message
    assert (reach.writer, reach.client, reach.partners) == (
        submission.writer,
        submission.client,
        submission.partners,
    )
    assert reach.permissions.rules == submission.contact


async def test_a_reference_that_is_taken_is_drawn_again(database: Database, vault: Vault) -> None:
    ids = CountedIds("R-AAAAA", "R-AAAAA", "R-AAAAA", "R-BBBBB")
    first = await saved(database, vault, ids, a_consultation())
    second = await saved(database, vault, ids, a_consultation())
    async with database.reading() as tx:
        kept = await storage.load_requests(tx, [*first, *second])
    assert [each.reference for each in kept] == ["R-AAAAA", "R-BBBBB"]


async def test_requests_of_one_list_never_share_a_reference(database: Database, vault: Vault) -> None:
    ids = CountedIds("R-AAAAA", "R-AAAAA", "R-BBBBB")
    kept = await saved(database, vault, ids, a_consultation(), a_consultation())
    async with database.reading() as tx:
        assert {each.reference for each in await storage.load_requests(tx, kept)} == {"R-AAAAA", "R-BBBBB"}


@pytest.mark.parametrize("missing", ["owner", "next_action", "due_at"])
async def test_the_database_refuses_a_quarantined_request_in_nobody_s_hands(
    database: Database, vault: Vault, ids: CountedIds, missing: str
) -> None:
    arrival = an_arrival(ids)
    waiting = replace(arrival, request=quarantined(arrival.request, ("honeypot",), SPAM_DUTY))
    async with database.transaction() as tx:
        await storage.save_requests(tx, [waiting], vault, ids)
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(requests).values({missing: None}))


@pytest.mark.parametrize(
    "lie",
    [{"status": "lost"}, {"version": 0}, {"age": None}, {"safety_level": "fine"}, {"announced_at": None}],
    ids=str,
)
async def test_the_database_refuses_a_request_that_cannot_be(
    database: Database, vault: Vault, ids: CountedIds, lie: dict[str, Any]
) -> None:
    await saved(database, vault, ids, a_consultation())
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(requests).values(lie))


async def test_the_database_refuses_a_person_who_cannot_be_reached(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    with pytest.raises(IntegrityError):
        await saved(database, vault, ids, a_consultation(writer=a_writer(email=None)))


async def test_the_database_refuses_a_series_nobody_opted_into(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    await saved(database, vault, ids, a_readiness())
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(requests).values(opted_in_at=None))


async def test_those_asked_for_come_in_the_order_asked_and_strangers_are_left_out(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one, two = await saved(database, vault, ids, a_consultation(), a_readiness())
    assert [each.request_id for each in await reached(database, vault, two, "unknown", one)] == [two, one]


async def test_everything_ends_when_its_time_is_up_and_not_before(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    arrivals = [an_arrival(ids), an_arrival(ids)]
    async with database.transaction() as tx:
        for number, arrival in enumerate(arrivals):
            claimed_at = NOW + timedelta(days=number)
            new = {arrival.request.id: a_claim(vault, str(number))}
            assert await storage.claim(tx, new, claimed_at) == set(new)
        old, new = await storage.save_requests(tx, arrivals, vault, ids)
        for number, request in enumerate((old, new)):
            closed = NOW + timedelta(days=number)
            gone = replace(request, status="discarded", version=2)
            assert await storage.update_request(tx, gone, closed)
            access = storage.Access(ids.new(), closed, "contacts", "refer", "notifications")
            await storage.save_access(tx, access, [request.id])
            await storage.save_refusal(tx, storage.Refusal(ids.new(), closed, "consultation", ()))
    soon = NOW + timedelta(hours=1)
    async with database.transaction() as tx:
        purged = await storage.purge(
            tx, now=soon, claims_before=soon, closed_before=soon, accesses_before=soon
        )
    assert purged == storage.Purged(claims=1, refusals=1, requests=1, accesses=1)
    async with database.reading() as tx:
        assert [each.id for each in await storage.load_requests(tx, [old.id, new.id])] == [new.id]
        assert await tx.scalar(sa.select(sa.func.count()).select_from(people)) == 1
        assert await storage.load_accesses(tx, old.id) == []
        assert len(await storage.load_accesses(tx, new.id)) == 1
        assert len(await storage.load_refusals(tx, 10)) == 1


async def test_a_request_moves_on_from_its_last_version_only(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    (id_,) = await saved(database, vault, ids, a_consultation())
    async with database.transaction() as tx:
        (request,) = await storage.load_requests(tx, [id_])
        assert await storage.update_request(tx, replace(request, version=2), NOW)
        assert not await storage.update_request(tx, replace(request, version=2), NOW)


async def test_words_stay_readable_after_the_keys_were_rotated(database: Database, ids: CountedIds) -> None:
    (id_,) = await saved(database, a_vault("k1"), ids, a_consultation(message="hello"))
    async with database.reading() as tx:
        (words,) = await storage.load_words(tx, [id_], a_vault("k2", "k1"))
    assert words.message == "hello"
