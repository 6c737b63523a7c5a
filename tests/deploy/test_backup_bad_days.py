"""A backup that is cut off, or finds no room, leaves what was there before and nothing under a good name."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.backup.archive import check_whole
from deploy.backup.folder import backups_in, held
from deploy.local.places import REPOSITORY
from shared.clock import utc_now
from tests.deploy.backups import Kit, NewUrl, kit_in, urls_of
from tests.deploy.conftest import wait_until

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
MEGABYTE = 1 << 20


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    """Databases with so much in them that writing a backup takes a while; one backup was made before."""
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    await kit.make(utc_now)
    with closing(sqlite3.connect(tmp_path / "intake.db")) as connection, connection:
        connection.execute("CREATE TABLE ballast (content BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (?)", [[os.urandom(MEGABYTE)] for _ in range(10)])
    return kit


def started(kit: Kit, room: int | None = None) -> "subprocess.Popen[str]":
    """A `practice backup`; with `room`, no file of it grows beyond that, as on a disk that has no more."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "backup"],
        cwd=REPOSITORY,
        env=dict(kit.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if room is not None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
    return process


async def test_one_that_is_killed_leaves_no_half_backup_and_the_next_one_sweeps(kit: Kit) -> None:
    [good] = backups_in(kit.backups)
    process = started(kit)
    wait_until(lambda: any(each.stat().st_size for each in kit.backups.glob(".practice-*.partial")))

    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert backups_in(kit.backups) == [good]
    check_whole(good.file)
    assert list(kit.backups.glob(".*.partial"))
    assert list(kit.backups.glob(".work-*"))
    with held(kit.backups):
        assert not list(kit.backups.glob(".*.partial"))
        assert not list(kit.backups.glob(".work-*"))


async def test_a_full_disk_is_said_and_leaves_the_last_backup(kit: Kit) -> None:
    [good] = backups_in(kit.backups)

    process = started(kit, 8 * MEGABYTE)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "could not be copied" in said or "cannot be written there" in said
    assert "Traceback" not in said
    assert backups_in(kit.backups) == [good]
    check_whole(good.file)
    assert {each.name for each in kit.backups.iterdir()} == {
        ".lock",
        good.file.name,
        f"{good.file.name}.sha256",
    }


async def test_a_disk_that_is_full_while_sealing_is_said_too(kit: Kit) -> None:
    """The dumps fit, the archive of them does not."""
    [good] = backups_in(kit.backups)
    with closing(sqlite3.connect(Path(kit.url("intake").split("///")[1]))) as connection, connection:
        connection.execute("DELETE FROM ballast WHERE rowid > 6")
        connection.commit()
        connection.execute("VACUUM")
    with closing(sqlite3.connect(Path(kit.url("matching").split("///")[1]))) as connection, connection:
        connection.execute("CREATE TABLE ballast (content BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (?)", [[os.urandom(MEGABYTE)] for _ in range(6)])

    process = started(kit, 8 * MEGABYTE)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "cannot be written there (File too large)" in said
    assert backups_in(kit.backups) == [good]
    assert not list(kit.backups.glob(".*.partial"))
