"""What the doctor says of backups, by the files that are there; and of the operator's folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.backup.folder import name_of
from deploy.checks.backups import backups
from deploy.checks.operators_folder import folder
from deploy.setup.folder import Wishes
from deploy.setup.making import init, whoever_runs_this
from shared.clock import utc_now
from tests.conftest import TestClock
from tests.deploy.round import given, problems, warnings

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def said(tmp_path: Path) -> dict[str, str]:
    """Backups are made, and a copy is kept; there is none of either yet."""
    (tmp_path / "recipient").write_text("age1")
    (tmp_path / "copy").mkdir()
    (tmp_path / "here").mkdir()
    return {
        "PRACTICE_BACKUP_RECIPIENT": str(tmp_path / "recipient"),
        "PRACTICE_BACKUP_TO": str(tmp_path / "here"),
        "PRACTICE_BACKUP_COPY_TO": str(tmp_path / "copy"),
    }


def made(folder_: str, age: timedelta) -> None:
    (Path(folder_) / name_of(NOW - age)).write_bytes(b"sealed")


async def levels(said: dict[str, str]) -> dict[str, str]:
    found = await backups(given(said, clock=TestClock(NOW)))
    return {each.check: str(each.level) for each in found}


async def test_that_no_backup_is_made_at_all_is_a_warning(tmp_path: Path) -> None:
    assert await levels({"PRACTICE_BACKUP_TO": str(tmp_path)}) == {"backups": "warning"}


async def test_a_fresh_backup_and_a_fresh_copy_are_well(said: dict[str, str]) -> None:
    for place in ("PRACTICE_BACKUP_TO", "PRACTICE_BACKUP_COPY_TO"):
        made(said[place], timedelta(days=9))
        made(said[place], timedelta(hours=25))

    assert await levels(said) == {"backups": "ok", "backup copy": "ok"}


async def test_a_backup_that_is_missing_or_of_the_day_before_is_a_problem(said: dict[str, str]) -> None:
    assert await levels(said) == {"backups": "problem", "backup copy": "problem"}

    made(said["PRACTICE_BACKUP_TO"], timedelta(hours=27))
    made(said["PRACTICE_BACKUP_COPY_TO"], timedelta(hours=27))

    assert await levels(said) == {"backups": "problem", "backup copy": "problem"}


async def test_a_copy_that_nobody_asked_for_is_a_warning(said: dict[str, str]) -> None:
    made(said["PRACTICE_BACKUP_TO"], timedelta(hours=1))

    assert await levels({**said, "PRACTICE_BACKUP_COPY_TO": ""}) == {
        "backups": "ok",
        "backup copy": "warning",
    }


async def test_what_is_wrong_with_the_operators_folder_is_told(tmp_path: Path) -> None:
    root = tmp_path / "practice"
    init(root, Wishes(dev=True), whoever_runs_this(), now=utc_now())
    well = await folder(given({"PRACTICE_FOLDER": str(root)}))
    (root / "secrets" / "intake_vault_keys").chmod(0o644)

    found = await folder(given({"PRACTICE_FOLDER": str(root)}))

    assert ([each.level for each in well], problems(well)) == (["ok"], [])
    assert len(problems(found)) == 1
    assert "intake_vault_keys" in found[0].what


async def test_a_folder_that_is_not_mounted_where_the_doctor_runs_is_said_so() -> None:
    [found] = await folder(given({"PRACTICE_FOLDER": "/srv/nowhere"}))

    assert (found.level, warnings([found])) == ("ok", [])
    assert "practice init /srv/nowhere --check" in found.what
    assert await folder(given({})) == []
