"""Somebody is erased: no mail about them is planned, sent or known any more, whoever it would go to."""

from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from services.notifications import operations, storage
from services.notifications.delivery import Postman
from services.notifications.handlers import Office
from services.notifications.storage.tables import metadata
from shared.contracts.base import Fact
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.facts import (
    consultation_requested,
    contact_changed,
    erased,
    held,
    safety_flagged,
    withdrawn,
)
from tests.notifications.hearing import LEASE, Hearing
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, send_all_due

KEPT = {"erased_requests", "seen_versions"}


@pytest.fixture
def hear(database: Database, office: Office, clock: TestClock) -> Hearing:
    return Hearing(database, office, clock)


async def naming(database: Database, *ids: str) -> set[str]:
    """The tables in which anything names one of these ids."""
    found = set()
    async with database.reading() as tx:
        for table in metadata.sorted_tables:
            for row in await tx.execute(sa.select(table)):
                if any(each in str(tuple(row)) for each in ids):
                    found.add(table.name)
    return found


async def test_nothing_is_left_of_their_mails_sent_or_not(
    hear: Hearing, database: Database, postman: Postman, answers: Answers
) -> None:
    answers.people["request-1"] = someone()
    await hear(consultation_requested(), safety_flagged(), held(why="minor"))
    await send_all_due(postman)

    await hear(erased())

    assert await naming(database, "request-1", "R-7F3K2") <= KEPT
    assert await operations.trail(database, "R-7F3K2") == []


async def test_a_mail_that_is_being_written_at_this_moment_does_not_go(
    hear: Hearing, database: Database
) -> None:
    await hear(consultation_requested())
    [delivery] = await hear.claim()

    await hear(erased())

    async with database.reading() as tx:
        assert delivery.id not in await storage.still_ours(tx, LEASE, NOW)


async def test_every_sender_looks_whether_somebody_was_erased(
    hear: Hearing, database: Database, save: Save
) -> None:
    """A mail that was planned at the very moment of the erasure is found just before it goes."""
    await hear(consultation_requested())
    claimed = await hear.claim()
    async with database.transaction() as tx:
        await tx.execute(
            sa.text("INSERT INTO erased_requests (request_id, erased_at) VALUES ('request-1', :at)"),
            {"at": NOW},
        )

    async with database.reading() as tx:
        assert await storage.still_ours(tx, LEASE, NOW) == {}
    assert claimed
    assert not await operations.has_forgotten(database, ["request-1"])
    await operations.forget_again(database, NOW - timedelta(days=14), NOW)
    assert await operations.has_forgotten(database, ["request-1"])


async def test_the_desk_hears_nothing_more_of_who_was_erased(
    database: Database, postman: Postman, save: Save, hear: Hearing, server: MailServerDouble
) -> None:
    await save(planned("referral"), planned("nobody_fits"))
    await hear(erased())
    await save(planned("referral", due_at=NOW), planned("acknowledgement"))

    await send_all_due(postman)

    assert await naming(database, "request-1") <= KEPT
    assert await operations.has_forgotten(database, ["request-1"])


TOLD = {
    "requested": consultation_requested(),
    "withdrawn": withdrawn(),
    "silenced": contact_changed(silenced=True),
    "held": held(why="minor"),
    "crisis": safety_flagged(),
    "erased": erased(),
}
ORDERS = [each for each in permutations(TOLD, 3) if "erased" in each]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_whatever_is_told_before_or_after_nothing_is_left(
    hear: Hearing, database: Database, order: tuple[str, ...]
) -> None:
    facts: list[Fact] = [TOLD[each] for each in order]

    await hear(*facts)

    assert await naming(database, "request-1", "R-7F3K2") <= KEPT
    assert await operations.has_forgotten(database, ["request-1"])


async def test_nobody_is_forgotten_before_it_was_heard(hear: Hearing, database: Database) -> None:
    await hear(consultation_requested())

    assert not await operations.has_forgotten(database, ["request-1"])
