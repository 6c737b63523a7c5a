"""Whoever was erased after a backup does not come back with it, and everybody is told of it again."""

import asyncio
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from deploy.backup.making import copy_away
from deploy.backup.problems import NotCopied
from deploy.cli.app import app
from deploy.erased import TOMBSTONES, keep_tombstones, tombstones_in
from services.intake.domain.erasure import Tombstones
from services.intake.operations import Erased
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.tables import people, requests
from services.intake.vault import Vault
from shared.contracts.intake import PersonErased
from shared.database import Database
from shared.errors import Misconfigured
from shared.messaging.tables import outbox
from tests.conftest import TestClock
from tests.deploy.backups import Kit, NewUrl, count, kit_in, urls_of
from tests.deploy.test_backup_restored import Empty, empty
from tests.intake.builders import ADDRESS_KEY, NOW, CountedIds, a_vault, key
from tests.intake.test_erasing import PAM, SAM, asked, erased

__all__ = ["empty"]
one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
KEYS = {"INTAKE_VAULT_KEYS": key("k1"), "INTAKE_ADDRESS_KEY": ADDRESS_KEY, "INTAKE_LINK_KEYS": "k" * 40}


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
def vault() -> Vault:
    return a_vault()


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path, vault: Vault) -> Kit:
    """Two people have written."""
    urls = await urls_of(database_url)
    kit = kit_in(tmp_path / "kept", urls, os.environ["PATH"]).told(**KEYS)
    database, ids = Database.open(kit.url("intake")), CountedIds()
    for email in (SAM, PAM):
        await asked(database, vault, ids, email=email)
    await database.close()
    return kit


async def erase_sam(kit: Kit, vault: Vault) -> Tombstones:
    """As `practice erase` does: with a line beside the backups."""
    database = Database.open(kit.url("intake"))
    gone = await erased(database, vault)
    await database.close()
    assert isinstance(gone, Erased)
    keep_tombstones(kit.backups, gone.tombstones)
    return gone.tombstones


async def known_in(kit: Kit) -> tuple[set[str], set[str], set[str]]:
    """Whose rows are there, whose requests, and whose keys."""
    database = Database.open(kit.url("intake"))
    async with database.reading() as tx:
        owners = (people.c.id, requests.c.person_id, person_keys.c.person_id)
        rows, wrote, keys = [set(await tx.scalars(sa.select(each))) for each in owners]
    await database.close()
    return rows, wrote, keys


async def told_in(kit: Kit) -> list[tuple[str, tuple[str, ...]]]:
    """Of whom it waits to be told that they are erased."""
    database = Database.open(kit.url("intake"))
    waits = sa.select(outbox.c.payload).where(
        outbox.c.subject == PersonErased.subject(), outbox.c.published_at.is_(None)
    )
    async with database.reading() as tx:
        facts = [PersonErased.model_validate_json(each) for each in await tx.scalars(waits)]
    await database.close()
    return [(each.person_id, tuple(each.request_ids)) for each in facts]


async def test_whoever_was_erased_after_the_backup_is_erased_again_and_everybody_is_told(
    kit: Kit, empty: Empty, clock: TestClock, vault: Vault
) -> None:
    made, new = await kit.make(clock), await empty()
    (sam,) = (await erase_sam(kit, vault)).people

    done = await new.put_back(made.file, clock)

    assert made.manifest.parts[0].rows["people"] == 2
    rows, wrote, keys = await known_in(new)
    assert sam.person_id not in rows | wrote | keys
    assert [len(each) for each in (rows, wrote, keys)] == [1, 1, 1]
    assert await told_in(new) == [(sam.person_id, sam.request_ids)]
    assert done.erased == 1


@one_engine
async def test_the_file_beside_a_copy_is_as_good(
    kit: Kit, empty: Empty, clock: TestClock, vault: Vault, tmp_path: Path
) -> None:
    """A new machine has the other disk alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    told = kit.told(PRACTICE_BACKUP_COPY_TO=str(elsewhere))
    made, new = await kit.make(clock), await empty()
    stones = await erase_sam(kit, vault)
    copy = await copy_away(made.file, told.settings, ZoneInfo("UTC"))
    assert copy is not None
    assert tombstones_in(elsewhere) == stones
    (kit.backups / TOMBSTONES).unlink()
    await copy_away(made.file, told.settings, ZoneInfo("UTC"))
    assert tombstones_in(elsewhere) == stones

    done = await new.put_back(copy, clock)

    assert (done.erased, await count(new.url("intake"), "people")) == (1, 1)


@one_engine
async def test_a_copy_without_everybody_who_was_erased_is_no_copy(
    kit: Kit, clock: TestClock, tmp_path: Path
) -> None:
    made = await kit.make(clock)
    (kit.backups / TOMBSTONES).write_text("no tombstone\n")

    with pytest.raises(NotCopied, match=r"line 1 of .* is no tombstone"):
        await copy_away(made.file, kit.told(PRACTICE_BACKUP_COPY_TO=str(tmp_path)).settings, ZoneInfo("UTC"))


@one_engine
async def test_without_the_file_nobody_is_known_who_was_erased(
    kit: Kit, empty: Empty, clock: TestClock
) -> None:
    made, new = await kit.make(clock), await empty()

    done = await new.put_back(made.file, clock)

    assert (done.erased, await count(new.url("intake"), "people")) == (None, 2)


@one_engine
async def test_nothing_is_restored_where_nobody_could_be_erased_again(
    kit: Kit, empty: Empty, clock: TestClock, vault: Vault
) -> None:
    made, new = await kit.make(clock), await empty()
    await erase_sam(kit, vault)

    with pytest.raises(Misconfigured, match="INTAKE_VAULT_KEYS"):
        await new.told(INTAKE_VAULT_KEYS="").put_back(made.file, clock)

    assert not Path(new.url("intake").removeprefix("sqlite+aiosqlite:///")).exists()


@one_engine
@pytest.mark.parametrize(
    ("kept", "said"),
    [(True, "1 who had been erased before are erased again"), (False, "nothing is known of")],
)
def test_an_operator_is_told_how_many_are_erased_again(
    kit: Kit, clock: TestClock, vault: Vault, tmp_path: Path, kept: bool, said: str
) -> None:
    made = asyncio.run(kit.make(clock))
    if kept:
        asyncio.run(erase_sam(kit, vault))
    urls = {
        each: f"sqlite+aiosqlite:///{tmp_path}/new/{each}.db" for each in kit.environ if "_DATABASE_" in each
    }
    told = {
        "PRACTICE_DATA_DIR": None,
        "PRACTICE_NATS_URL": "nats://127.0.0.1:1",
        "COLUMNS": "300",
        **kit.environ,
    }

    done = CliRunner().invoke(
        app, ["restore", str(made.file), "--identity", str(kit.identity)], env=told | urls
    )

    assert done.exit_code == 0, done.output
    assert said in done.stdout
