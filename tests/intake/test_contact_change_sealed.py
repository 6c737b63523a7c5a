"""What somebody types to be reached otherwise stands readable nowhere, and the old address is gone."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.intake.storage.tables import people
from shared.database import Database
from tests.intake.builders import own_sealer
from tests.intake.contacting import SAM, Inbox
from tests.intake.test_canaries import bytes_of, spellings

EMAIL, PHONE = "canary-žluťoučký-4417@example.org", "+13235550166"


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("intake")


def stands_in(kept: bytes, text: str) -> bool:
    return any(each in kept for each in spellings(text))


async def test_no_byte_of_the_database_shows_a_new_address_or_number(url: str, tmp_path: Path) -> None:
    inbox = Inbox(Database.open(url))
    note = await inbox.note()

    await inbox.change(note, email=EMAIL, phone=PHONE)

    kept = await bytes_of(url, tmp_path)
    await inbox.database.close()
    kept += await bytes_of(url, tmp_path)
    assert note.reference.encode() in kept  # the search looks at the right place
    assert not [text for text in (EMAIL, PHONE, SAM) if stands_in(kept, text)]


async def test_the_search_would_find_one_that_was_kept_unsealed(url: str, tmp_path: Path) -> None:
    inbox = Inbox(Database.open(url))
    await inbox.change(await inbox.note(), email=EMAIL, phone=PHONE)
    async with inbox.database.transaction() as tx:
        await tx.execute(sa.update(people).values(sealed=f"{EMAIL} {PHONE}".encode()))

    kept = await bytes_of(url, tmp_path)
    await inbox.database.close()
    assert stands_in(kept, EMAIL)
    assert stands_in(kept, PHONE)


async def test_what_was_sealed_before_is_sealed_anew_and_says_nothing_of_the_old_address(
    url: str, tmp_path: Path
) -> None:
    inbox = Inbox(Database.open(url))
    note = await inbox.note()
    before = (await inbox.row(note)).sealed

    await inbox.change(note, email=EMAIL)

    after = (await inbox.row(note)).sealed
    own = await own_sealer(inbox.database, inbox.vault, note.person_id)
    opened = own.open(("people", "sealed"), note.person_id, after)
    await inbox.database.close()
    assert after != before
    assert opened["email"] == EMAIL
    assert SAM not in str(opened)
