"""What people wrote and what was noted inside: opened on record, kept sealed, each note once."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.decision import Admitted
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.sealing import NOTES
from services.intake.storage.tables import notes, requests
from services.intake.vault import SealBroken, Vault, answer_note, answer_words
from shared.contracts.intake import NoteOffered, Purpose, WordsAsked
from shared.database import Database
from shared.errors import Retryable
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
    own_sealer,
)

NOTE = "10000000-0000-4000-8000-000000000001"


async def kept(database: Database, ids: CountedIds, message: str, **known: Any) -> Receipt:
    async with database.transaction() as tx:
        decision = Admitted(assessed(a_consultation(message=message), **known))
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


def asked(
    *request_ids: str, by: str = "coordinator:dana", purpose: Purpose = "coordinator_reads"
) -> WordsAsked:
    return WordsAsked(request_ids=request_ids, purpose=purpose, asked_by=by)


def offered(request_id: str, **said: Any) -> NoteOffered:
    plain = {
        "note_id": NOTE,
        "request_id": request_id,
        "written_by": "coordinator:dana",
        "text": "prefers Tue",
    }
    return NoteOffered(**{**plain, **said})


async def test_what_people_wrote_is_told_in_the_order_asked(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await kept(database, ids, "my mom died in March")
    two = await kept(database, ids, "Mẹ tôi mất 🕊️")

    answered = await answer_words(asked(two.request_id, one.request_id), database, NOW, vault, ids)

    assert [(each.reference, each.message) for each in answered.words] == [
        (two.reference, "Mẹ tôi mất 🕊️"),
        (one.reference, "my mom died in March"),
    ]


async def test_who_read_a_person_s_words_and_what_for_stands_in_the_trail(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one, two = await kept(database, ids, "a"), await kept(database, ids, "b")
    await answer_words(asked(one.request_id, two.request_id), database, NOW, vault, ids)
    reads = WordsAsked(
        request_ids=(one.request_id,), purpose="clinician_reads", asked_by="clinician:c-rivera"
    )
    await answer_words(reads, database, NOW, vault, ids)

    trails = [await operations.trail(database, each.reference) for each in (one, two)]

    read = [[each["detail"] for each in trail if each["name"] == "words.read"] for trail in trails]
    by_dana = {"purpose": "coordinator_reads", "asked_by": "coordinator:dana"}
    assert read == [[by_dana, {"purpose": "clinician_reads", "asked_by": "clinician:c-rivera"}], [by_dana]]


async def test_nothing_is_told_about_somebody_unknown_and_the_asking_is_on_record(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    known = await kept(database, ids, "hello")

    answered = await answer_words(asked("x" * 64, known.request_id), database, NOW, vault, ids)

    assert [each.request_id for each in answered.words] == [known.request_id]
    async with database.reading() as tx:
        assert len(await storage.load_accesses(tx, "x" * 64)) == 1


class CannotWrite(Database):
    """A database that can be read and not written."""

    def transaction(self) -> Any:
        raise Retryable("the disk is full")


async def test_no_word_is_opened_that_could_not_be_recorded(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await kept(database, ids, "hello")
    broken = CannotWrite(database._writer, database._reader)
    with pytest.raises(Retryable):
        await answer_words(asked(one.request_id), broken, NOW, vault, ids)


async def test_an_inside_note_is_told_with_the_words_and_shown_to_the_operator(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await kept(database, ids, "hello")
    assert (await answer_note(offered(one.request_id), database, NOW, vault)).kept

    (words,) = (await answer_words(asked(one.request_id), database, NOW, vault, ids)).words
    shown = await operations.show(database, vault, one.reference, "calling back", NOW, ids)

    assert [(each.written_by, each.text) for each in words.notes] == [("coordinator:dana", "prefers Tue")]
    assert shown is not None
    assert [(each.by, each.text) for each in shown.words.notes] == [("coordinator:dana", "prefers Tue")]
    names = [(each["name"], each["detail"]) for each in await operations.trail(database, one.reference)]
    assert ("note.kept", {"by": ["coordinator:dana"]}) in names


async def test_a_note_is_sealed_to_its_own_row(database: Database, vault: Vault, ids: CountedIds) -> None:
    one = await kept(database, ids, "hello")
    await answer_note(offered(one.request_id), database, NOW, vault)

    async with database.reading() as tx:
        row = (await tx.execute(sa.select(notes))).one()

    assert b"Tue" not in row.sealed
    own = await own_sealer(database, vault, one.person_id)
    assert own.open(NOTES, NOTE, row.sealed) == {"text": "prefers Tue"}
    with pytest.raises(SealBroken):
        own.open(NOTES, "another", row.sealed)


async def test_the_same_note_again_is_kept_once_also_at_the_same_moment(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await kept(database, ids, "hello")

    answers = await asyncio.gather(
        *(answer_note(offered(one.request_id, text=f"said {n}"), database, NOW, vault) for n in range(4))
    )

    assert all(answer.kept for answer in answers)
    async with database.reading() as tx:
        assert len((await tx.execute(sa.select(notes))).all()) == 1
        steps = await storage.load_steps(tx, one.request_id)
    assert [each.name for each in steps].count("note.kept") == 1


async def test_notes_are_told_oldest_first(database: Database, vault: Vault, ids: CountedIds) -> None:
    one = await kept(database, ids, "hello")
    for number, text in enumerate(("first", "second", "third")):
        note = offered(one.request_id, note_id=ids.new(), text=text)
        await answer_note(note, database, NOW.replace(minute=number), vault)

    (words,) = (await answer_words(asked(one.request_id), database, NOW, vault, ids)).words

    assert [each.text for each in words.notes] == ["first", "second", "third"]


async def test_a_note_about_nobody_is_not_kept(database: Database, vault: Vault) -> None:
    assert not (await answer_note(offered("x" * 64), database, NOW, vault)).kept


async def test_a_note_s_id_belongs_to_one_request(database: Database, vault: Vault, ids: CountedIds) -> None:
    one, two = await kept(database, ids, "a"), await kept(database, ids, "b")
    assert (await answer_note(offered(one.request_id), database, NOW, vault)).kept

    assert not (await answer_note(offered(two.request_id), database, NOW, vault)).kept


@pytest.mark.parametrize(
    ("text", "is_kept"), [("", False), (" \n", False), ("é" * 5000, True), ("é" * 5001, False)]
)
async def test_a_note_is_neither_empty_nor_longer_than_a_message(
    database: Database, vault: Vault, ids: CountedIds, text: str, is_kept: bool
) -> None:
    one = await kept(database, ids, "hello")

    assert (await answer_note(offered(one.request_id, text=text), database, NOW, vault)).kept is is_kept


async def test_notes_end_with_their_request(database: Database, vault: Vault, ids: CountedIds) -> None:
    one = await kept(database, ids, "hello")
    await answer_note(offered(one.request_id), database, NOW, vault)

    async with database.transaction() as tx:
        await tx.execute(sa.delete(requests))
        assert (await tx.execute(sa.select(notes))).all() == []


async def test_the_words_of_a_person_who_wants_to_read_are_told_alike(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    async with database.transaction() as tx:
        submission = a_readiness(message="not yet", writer=a_writer(name="Ana"))
        receipt = await receive(tx, Post(Admitted(assessed(submission))), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)

    answered = await answer_words(asked(receipt.request_id), database, NOW, vault, ids)

    assert answered.words[0].message == "not yet"
