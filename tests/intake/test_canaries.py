"""Nothing that a person wrote stands readable anywhere in intake's database, in any spelling of its bytes."""

import base64
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.decision import Admitted, Quarantined
from services.intake.domain.submission import (
    Client,
    ConsultationSubmission,
    ContactRules,
    Partner,
    ProfessionalSubmission,
    ReadinessSubmission,
    Submission,
    Writer,
)
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.tables import notes, people
from services.intake.vault import Vault, answer_note, answer_words
from shared.contracts.intake import NoteOffered, WordsAsked
from shared.database import Database
from tests.intake.builders import NOW, CountedIds, a_claim, a_desk, assessed, calm

FIELDS = (
    *("name", "pronouns", "email", "phone", "message", "privacy_notice", "why", "key", "body"),
    *("client_name", "client_relation", "partner_name", "partner_email", "note", "because"),
)
CANARIES = {field: f"canary-{field}-žluťoučký-7319" for field in FIELDS} | {"phone": "+13235550177"}


def spellings(text: str) -> Iterator[bytes]:
    """Every way in which these words could stand in a file."""
    for plain in (
        text.encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        ascii(text)[1:-1].encode(),
    ):
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for skipped in range(3):  # base64 looks different at each of three offsets
            encoded = base64.b64encode(bytes(skipped) + plain)
            yield encoded[4:-4]
            yield base64.urlsafe_b64encode(bytes(skipped) + plain)[4:-4]


def found_in(kept: bytes) -> set[str]:
    """The fields whose canary stands in these bytes."""
    return {field for field, canary in CANARIES.items() if any(each in kept for each in spellings(canary))}


def submissions() -> tuple[Submission, ...]:
    said = CANARIES
    writer = Writer(said["name"], said["email"], said["phone"], said["pronouns"])
    partner = Partner(said["partner_name"], said["partner_email"], ContactRules())
    return (
        ConsultationSubmission(
            writer=writer,
            state="CA",
            for_="couple",
            client=Client(said["client_name"], 30, said["client_relation"]),
            partners=(partner,),
            age=34,
            message=said["message"],
            privacy_notice=said["privacy_notice"],
        ),
        ReadinessSubmission(
            writer=writer, opt_in=True, message=said["message"], privacy_notice=said["privacy_notice"]
        ),
        ProfessionalSubmission(
            writer=writer,
            topic="supervision",
            role="therapist",
            message=said["message"],
            privacy_notice=said["privacy_notice"],
        ),
    )


async def live(database: Database, vault: Vault, ids: CountedIds) -> None:
    """A request's whole life in intake, with a canary in every field."""
    desk = a_desk(vault)
    for submission in submissions():
        for decision in (
            Admitted(assessed(submission)),
            Admitted(assessed(submission, safety=calm("crisis"))),
            Quarantined(assessed(submission), ("honeypot",)),
        ):
            key = f"{CANARIES['key']}{ids.new()}"
            post = a_claim(vault, key, CANARIES["body"].encode())
            async with database.transaction() as tx:
                receipt = await receive(tx, Post(decision, post), desk, NOW, ids)
            assert isinstance(receipt, Receipt)
            await operations.show(database, vault, receipt.reference, CANARIES["why"], NOW, ids)
            await inside(database, vault, ids, receipt)
            await operations.release(database, receipt.reference, NOW)
    await operations.silence(database, receipt.reference, NOW)


async def inside(database: Database, vault: Vault, ids: CountedIds, receipt: Receipt) -> None:
    """What the practice notes, reads and clears."""
    note = NoteOffered(
        note_id=ids.new(),
        request_id=receipt.request_id,
        written_by="coordinator:dana",
        text=CANARIES["note"],
    )
    assert (await answer_note(note, database, NOW, vault)).kept
    asked = WordsAsked(
        request_ids=(receipt.request_id,), purpose="coordinator_reads", asked_by="coordinator:dana"
    )
    (read,) = (await answer_words(asked, database, NOW, vault, ids)).words
    assert (read.message, read.notes[0].text) == (CANARIES["message"], CANARIES["note"])
    desk, because = a_desk(vault), CANARIES["because"]
    await operations.clear_safety(database, desk, receipt.reference, "dana", because, NOW, ids)


async def bytes_of(database_url: str, folder: Path) -> bytes:
    """Every byte of the database: its files on SQLite, every value of every row on PostgreSQL."""
    if database_url.startswith("sqlite"):
        return b"".join(file.read_bytes() for file in sorted(folder.glob("intake.db*")))
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    kept: list[bytes] = []
    for name in storage.metadata.tables:
        for row in await connection.fetch(f'SELECT * FROM "{name}"'):
            kept += [value if isinstance(value, bytes) else str(value).encode() for value in row.values()]
    await connection.close()
    return b"\n".join(kept)


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("intake")


async def test_no_byte_of_the_database_shows_what_a_person_wrote(
    url: str, tmp_path: Path, vault: Vault, ids: CountedIds
) -> None:
    database = Database.open(url)
    await live(database, vault, ids)
    before_closing = await bytes_of(url, tmp_path)
    await database.close()
    assert b"R-0" in before_closing  # the search looks at the right place
    assert found_in(before_closing) == set()
    assert found_in(await bytes_of(url, tmp_path)) == set()


@pytest.mark.parametrize("field", ["name", "email", "message", "phone", "note", "because"])
async def test_the_search_finds_a_field_that_was_kept_unsealed(
    url: str, tmp_path: Path, vault: Vault, ids: CountedIds, field: str
) -> None:
    database = Database.open(url)
    await live(database, vault, ids)
    async with database.transaction() as tx:
        table = notes if field in ("note", "because") else people
        await tx.execute(sa.update(table).values(sealed=CANARIES[field].encode()))
    kept = await bytes_of(url, tmp_path)
    await database.close()
    assert found_in(kept) == {field}


@pytest.mark.parametrize("field", FIELDS)
def test_the_search_knows_every_spelling(field: str) -> None:
    canary = CANARIES[field]
    for hidden in (
        canary.encode(),
        canary.encode("utf-16-le"),
        canary.encode().hex().encode(),
        *(base64.b64encode(b"xyz"[:before] + canary.encode() + b"after") for before in range(3)),
    ):
        assert found_in(b"\x00\x01" + hidden + b"\xff") == {field}


async def test_a_person_is_not_readable_from_what_is_loaded_without_the_vault(
    url: str, vault: Vault, ids: CountedIds
) -> None:
    database = Database.open(url)
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(Admitted(assessed(submissions()[0]))), a_desk(vault), NOW, ids)
    assert isinstance(receipt, Receipt)
    async with database.reading() as tx:
        (request,) = await storage.load_requests(tx, [receipt.request_id])
    await database.close()
    assert found_in(repr(request).encode()) == set()
