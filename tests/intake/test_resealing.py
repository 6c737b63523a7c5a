"""Everybody is sealed anew: who had no key of their own, and whose key a former key of the ring wrapped."""

import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.submission import Client
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.resealing import SEALED_COLUMNS
from services.intake.storage.tables import access_log, access_subjects, metadata
from services.intake.vault import PersonSealer, Vault
from shared.database import Database
from tests.intake.builders import ADDRESS_KEY, NOW, CountedIds, a_vault, key, reached
from tests.intake.test_erasing import LATER, PAM, SAM, WORDS, asked, noted

WITHOUT_A_PERSON = {("person_keys", "wrapped"), ("dead_letters", "payload")}


class Before(Vault):
    """The vault as it was before people had keys: the ring seals whatever is sealed."""

    def new_key(self, person_id: str) -> bytes:
        return b""

    def own(self, person_id: str, wrapped: bytes | None) -> PersonSealer:
        return super().own(person_id, wrapped or None)


async def everything(database: Database, vault: Vault, ids: CountedIds) -> list[str]:
    """Two people of whom most sealed columns hold something."""
    one = await asked(database, vault, ids, client=Client("Ari", 15, "my son"))
    two = await asked(database, vault, ids, email=PAM)
    for each in (one, two):
        assert await noted(database, vault, ids, each)
        await operations.show(database, vault, each.reference, "calling back", NOW, ids)
        await operations.place_hold(database, vault, each.reference, "operator", "a subpoena", NOW)
    return [one.request_id, two.request_id]


async def as_before_people_had_keys(database: Database) -> None:
    async with database.transaction() as tx:
        whose = (await tx.execute(sa.select(person_keys.c.person_id))).scalars().all()
        await storage.renew_keys(tx, whose, Before.of(key("k1"), ADDRESS_KEY), NOW)
        await tx.execute(sa.delete(person_keys))


async def can_be_read(database: Database, vault: Vault, request_ids: list[str]) -> bool:
    async with database.reading() as tx:
        words = await storage.load_words(tx, request_ids, vault)
    reaches = await reached(database, vault, *request_ids)
    read = [(each.message, [note.text for note in each.notes]) for each in words]
    return (
        read == [(WORDS, ["rang twice"])] * 2
        and [each.writer.email for each in reaches] == [SAM, PAM]
        and [each.because for each in await operations.holds(database, vault)] == ["a subpoena"] * 2
    )


async def test_what_the_ring_sealed_stays_readable_and_is_sealed_anew_under_each_person_s_own_key(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    request_ids = await everything(database, vault, ids)
    await as_before_people_had_keys(database)
    assert await operations.sealed_otherwise(database) == 11
    assert await can_be_read(database, vault, request_ids)

    assert await operations.reseal(database, vault, LATER) == 2

    assert await operations.sealed_otherwise(database) == 0
    assert await can_be_read(database, vault, request_ids)
    assert await operations.reseal(database, vault, LATER) == 0


async def test_whoever_has_no_key_yet_can_be_noted_about_and_that_is_sealed_anew_too(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids)
    await as_before_people_had_keys(database)
    assert await noted(database, vault, ids, one)
    assert await operations.reseal(database, vault, LATER) == 1
    assert await operations.sealed_otherwise(database) == 0
    async with database.reading() as tx:
        (words,) = await storage.load_words(tx, [one.request_id], vault)
    assert [each.text for each in words.notes] == ["rang twice"]


async def test_after_a_rotation_the_former_key_of_the_ring_opens_nothing_any_more(
    database: Database, ids: CountedIds
) -> None:
    request_ids = await everything(database, a_vault("k1"), ids)
    async with database.reading() as tx:
        former = (await tx.execute(sa.select(person_keys.c.wrapped))).scalars().all()

    assert await operations.reseal(database, a_vault("k2", "k1"), LATER) == 2

    assert await can_be_read(database, a_vault("k2"), request_ids)
    async with database.reading() as tx:
        new = (await tx.execute(sa.select(person_keys.c.wrapped))).scalars().all()
    assert set(map(bytes, new)).isdisjoint(map(bytes, former))


async def test_why_somebody_read_about_a_request_that_is_gone_is_not_kept_under_the_ring(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    access = storage.Access("an-access", NOW, "words", "operator_show", "operator", "they rang")
    async with database.transaction() as tx:
        row = {"id": access.id, "at": NOW, "kind": "words", "purpose": "operator_show"}
        sealed = vault.seal(("access_log", "sealed"), access.id, {"why": access.why})
        await tx.execute(sa.insert(access_log).values(row | {"asked_by": "operator", "sealed": sealed}))
        await tx.execute(sa.insert(access_subjects).values(access_id=access.id, request_id="gone"))
    assert await operations.sealed_otherwise(database) == 1
    await operations.reseal(database, vault, LATER)
    assert await operations.sealed_otherwise(database) == 0


def test_every_sealed_column_there_is_can_be_sealed_anew() -> None:
    binary = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, sa.LargeBinary)
    }
    assert {each.place for each in SEALED_COLUMNS} == binary - WITHOUT_A_PERSON
