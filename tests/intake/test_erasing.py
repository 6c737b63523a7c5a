"""A person is erased: nothing kept of them is left or can be read, and nobody else loses anything."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.domain.contact_change import Change
from services.intake.domain.decision import Admitted
from services.intake.domain.erasure import Tombstones, stone_document, stone_of, tombstones_of
from services.intake.domain.submission import Client, ContactRules, Partner
from services.intake.handlers import Post, Receipt, contact, receive
from services.intake.handlers.contact import Mailed
from services.intake.operations import Erased, Held
from services.intake.storage.erasure_tables import erased_people, person_keys
from services.intake.storage.tables import access_log, metadata, people, silences
from services.intake.vault import SealBroken, Vault, answer_contacts, answer_note
from shared.contracts.intake import ContactsAsked, NoteKept, NoteOffered, PersonErased
from shared.database import Database
from shared.messaging.tables import outbox
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_claim,
    a_consultation,
    a_desk,
    a_writer,
    assessed,
    calm,
    own_sealer,
    reached,
)
from tests.intake.test_canaries import bytes_of, spellings

SAM, PAM = "sam@example.org", "pam@example.org"
WORDS = "since the winter nothing tastes of anything"
LATER = NOW + timedelta(hours=1)
STAYS = {"erased_people", "outbox", "access_log", "access_subjects", "audit", "alembic_version"}


async def asked(
    database: Database, vault: Vault, ids: CountedIds, email: str = SAM, key: str | None = None, **said: Any
) -> Receipt:
    submission = a_consultation(writer=a_writer(email=email), **{"message": WORDS, **said})
    decision = Admitted(assessed(submission, safety=calm("crisis")))
    claim = a_claim(vault, key) if key else None
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision, claim), a_desk(vault), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


async def noted(database: Database, vault: Vault, ids: CountedIds, receipt: Receipt) -> bool:
    note = NoteOffered(
        note_id=ids.new(), request_id=receipt.request_id, written_by="coordinator:dana", text="rang twice"
    )
    answered: NoteKept = await answer_note(note, database, LATER, vault)
    return answered.kept


async def erased(database: Database, vault: Vault, email: str = SAM) -> Erased | Held:
    return await operations.erase(database, vault, operations.sought(vault, "email", email), LATER)


async def rows_that_name(database: Database, *ids: str) -> set[str]:
    """The tables in which one of these ids stands, in any column."""
    found = set()
    async with database.reading() as tx:
        for table in metadata.tables.values():
            rows = (await tx.execute(sa.select(table))).all()
            if any(id_ in str(value) for row in rows for value in row for id_ in ids):
                found.add(table.name)
    return found


async def test_nothing_is_left_of_an_erased_person_but_that_they_were_erased(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids, key="a key")
    two = await asked(database, vault, ids, partners=(Partner("Lou", "lou@example.org", ContactRules()),))
    other = await asked(database, vault, ids, email=PAM)
    assert await noted(database, vault, ids, one)
    await operations.show(database, vault, one.reference, "calling back", NOW, ids)

    gone = await erased(database, vault)

    assert isinstance(gone, Erased)
    assert gone.references == tuple(sorted((one.reference, two.reference)))
    theirs = (one.request_id, one.person_id, two.request_id, two.person_id, one.reference, two.reference)
    assert await rows_that_name(database, *theirs) <= STAYS
    async with database.reading() as tx:
        assert {row.person_id for row in await tx.execute(sa.select(person_keys))} == {other.person_id}
        told = (await tx.execute(sa.select(outbox.c.subject, outbox.c.payload))).all()
        why = (await tx.execute(sa.select(access_log.c.sealed))).scalars().all()
    about = [PersonErased.model_validate_json(row.payload) for row in told if "erased" in row.subject]
    assert {(each.person_id, each.request_ids) for each in about} == {
        (one.person_id, (one.request_id,)),
        (two.person_id, (two.request_id,)),
    }
    assert [row.subject for row in told if one.request_id in row.payload] == [PersonErased.subject()]
    assert [each for each in why if each is not None] == []
    (reach,) = await reached(database, vault, other.request_id)
    assert reach.writer.email == PAM


async def test_erasing_again_finds_nobody_and_tells_nobody(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    await asked(database, vault, ids)
    await erased(database, vault)
    async with database.reading() as tx:
        told = await tx.scalar(sa.select(sa.func.count()).select_from(outbox))

    again = await erased(database, vault)

    assert again == Erased(Tombstones(), (), ())
    whose = operations.sought(vault, "email", " Sam@Example.org")
    at = await operations.at_address(database, vault, whose)
    assert (at.known, [each.erased_at for each in at.before.people]) == ((), [LATER])
    async with database.reading() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(outbox)) == told


async def test_looking_who_would_be_erased_changes_nothing(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids)
    at = await operations.at_address(database, vault, operations.sought(vault, "email", SAM))
    assert (at.request_ids, at.held, at.before.people) == ((one.request_id,), (), ())
    (reach,) = await reached(database, vault, one.request_id)
    assert reach.writer.email == SAM


async def test_who_writes_again_after_being_erased_is_a_new_person(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    before = await asked(database, vault, ids, key="the same key")
    await erased(database, vault)
    after = await asked(database, vault, ids, key="the same key")
    assert after.person_id != before.person_id
    assert after.request_id != before.request_id
    (reach,) = await reached(database, vault, after.request_id)
    assert (reach.writer.email, reach.silenced) == (SAM, False)


async def test_whoever_asks_about_somebody_erased_is_told_nothing_and_keeps_nothing(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids)
    await erased(database, vault)
    question = ContactsAsked(request_ids=(one.request_id,), purpose="acknowledge", asked_by="notifications")
    assert (await answer_contacts(question, database, LATER, vault, ids)).contacts == ()
    assert not await noted(database, vault, ids, one)
    assert await operations.show(database, vault, one.reference, "curious", LATER, ids) is None
    assert await operations.silence(database, one.reference, LATER) is None
    async with database.transaction() as tx:
        mailed = Mailed(one.person_id, one.request_id, NOW)
        assert await contact.change(tx, mailed, Change(email=PAM), vault, LATER) is None
        assert not await contact.stop(tx, mailed, LATER)


async def test_a_partner_is_taken_out_of_the_request_of_somebody_else_and_nobody_else_is(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    lou, kim = (Partner(name, f"{name}@example.org", ContactRules()) for name in ("lou", "kim"))
    child = Client("Ari", 15, "my son")
    one = await asked(database, vault, ids, email=PAM, partners=(lou, kim), client=child)
    alone = await asked(database, vault, ids, email=PAM, partners=(lou,))

    gone = await erased(database, vault, "LOU@example.org")

    assert isinstance(gone, Erased)
    assert (gone.references, gone.named_in) == ((), tuple(sorted((one.reference, alone.reference))))
    first, second = await reached(database, vault, one.request_id, alone.request_id)
    assert (first.partners, first.client, first.writer.email) == ((kim,), child, PAM)
    assert (second.partners, second.client) == ((), None)
    again = await erased(database, vault, "lou@example.org")
    assert isinstance(again, Erased)
    assert again.named_in == ()


async def test_who_asked_for_silence_is_not_written_to_after_being_erased(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids, email=PAM)
    async with database.transaction() as tx:
        mailed = Mailed(one.person_id, one.request_id, NOW)
        await contact.stop(tx, mailed, LATER)
        await contact.change(tx, mailed, Change(email=SAM), vault, LATER)
    await erased(database, vault)
    new = await asked(database, vault, ids)
    (reach,) = await reached(database, vault, new.request_id)
    assert reach.silenced
    async with database.reading() as tx:
        keys = set((await tx.execute(sa.select(silences.c.address_key))).scalars())
    assert keys == {vault.address_key("email", SAM), vault.address_key("email", PAM)}


async def test_after_a_restore_whoever_was_erased_is_gone_again_and_everybody_is_told_again(
    database: Database, vault: Vault, ids: CountedIds, database_url: Callable[[str], Awaitable[str]]
) -> None:
    lou = Partner("Lou", "lou@example.org", ContactRules())
    one = await asked(database, vault, ids)
    named = await asked(database, vault, ids, email=PAM, partners=(lou,))
    await operations.place_hold(database, vault, one.reference, "operator", "lifted since", NOW)
    whose = operations.sought(vault, "email", SAM)
    print_ = operations.sought(vault, "email", "lou@example.org").print
    stones = tombstones_of(
        [
            stone_of(
                {
                    "person_id": one.person_id,
                    "request_ids": [one.request_id],
                    "erased_at": LATER.isoformat(),
                    "address_print": whose.print,
                }
            ),
            stone_of(
                {"request_id": named.request_id, "erased_at": LATER.isoformat(), "address_print": print_}
            ),
        ]
    )

    back = await operations.erase_again(database, vault, stones, LATER)

    assert back == stones
    async with database.reading() as tx:
        assert [row.id for row in await tx.execute(sa.select(people.c.id))] == [named.person_id]
        assert (await tx.execute(sa.select(erased_people.c.person_id))).scalars().all() == [one.person_id]
        told = await tx.scalar(
            sa.select(sa.func.count()).select_from(outbox).where(outbox.c.subject == PersonErased.subject())
        )
    (reach,) = await reached(database, vault, named.request_id)
    assert (told, reach.partners) == (1, ())
    assert await operations.erase_again(database, vault, stones, LATER) == Tombstones()


async def test_a_tombstone_is_read_as_it_was_written(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    lou = Partner("Lou", SAM, ContactRules())
    await asked(database, vault, ids)
    await asked(database, vault, ids, email=PAM, partners=(lou,))
    gone = await erased(database, vault)
    assert isinstance(gone, Erased)
    kept = await operations.tombstones(database)
    assert kept == gone.tombstones
    written = [*map(stone_document, kept.people), *map(stone_document, kept.parties)]
    assert tombstones_of([stone_of(each) for each in written]) == kept
    assert SAM not in str(written)


async def test_an_older_copy_of_what_was_sealed_cannot_be_read_once_the_key_is_gone(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await asked(database, vault, ids)
    async with database.reading() as tx:
        (row,) = await tx.execute(sa.select(people.c.id, people.c.sealed))
    own = await own_sealer(database, vault, one.person_id)
    assert own.open(("people", "sealed"), row.id, row.sealed)["email"] == SAM
    await erased(database, vault)
    another = vault.own(row.id, vault.new_key(row.id))
    for sealer in (vault, vault.own(row.id, None), another):
        with pytest.raises(SealBroken):
            sealer.open(("people", "sealed"), row.id, row.sealed)


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("intake")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_no_byte_of_what_was_sealed_stays_in_the_files_of_the_database(
    url: str, tmp_path: Path, vault: Vault, ids: CountedIds
) -> None:
    database = Database.open(url)
    one = await asked(database, vault, ids)
    await noted(database, vault, ids, one)
    async with database.reading() as tx:
        key = (await tx.execute(sa.select(person_keys.c.wrapped))).scalar_one()
        sealed = (await tx.execute(sa.select(people.c.sealed))).scalar_one()
    assert sealed in await bytes_of(url, tmp_path)
    await erased(database, vault)
    await database.scrub()
    await database.close()
    left = await bytes_of(url, tmp_path)
    assert bytes(key) not in left
    assert bytes(sealed) not in left
    assert one.reference.encode() not in left
    assert not any(each in left for word in (WORDS, SAM) for each in spellings(word))
