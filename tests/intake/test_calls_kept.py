"""A call is kept together with its facts, once, and goes with its request; nobody's name is in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from services.intake import storage
from services.intake.domain.call import Done
from services.intake.handlers.calls import Wish
from services.intake.storage.tables import calls as call_rows
from services.intake.storage.tables import metadata, requests
from shared.database import Database, Transaction
from shared.errors import Retryable
from tests.intake.builders import NOW, a_consultation, a_writer
from tests.intake.calling import Office, local

FIRST, SECOND = local("11-24 09:00"), local("11-24 09:30")


async def test_a_request_that_is_erased_takes_its_calls_and_their_minutes_along(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    async with office.database.transaction() as tx:
        await tx.execute(sa.delete(requests).where(requests.c.id == request_id))
        assert (await tx.execute(sa.select(call_rows))).all() == []
    assert await office.minutes() == []


class FailsToCommit(Database):
    """A database that takes everything back at the very end."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
            raise Retryable("the power is out")


async def test_what_is_not_committed_is_not_announced(office: Office) -> None:
    request_id = await office.asked()
    broken = Office.of(FailsToCommit(office.database._writer, office.database._reader))
    with pytest.raises(Retryable):
        await broken.calls.book(request_id, Wish(0, FIRST), NOW)
    assert await office.facts() == []
    assert await office.minutes() == []
    assert await office.call(request_id) is None


async def test_no_canary_of_a_person_is_in_what_is_kept_in_clear_about_a_call(office: Office) -> None:
    request_id = await office.asked(
        a_consultation(writer=a_writer(name="Canary Bird"), message="canary words")
    )
    await office.booked(request_id, FIRST, phone="+13235550199", voicemail_ok=True)
    await office.calls.locate(request_id, "NV", NOW)
    async with office.database.reading() as tx:
        rows = [
            str(row)
            for name in ("calls", "call_minutes", "outbox", "steps")
            for row in await tx.execute(sa.select(metadata.tables[name]))
        ]
    assert rows
    assert not any(canary in row for row in rows for canary in ("anary", "example.org", "5550199"))


async def test_two_clicks_at_once_book_one_call(office: Office) -> None:
    request_id = await office.asked()
    wishes = [Wish(0, FIRST), Wish(0, FIRST), Wish(0, SECOND), Wish(0, SECOND)]
    outcomes = await asyncio.gather(*(office.calls.book(request_id, each, NOW) for each in wishes))
    assert sum(isinstance(each, Done) and each.changed for each in outcomes) == 1
    assert len(await office.facts()) == 1
    assert len(await office.minutes()) == 6


async def test_a_kept_call_is_found_by_its_request_alone(office: Office) -> None:
    mine, other = await office.asked(), await office.asked()
    await office.booked(mine, FIRST)
    async with office.database.reading() as tx:
        assert [each.request_id for each in await storage.load_latest_calls(tx, [other, mine, mine])] == [
            mine
        ]
