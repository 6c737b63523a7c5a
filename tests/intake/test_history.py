"""The history of intake's tables: what was kept before a revision stays, and every promise holds."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.intake import operations, storage
from services.intake.domain.decision import Admitted
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.alert_tables import safety_cases
from services.intake.storage.tables import notes, requests
from services.intake.vault import Vault
from shared import migrations
from shared.database import Database
from tests.history import checks_made, checks_promised
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_claim,
    a_colleague,
    a_consultation,
    a_desk,
    a_readiness,
    an_arrival,
    assessed,
    calm,
    reached,
    saved,
)


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("intake")


async def test_whoever_wrote_before_inside_notes_were_kept_is_still_there(
    url: str, vault: Vault, ids: CountedIds
) -> None:
    crisis = assessed(a_consultation(message="before"), safety=replace(calm("crisis"), rules=("intent",)))
    database = Database.open(url)
    async with database.transaction() as tx:
        first = await receive(tx, Post(Admitted(crisis), a_claim(vault)), a_desk(vault), NOW, ids)
    await saved(database, vault, ids, a_readiness())
    await database.close()
    assert isinstance(first, Receipt)

    await migrations.downgrade("intake", url, "0001")
    await migrations.upgrade("intake", url)

    database = Database.open(url)
    shown = await operations.show(database, vault, first.reference, "a look", NOW, ids)
    assert shown is not None
    assert (shown.words.message, shown.request.safety_rules) == ("before", ("intent",))
    assert (shown.request.topic, shown.request.role, shown.words.notes) == (None, None, ())
    assert [each.duty.owner for each in await operations.open_items(database)] == ["dana"]
    async with database.reading() as tx:
        assert await storage.load_earlier(tx, a_claim(vault)) is not None
        assert len((await tx.execute(sa.select(requests))).all()) == 2
    await database.close()


async def test_the_history_makes_every_promise_that_the_code_relies_on(database: Database) -> None:
    assert await checks_made(database, storage.metadata) == checks_promised(storage.metadata)


async def test_what_belongs_to_a_request_still_ends_with_it(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    (id_,) = await saved(database, vault, ids, a_consultation())
    async with database.transaction() as tx:
        await tx.execute(sa.delete(requests))
        assert await storage.load_words(tx, [id_], vault) == []
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            nobodys = {"id": "n", "request_id": id_, "written_at": NOW, "written_by": "x", "sealed": b""}
            await tx.execute(sa.insert(notes).values(nobodys))


async def test_a_colleague_is_kept_with_topic_and_role_and_reached_like_everybody(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    arrival = an_arrival(ids, a_colleague(role="therapist", message="about a difficult case"))
    async with database.transaction() as tx:
        (kept,) = await storage.save_requests(tx, [arrival], vault, ids)
    async with database.reading() as tx:
        assert await storage.load_requests(tx, [kept.id]) == [arrival.request]
    (reach,) = await reached(database, vault, kept.id)

    assert (kept.topic, kept.role, kept.age, kept.safety_level) == ("supervision", "therapist", None, "none")
    assert (reach.writer, reach.permissions.unsafe_at_home) == (arrival.submission.writer, False)


async def test_a_colleague_without_a_topic_is_refused(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    arrival = an_arrival(ids, a_colleague())
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            nothing = replace(arrival, request=replace(arrival.request, topic=None))
            await storage.save_requests(tx, [nothing], vault, ids)


async def test_nobody_clears_a_crisis_without_a_name(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    async with database.transaction() as tx:
        await receive(tx, Post(Admitted(assessed(safety=calm("crisis")))), a_desk(vault), NOW, ids)
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(sa.update(safety_cases).values(status="cleared", cleared_at=NOW))
