"""A backup holds everything of one instant, opens for one key alone, and is whole or not there."""

import asyncio
import os
import stat
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyrage
import pytest

from deploy.backup.archive import check_whole, hash_file, identities_in, sha256_of
from deploy.backup.cut import cut
from deploy.backup.engines import source_of, tools_of
from deploy.backup.folder import backups_in, copied
from deploy.backup.making import copy_away
from deploy.backup.manifest import Manifest
from deploy.backup.problems import Damaged, NotBackedUp, NotCopied
from deploy.backup.verifying import verify
from services.notifications import storage
from services.notifications.domain.delivery import Template
from shared.contracts.notifications import MailFailed
from shared.database import Database
from shared.errors import Misconfigured
from shared.ids import RandomIds, new_id
from shared.messaging import inbox
from shared.messaging.outbox import announce
from shared.tasks import ended
from tests.conftest import TestClock
from tests.deploy.backups import Kit, NewUrl, count, kit_in, urls_of
from tests.notifications.builders import DOMAIN, NOW, planned


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    """Four databases, one mail planned."""
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    await plan(kit, "referral")
    return kit


async def plan(kit: Kit, template: Template) -> None:
    database = Database.open(kit.url("notifications"))
    async with database.transaction() as tx:
        await storage.save_planned(tx, [planned(template)], RandomIds(), DOMAIN, NOW)
    await database.close()


def flip(file: Path, at: int = -20) -> None:
    """One bit of a file is another."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


async def verified(kit: Kit, file: Path) -> Manifest:
    tools = tools_of(kit.environ, kit.settings)
    found = await verify(file, identities_in(kit.identity), tools, None)
    assert isinstance(found, Manifest)
    return found


async def test_a_backup_says_what_it_holds_and_holds_it(kit: Kit, clock: TestClock) -> None:
    made = await kit.make(clock)

    found = await verified(kit, made.file)
    assert found == made.manifest
    assert found.taken_at == NOW
    assert [part.service for part in found.parts] == ["intake", "matching", "notifications", "resources"]
    [mails] = [part for part in found.parts if part.service == "notifications"]
    assert mails.rows["deliveries"] == 1
    assert mails.revision == "0007"


async def test_nobody_else_on_the_machine_may_read_a_backup(kit: Kit, clock: TestClock) -> None:
    made = await kit.make(clock)

    for file in (made.file, hash_file(made.file)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"referral" not in made.file.read_bytes()
    assert sorted(each.name for each in kit.backups.iterdir()) == sorted(
        [".lock", made.file.name, hash_file(made.file).name]
    )


async def test_without_the_right_key_nothing_is_seen(kit: Kit, clock: TestClock) -> None:
    made = await kit.make(clock)
    another = [pyrage.x25519.Identity.generate()]

    with pytest.raises(Misconfigured, match="sealed for another identity"):
        await verify(made.file, another, tools_of(kit.environ, kit.settings), None)


@pytest.mark.parametrize("at", [-20, 60, 400])
async def test_one_bit_that_changed_is_found(kit: Kit, clock: TestClock, at: int) -> None:
    made = await kit.make(clock)
    flip(made.file, at)

    with pytest.raises(Damaged, match="its hash"):
        check_whole(made.file)


async def test_a_changed_file_is_found_even_when_its_hash_was_changed_with_it(
    kit: Kit, clock: TestClock
) -> None:
    made = await kit.make(clock)
    flip(made.file)
    hash_file(made.file).write_text(f"{sha256_of(made.file)}  {made.file.name}\n")

    with pytest.raises(Damaged):
        await verified(kit, made.file)


def failed(about: str) -> MailFailed:
    return MailFailed(
        delivery_id=about,
        version=1,
        request_id=about,
        template="referral",
        recipient_role="client",
        failed_at=NOW,
        why="x",
    )


async def tell_and_hear(upstream: Database, downstream: Database) -> None:
    """Fact after fact is announced by one service, and then handled by the other."""
    while True:
        about = new_id()
        async with upstream.transaction() as tx:
            await announce(tx, [failed(about)], now=NOW)
        async with downstream.transaction() as tx:
            await inbox.admit_new(tx, "matching-x", {about: failed(about)}, NOW)


async def test_a_handled_fact_is_never_without_the_change_that_announced_it(
    kit: Kit, clock: TestClock
) -> None:
    """Whoever announces is looked at first: only holding everybody makes this right."""
    upstream, downstream = Database.open(kit.url("notifications")), Database.open(kit.url("matching"))
    going = asyncio.create_task(tell_and_hear(upstream, downstream))
    tools = tools_of(kit.environ, kit.settings)
    sources = [source_of(service, kit.environ, tools) for service in ("notifications", "matching")]
    for number in range(6):
        async with cut(sources, clock) as seen:
            first, second = seen.snapshots
            announced = (await first.write(kit.folder / f"{number}-upstream")).rows["outbox"]
            handled = (await second.write(kit.folder / f"{number}-downstream")).rows["inbox"]
        assert handled <= announced <= handled + 1
    await ended(going)
    assert await count(kit.url("matching"), "inbox") > 0
    await upstream.close()
    await downstream.close()


async def test_services_go_on_while_a_backup_is_written(kit: Kit, clock: TestClock) -> None:
    tools = tools_of(kit.environ, kit.settings)
    sources = [source_of(service, kit.environ, tools) for service in ("intake", "notifications")]

    async with cut(sources, clock) as seen:
        await asyncio.wait_for(plan(kit, "nobody_fits"), 5)
        dumped = await seen.snapshots[1].write(kit.folder / "dump")

    assert dumped.rows["deliveries"] == 1
    assert await count(kit.url("notifications"), "deliveries") == 2


async def test_a_backup_that_cannot_be_written_leaves_the_last_one_and_nothing_else(
    kit: Kit, clock: TestClock
) -> None:
    made = await kit.make(clock)
    clock.move(timedelta(days=1))
    kept = sorted(each.name for each in kit.backups.iterdir())

    with pytest.raises(NotBackedUp):
        await kit.told(NOTIFICATIONS_DATABASE_URL="postgresql+asyncpg://nobody@127.0.0.1:1/x").make(clock)

    assert sorted(each.name for each in kit.backups.iterdir()) == kept
    check_whole(made.file)


async def test_two_backups_are_not_made_into_one_folder_at_once(kit: Kit, clock: TestClock) -> None:
    results = await asyncio.gather(kit.make(clock), kit.make(clock), return_exceptions=True)

    assert sorted(type(each).__name__ for each in results) == ["Made", "NotBackedUp"]


async def test_without_a_recipient_nothing_is_written(kit: Kit, clock: TestClock) -> None:
    with pytest.raises(Misconfigured, match="PRACTICE_BACKUP_RECIPIENT"):
        await kit.told(PRACTICE_BACKUP_RECIPIENT="").make(clock)

    assert not kit.backups.exists()


async def test_the_copy_elsewhere_is_the_same_file_read_back(
    kit: Kit, clock: TestClock, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kit = kit.told(PRACTICE_BACKUP_COPY_TO=str(elsewhere))
    made = await kit.make(clock)

    copy = await copy_away(made.file, kit.settings, ZoneInfo("UTC"))

    assert copy is not None
    assert copy.read_bytes() == made.file.read_bytes()
    check_whole(copy)
    assert [each.file for each in backups_in(elsewhere)] == [copy]


async def test_a_disk_that_is_not_mounted_is_said_and_not_made(
    kit: Kit, clock: TestClock, tmp_path: Path
) -> None:
    made = await kit.make(clock)

    with pytest.raises(NotCopied, match="is its disk mounted"):
        copied(made.file, tmp_path / "gone")

    assert not (tmp_path / "gone").exists()
    check_whole(made.file)
