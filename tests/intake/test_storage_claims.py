"""An event is known again by either of its keys, and never uses up a key that is another's."""

import asyncio
from dataclasses import replace

import pytest

from services.intake import storage
from services.intake.domain.decision import Admitted
from services.intake.handlers import Conflict, Outcome, Post, Receipt, receive_all
from services.intake.storage import Claim
from services.intake.vault import Vault
from shared.database import Database
from shared.ids import RandomIds
from tests.intake.builders import NOW, a_desk, a_vault, assessed


@pytest.fixture
def vault() -> Vault:
    return a_vault()


def an_event(vault: Vault, event: str, message: str, body: bytes = b"body") -> Claim:
    second = vault.claim("message", message, body)
    return replace(vault.claim("event", event, body), second_print=second.key_print)


async def arrive(database: Database, vault: Vault, *claims: Claim) -> list[Outcome]:
    async with database.transaction() as tx:
        posts = [Post(Admitted(assessed()), claim) for claim in claims]
        return await receive_all(tx, posts, a_desk(vault), NOW, RandomIds())


def reference(outcome: Outcome) -> str:
    assert isinstance(outcome, Receipt)
    return outcome.reference


async def test_either_key_brings_back_the_first_answer(database: Database, vault: Vault) -> None:
    (first,) = await arrive(database, vault, an_event(vault, "e1", "m1"))
    again = [await arrive(database, vault, an_event(vault, *keys)) for keys in (("e1", "m2"), ("e2", "m1"))]

    assert [[first], [first]] == again


async def test_in_one_commit_too(database: Database, vault: Vault) -> None:
    keys = [("e1", "m1"), ("e1", "m2"), ("e2", "m1"), ("e2", "m3")]
    outcomes = await arrive(database, vault, *[an_event(vault, *each) for each in keys])

    assert len({reference(each) for each in outcomes[:3]}) == 1
    assert reference(outcomes[3]) != reference(outcomes[0])


async def test_a_key_beside_one_that_is_taken_stays_free(database: Database, vault: Vault) -> None:
    await arrive(database, vault, an_event(vault, "e1", "m1"))
    await arrive(database, vault, an_event(vault, "e2", "m1"))
    (theirs,) = await arrive(database, vault, an_event(vault, "e2", "m2", b"another body"))

    assert isinstance(theirs, Receipt)


async def test_another_body_under_either_key_is_a_conflict(database: Database, vault: Vault) -> None:
    await arrive(database, vault, an_event(vault, "e1", "m1"))
    outcomes = await arrive(
        database, vault, an_event(vault, "e1", "m2", b"other"), an_event(vault, "e2", "m1", b"other")
    )

    assert outcomes == [Conflict(), Conflict()]


async def test_of_two_that_come_at_once_one_is_kept(database: Database, vault: Vault) -> None:
    keys = [("e1", f"m{number}") for number in range(6)]
    outcomes = await asyncio.gather(*(arrive(database, vault, an_event(vault, *each)) for each in keys))

    assert len({reference(each) for (each,) in outcomes}) == 1
    async with database.reading() as tx:
        assert await storage.load_request(tx, reference(outcomes[0][0]))


async def test_between_two_that_it_may_be_the_one_with_the_same_body_is_meant(
    database: Database, vault: Vault
) -> None:
    (first,) = await arrive(database, vault, an_event(vault, "e1", "m1", b"one"))
    (second,) = await arrive(database, vault, an_event(vault, "e2", "m2", b"two"))

    assert await arrive(database, vault, an_event(vault, "e1", "m2", b"one")) == [first]
    assert await arrive(database, vault, an_event(vault, "e1", "m2", b"two")) == [second]
