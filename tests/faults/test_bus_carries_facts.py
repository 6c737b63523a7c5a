"""The bus carries facts, never people: no byte on disk outside the mail itself holds what somebody wrote."""

import base64
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from tests.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

REQUESTS = 50


def canary(number: int, field: str) -> str:
    return f"Qx{field.title().replace('_', '')}{number:03d}Zw"


def consultation(number: int) -> Mapping[str, object]:
    return {
        "name": f"{canary(number, 'name')} Nhất Hạnh",
        "pronouns": canary(number, "pronouns"),
        "email": f"{canary(number, 'email').lower()}@example.org",
        "phone": f"+1323555{100 + number:04d}",
        "contact": {"email_ok": True, "discreet": number % 2 == 0},
        "for": "child" if number % 3 == 0 else "self",
        "client": {"name": canary(number, "client"), "age": 9, "relation": canary(number, "relation")}
        if number % 3 == 0
        else None,
        "partners": [
            {
                "name": canary(number, "partner"),
                "email": f"{canary(number, 'partner_email').lower()}@example.org",
                "contact": {"email_ok": False},
            }
        ],
        "state": "CA",
        "age": 41,
        "concerns": ["grief_loss"],
        "message": f"{canary(number, 'message')} and I would rather die, {canary(number, 'ending')}",
        "preferences": {"format": "online", "languages": ["en"]},
    }


def canaries(number: int) -> Sequence[str]:
    fields = ("name", "pronouns", "client", "relation", "partner", "message", "ending")
    lower = [canary(number, field).lower() for field in ("email", "partner_email")]
    return [
        *(canary(number, field) for field in fields),
        *lower,
        f"323555{100 + number:04d}",
        f"key-{canary(number, 'key')}",
    ]


def spellings(text: str) -> Iterator[bytes]:
    """The text in the encodings in which a leak could hide."""
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        yield coded[4 if shift else 0 : -4]  # what does not depend on its neighbours


def found_in(folder: Path, texts: Sequence[str], besides: Sequence[str] = ("mail",)) -> list[tuple[str, str]]:
    """Which of the texts stand in which files, in any spelling; the `besides` folders are left out."""
    hits = []
    for file in folder.rglob("*"):
        if not file.is_file() or file.relative_to(folder).parts[0] in besides:
            continue
        content = file.read_bytes()
        folded = content.lower()
        for text in texts:
            if any(spelled in content or spelled.lower() in folded for spelled in spellings(text)):
                hits.append((str(file.relative_to(folder)), text))
    return hits


async def test_nothing_a_person_wrote_is_on_disk_outside_the_mail(stack: Stack) -> None:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.site_key}"}) as client:
        for number in range(REQUESTS):
            answer = await client.post(
                f"{stack.url('intake')}/v1/consultation-requests",
                json=consultation(number),
                headers={"Idempotency-Key": f"key-{canary(number, 'key')}"},
            )
            assert answer.status_code == 202, answer.text
    stack.until_mails(lambda mails: len({mail.to for mail in mails}) >= REQUESTS)
    everything = [text for number in range(REQUESTS) for text in canaries(number)]

    assert found_in(stack.folder, everything) == []
    stack.stop()
    assert found_in(stack.folder, everything) == []


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: base64.b64encode(b"??" + text.encode()),
        lambda text: text.encode().hex().encode(),
    ],
)
def test_the_search_finds_one_field_that_is_not_sealed(tmp_path: Path, spelled: object) -> None:
    assert callable(spelled)
    with sqlite3.connect(tmp_path / "intake.db") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE people (name BLOB)")
        database.execute("INSERT INTO people VALUES (?)", [spelled(canary(7, "name"))])
        database.commit()
        assert found_in(tmp_path, canaries(7)), "in the write-ahead log"

    assert found_in(tmp_path, canaries(7)), "in the database file"
