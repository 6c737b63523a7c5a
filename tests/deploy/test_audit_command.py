"""`practice audit` lists who did what, and says where the record is not what was written."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.house import SETTINGS
from shared import audit, migrations
from shared.database import Database
from tests.conftest import START

Practice = Callable[..., Result]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Four migrated databases; in matching's, somebody has read."""
    made = {service: tmp_path / f"{service}.db" for service in SETTINGS}

    async def make() -> None:
        for service, file in made.items():
            await migrations.upgrade(service, f"sqlite+aiosqlite:///{file}")
        database = Database.open(f"sqlite+aiosqlite:///{made['matching']}")
        async with database.transaction() as tx:
            read = [audit.Entry(START, "coordinator:dana", "words.read", f"q-{each}") for each in (1, 2, 3)]
            await audit.record(tx, read)
        await database.close()

    asyncio.run(make())
    return made


@pytest.fixture
def practice(files: dict[str, Path]) -> Practice:
    told = {f"{service.upper()}_LINK_KEYS": "k" * 40 for service in SETTINGS}
    told |= {
        f"{service.upper()}_DATABASE_URL": f"sqlite+aiosqlite:///{file}" for service, file in files.items()
    }
    told |= {"INTAKE_VAULT_KEYS": f"k:{'A' * 43}=", "INTAKE_ADDRESS_KEY": "k" * 40}
    told |= {"NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1", "NOTIFICATIONS_INTAKE_LINK_KEYS": "k" * 40}

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["audit", *arguments], env=told)

    return call


def cut(file: Path, seq: int) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TRIGGER audit_keeps_its_entries")
        connection.execute("DELETE FROM audit WHERE seq >= ?", (seq,))


def test_who_read_about_somebody_is_listed_for_a_machine(practice: Practice) -> None:
    listed = practice("list", "--service", "matching", "--subject", "q-2", "--json")

    assert listed.exit_code == 0, listed.output
    assert [(each["actor"], each["act"], each["seq"]) for each in json.loads(listed.stdout)] == [
        ("coordinator:dana", "words.read", 2)
    ]


def test_a_service_that_nobody_has_is_wrong_usage(practice: Practice) -> None:
    assert practice("list", "--service", "billing").exit_code == 2


def test_a_whole_record_verifies_and_a_broken_one_says_where(
    practice: Practice, files: dict[str, Path]
) -> None:
    whole = practice("verify", "--json")
    assert whole.exit_code == 0, whole.output
    assert json.loads(whole.stdout)["matching"]["entries"] == 3

    with closing(sqlite3.connect(files["matching"])) as connection, connection:
        connection.execute("DROP TRIGGER audit_is_not_changed")
        connection.execute("UPDATE audit SET actor = 'coordinator:lee' WHERE seq = 2")

    broken = practice("verify")
    assert broken.exit_code == 1
    assert "matching: the record is broken at entry 2: it does not say what was written" in broken.output


def test_a_tail_that_was_cut_is_found_by_the_heads_of_the_last_time(
    practice: Practice, files: dict[str, Path], tmp_path: Path
) -> None:
    noted = tmp_path / "heads.json"
    assert practice("verify", "--noted", str(noted)).exit_code == 0
    before = noted.read_text(encoding="utf-8")
    cut(files["matching"], 3)

    assert practice("verify").exit_code == 0
    told = practice("verify", "--noted", str(noted))

    assert told.exit_code == 1
    assert "broken at entry 3" in told.output
    assert noted.read_text(encoding="utf-8") == before


def test_a_file_that_holds_no_heads_is_wrong_usage(practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text("[]", encoding="utf-8")

    assert practice("verify", "--noted", str(tmp_path / "heads.json")).exit_code == 2
