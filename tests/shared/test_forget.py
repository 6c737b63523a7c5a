"""What a service's messages keep about somebody who was erased goes with them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.contracts.base import Fact
from shared.contracts.intake import ConsultationWithdrawn, PersonErased
from shared.contracts.notifications import MailFailed
from shared.database import Database
from shared.ids import new_id
from shared.messaging import dead_letters, outbox
from shared.messaging.dead_letters import Letter
from shared.messaging.forget import forget
from tests.conftest import START, Opener

THEIRS, ANOTHERS, PERSON = "11111111-aaaa", "22222222-bbbb", "33333333-cccc"


@pytest.fixture
async def database(open_database: Opener) -> Database:
    return await open_database("messaging")


def withdrawn(request_id: str) -> ConsultationWithdrawn:
    return ConsultationWithdrawn(
        version=2, request_id=request_id, reference="R-7F3K2", withdrawn_at=START, why="withdrawn"
    )


def failed(request_id: str) -> MailFailed:
    return MailFailed(
        delivery_id=new_id(),
        version=1,
        request_id=request_id,
        template="referral",
        recipient_role="client",
        failed_at=START,
        why="x",
    )


def erased(*request_ids: str) -> PersonErased:
    return PersonErased(version=1, person_id=PERSON, request_ids=request_ids, erased_at=START)


async def tell(database: Database, facts: Sequence[Fact]) -> None:
    async with database.transaction() as tx:
        await outbox.announce(tx, facts, now=START)


async def waiting(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as tx:
        return [(row.subject, row.headers["ce-subject"]) for row in await outbox.waiting(tx)]


def letter(payload: bytes, **headers: str) -> Letter:
    return Letter("matching-x", "intake.x.v1", new_id(), headers, payload, 3)


async def park(database: Database, *letters: Letter) -> None:
    async with database.transaction() as tx:
        for each in letters:
            await dead_letters.park(tx, each, "defect", START)


async def kept(database: Database) -> set[str]:
    async with database.reading() as tx:
        return {row["event_id"] for row in await dead_letters.listed(tx, everything=True)}


async def test_a_fact_that_waits_is_not_told_once_its_person_is_erased(database: Database) -> None:
    await tell(database, [withdrawn(THEIRS), failed(THEIRS), withdrawn(ANOTHERS)])

    async with database.transaction() as tx:
        done = await forget(tx, [THEIRS])

    assert done.facts == 2
    assert await waiting(database) == [(ConsultationWithdrawn.subject(), ANOTHERS)]


async def test_a_fact_that_was_told_is_not_told_again_by_a_stream_made_anew(database: Database) -> None:
    await tell(database, [withdrawn(THEIRS), withdrawn(ANOTHERS)])
    async with database.transaction() as tx:
        await outbox.mark_published(tx, None, {1: 1, 2: 2}, "a stream", START + timedelta(hours=1))

    async with database.transaction() as tx:
        done = await forget(tx, [THEIRS])
        await outbox.reopen_lost(tx, "another stream")

    assert done.last_told_at == START + timedelta(hours=1)
    assert [about for _, about in await waiting(database)] == [ANOTHERS]


async def test_that_somebody_was_erased_is_told_all_the_same(database: Database) -> None:
    await tell(database, [withdrawn(THEIRS), erased(THEIRS)])

    async with database.transaction() as tx:
        await forget(tx, [THEIRS, PERSON])

    assert await waiting(database) == [(PersonErased.subject(), PERSON)]


async def test_a_message_that_could_not_be_handled_goes_with_whom_it_names(database: Database) -> None:
    in_words = letter(b'{"request_ids": ["' + THEIRS.encode() + b'"], ')
    in_headers = letter(b"\xff\xfe", correlation_id=THEIRS)
    others = letter(f'{{"request_id": "{ANOTHERS}"}}'.encode())
    of_erasure = Letter("matching-x", PersonErased.subject(), new_id(), {}, THEIRS.encode(), 3)
    await park(database, in_words, in_headers, others, of_erasure)

    async with database.transaction() as tx:
        done = await forget(tx, [THEIRS])

    assert done.letters == 2
    assert await kept(database) == {others.event_id, of_erasure.event_id}


async def test_every_letter_is_looked_into_however_many_there_are(database: Database) -> None:
    await park(database, *(letter(THEIRS.encode()) for _ in range(201)), letter(ANOTHERS.encode()))

    async with database.transaction() as tx:
        done = await forget(tx, [THEIRS])

    assert (done.letters, len(await kept(database))) == (201, 1)


async def test_forgetting_nobody_forgets_nothing(database: Database) -> None:
    await tell(database, [withdrawn(THEIRS)])
    await park(database, letter(b""))

    async with database.transaction() as tx:
        done = await forget(tx, [])

    assert (done.facts, done.letters, len(await kept(database))) == (0, 0, 1)
