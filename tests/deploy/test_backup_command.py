"""What an operator reads of backups: sentences that say what is wrong, and which file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner, Result

from deploy.backup.archive import identities_in
from deploy.backup.folder import backups_in
from deploy.backup.restoring import restore
from deploy.cli.app import app
from services.notifications import storage
from shared.clock import utc_now
from shared.contracts.notifications import MailFailed
from shared.database import Database
from shared.errors import Misconfigured
from shared.ids import RandomIds
from shared.messaging.entrance import BusSettings
from shared.messaging.provision import provision
from shared.messaging.visit import visiting
from tests.conftest import NatsServer
from tests.deploy.backups import Kit, NewUrl, kit_in, urls_of
from tests.notifications.builders import DOMAIN, NOW, planned

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Practice = Callable[..., Result]


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    """A backup of one mail, and a mail that a restore keeps back."""
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    await kit.make(utc_now)
    database = Database.open(kit.url("notifications"))
    async with database.transaction() as tx:
        await storage.save_planned(tx, [planned("referral")], RandomIds(), DOMAIN, NOW)
        await storage.keep_back(tx, NOW, NOW)
    await database.close()
    return kit


@pytest.fixture
def practice(kit: Kit) -> Practice:
    def run(*arguments: str, told: Mapping[str, str] | None = None) -> Result:
        usual = {"PRACTICE_DATA_DIR": None, "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1", "COLUMNS": "300"}
        links = {f"{each}_LINK_KEYS": "k" * 40 for each in ("INTAKE", "MATCHING", "RESOURCES")}
        return CliRunner().invoke(app, arguments, env={**usual, **links, **kit.environ, **(told or {})})

    return run


def test_a_backup_is_looked_at_without_and_with_the_key(kit: Kit, practice: Practice) -> None:
    [backup] = backups_in(kit.backups)

    without = practice("verify", str(backup.file))
    looked = practice("verify", str(backup.file), "--identity", str(kit.identity))

    assert (without.exit_code, looked.exit_code) == (0, 0), looked.output
    assert "What is in it is seen with --identity alone" in without.stdout
    assert "Arroyo Willow Therapy, of 20" in looked.stdout


def test_what_is_wrong_with_a_backup_is_a_sentence(kit: Kit, practice: Practice, tmp_path: Path) -> None:
    [backup] = backups_in(kit.backups)
    (tmp_path / "another").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    (tmp_path / "none").write_text("AGE-SECRET-KEY-1NOT\n")

    another = practice("verify", str(backup.file), "--identity", str(tmp_path / "another"))
    no_key = practice("verify", str(backup.file), "--identity", str(tmp_path / "none"))
    backup.file.write_bytes(backup.file.read_bytes()[:-1])
    cut_short = practice("verify", str(backup.file))

    assert (another.exit_code, no_key.exit_code, cut_short.exit_code) == (2, 2, 1)
    assert another.stderr.strip() == f"{backup.file} is sealed for another identity than the one given"
    assert "has a line that is no AGE-SECRET-KEY-1…" in no_key.stderr
    assert "NOT" not in no_key.stderr.replace("NOTE", "")
    assert "is damaged: its hash is not the one that stands beside it" in cut_short.stderr


def test_a_copy_that_burns_with_its_backup_is_told(kit: Kit, practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()

    alone = practice("backup")
    beside = practice("backup", told={"PRACTICE_BACKUP_COPY_TO": str(tmp_path / "elsewhere")})

    assert (alone.exit_code, beside.exit_code) == (0, 0), beside.output
    assert "PRACTICE_BACKUP_COPY_TO is not set" in alone.stdout
    assert "on the same disk" in beside.stdout


def test_a_backup_does_not_go_over_what_is_there(kit: Kit, practice: Practice) -> None:
    [backup] = backups_in(kit.backups)

    refused = practice("restore", str(backup.file), "--identity", str(kit.identity))

    assert refused.exit_code == 2
    assert "the database of notifications is not empty (deliveries 1)" in refused.stderr


def test_mails_that_are_kept_back_are_listed_and_let_go(kit: Kit, practice: Practice) -> None:
    assert "R-7F3K2" in practice("restored", "list").stdout

    assert practice("restored", "release", "R-AAAAA").exit_code == 1
    assert practice("restored", "release", "R-7F3K2").stdout.startswith("1 mails go now")

    assert "0 mails kept back" in practice("restored", "list").stdout


async def test_a_broker_that_keeps_facts_of_another_time_is_refused(
    kit: Kit, nats: NatsServer, tmp_path: Path
) -> None:
    bus = BusSettings(nats.url)
    await provision(bus, {})
    urls = (name for name in kit.environ if name.endswith("_URL"))
    new = kit.told(**{name: f"sqlite+aiosqlite:///{tmp_path}/new/{name}.db" for name in urls})
    [backup] = backups_in(kit.backups)
    keys = identities_in(kit.identity)
    await tell_something(nats)

    with pytest.raises(Misconfigured, match=r"NATS still keeps messages \(NOTIFICATIONS 1\)"):
        await restore(backup.file, keys, new.environ, new.settings, bus, utc_now)

    nats.kill()
    nats.wipe()
    await nats.start()
    await provision(BusSettings(nats.url), {})
    done = await restore(backup.file, keys, new.environ, new.settings, BusSettings(nats.url), utc_now)
    assert done.broker_seen


async def tell_something(nats: NatsServer) -> None:
    """A fact of a time before."""
    async with visiting(BusSettings(nats.url)) as connection:
        await connection.jetstream().publish(MailFailed.subject(), b"{}")
