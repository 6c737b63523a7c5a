"""What was backed up is there again, in empty databases alone, and nobody is written to twice."""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.backup.archive import identities_in
from deploy.backup.engines import tools_of
from deploy.backup.keys import back_up_keys, restore_keys
from deploy.backup.verifying import verify
from deploy.house import SETTINGS, migrate
from services.notifications import storage
from shared.contracts.notifications import MailFailed
from shared.database import Database
from shared.errors import Misconfigured
from shared.ids import RandomIds, new_id
from shared.messaging import outbox
from shared.migrations import downgrade, is_current
from tests.conftest import TestClock
from tests.deploy.backups import Kit, NewUrl, count, kit_in, unmigrated, urls_of
from tests.notifications.builders import DOMAIN, NOW, planned

Empty = Callable[[], Awaitable[Kit]]


one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    """Two mails planned, one of them for tomorrow; one fact published and one waiting."""
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    database = Database.open(kit.url("notifications"))
    mails = [planned("referral"), planned("nobody_fits", due_at=NOW + timedelta(days=1))]
    async with database.transaction() as tx:
        await storage.save_planned(tx, mails, RandomIds(), DOMAIN, NOW)
        await outbox.announce(tx, [failed(), failed()], now=NOW)
        await outbox.mark_published(tx, None, {1: 7}, "a stream of before", NOW)
    await database.close()
    return kit


@pytest.fixture
def empty(kit: Kit, engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    """The same kit with databases that nobody has ever used."""

    async def make() -> Kit:
        urls = {}
        for service in SETTINGS:
            if engine == "sqlite":
                url = f"sqlite+aiosqlite:///{tmp_path}/another/{service}.db"
            else:
                url = await unmigrated(request.getfixturevalue("postgres_url"), f"r_{new_id()}")
            urls[f"{service.upper()}_DATABASE_URL"] = url
        return kit.told(**urls)

    return make


def failed() -> MailFailed:
    return MailFailed(
        delivery_id=new_id(),
        version=1,
        request_id=new_id(),
        template="referral",
        recipient_role="client",
        failed_at=NOW,
        why="x",
    )


async def mails_in(kit: Kit) -> dict[str, tuple[str, str | None]]:
    database = Database.open(kit.url("notifications"))
    async with database.reading() as tx:
        found = await storage.deliveries_about(tx, "R-7F3K2")
    await database.close()
    return {each.template: (each.state, each.reason) for each in found}


async def waiting_in(kit: Kit) -> int:
    database = Database.open(kit.url("notifications"))
    async with database.reading() as tx:
        waiting = await outbox.waiting(tx)
    await database.close()
    return len(waiting)


async def test_what_was_backed_up_is_there_again_and_goes_on_from_there(
    kit: Kit, empty: Empty, clock: TestClock
) -> None:
    """Every fact is told anew; what was due while the old system lived is kept back."""
    made, new = await kit.make(clock), await empty()
    clock.move(timedelta(days=3))

    done = await new.put_back(made.file, clock)

    again = await new.make(clock)
    rows = {part.service: part.rows for part in again.manifest.parts}
    before = {part.service: part.rows for part in made.manifest.parts}
    before["notifications"] = {**before["notifications"], "restores": 1}
    assert rows == before
    assert (done.until, done.broker_seen, done.kept_back) == (NOW, False, 1)
    assert done.told_again == {"intake": 0, "matching": 0, "resources": 0, "notifications": 1}
    assert await waiting_in(new) == 2
    assert await mails_in(new) == {"referral": ("planned", "restored"), "nobody_fits": ("planned", None)}


@one_engine
async def test_an_operator_says_until_when_the_old_system_lived(
    kit: Kit, empty: Empty, clock: TestClock
) -> None:
    made, new = await kit.make(clock), await empty()
    clock.move(timedelta(days=3))

    done = await new.put_back(made.file, clock, NOW + timedelta(days=2))

    assert done.kept_back == 2


@one_engine
@pytest.mark.parametrize(("until", "said"), [(-1, "before the backup"), (9, "has not come yet")])
async def test_a_time_that_cannot_be_is_refused(
    kit: Kit, empty: Empty, clock: TestClock, until: int, said: str
) -> None:
    made, new = await kit.make(clock), await empty()

    with pytest.raises(Misconfigured, match=said):
        await new.put_back(made.file, clock, NOW + timedelta(hours=until))


@one_engine
async def test_a_database_with_something_in_it_is_never_overwritten(kit: Kit, clock: TestClock) -> None:
    made = await kit.make(clock)

    with pytest.raises(Misconfigured, match="the database of notifications is not empty"):
        await kit.put_back(made.file, clock)

    assert await count(kit.url("notifications"), "restores") == 0


async def test_a_database_that_was_only_migrated_is_empty(kit: Kit, empty: Empty, clock: TestClock) -> None:
    made, new = await kit.make(clock), await empty()
    for service in SETTINGS:
        await migrate(service, new.environ)

    await new.put_back(made.file, clock)

    assert await count(new.url("notifications"), "deliveries") == 2


async def test_nothing_is_restored_while_a_service_runs(kit: Kit, empty: Empty, clock: TestClock) -> None:
    made, new = await kit.make(clock), await empty()
    running = Database.open(new.url("matching"), exclusive="matching")
    try:
        async with running.reading() as tx:
            await tx.exec_driver_sql("SELECT 1")

        with pytest.raises(Misconfigured, match="stop every service"):
            await new.put_back(made.file, clock)
    finally:
        await running.close()


@one_engine
async def test_an_older_backup_is_brought_to_this_code(kit: Kit, empty: Empty, clock: TestClock) -> None:
    await downgrade("notifications", kit.url("notifications"), "0004")
    made, new = await kit.make(clock), await empty()

    await new.put_back(made.file, clock)

    assert next(part.revision for part in made.manifest.parts if part.service == "notifications") == "0004"
    assert await is_current("notifications", new.url("notifications"))
    assert (await mails_in(new))["referral"] == ("planned", "restored")


@one_engine
async def test_a_backup_of_newer_code_is_refused(kit: Kit, empty: Empty, clock: TestClock) -> None:
    database = Database.open(kit.url("resources"))
    async with database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    made, new = await kit.make(clock), await empty()
    async with (restoring := Database.open(kit.url("resources"))).transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    await restoring.close()

    with pytest.raises(Misconfigured, match=r"newer code \(resources 9999\)"):
        await new.put_back(made.file, clock)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_a_dump_can_be_restored_for_once_to_be_sure(
    kit: Kit, clock: TestClock, postgres_url: str
) -> None:
    made = await kit.make(clock)
    tools = tools_of(kit.environ, kit.settings)
    scratch = postgres_url.replace("postgresql://", "postgresql+asyncpg://")

    await verify(made.file, identities_in(kit.identity), tools, scratch)


async def test_secrets_are_kept_apart_and_come_back_as_they_were(tmp_path: Path, clock: TestClock) -> None:
    kit = kit_in(tmp_path / "kept", {}, os.environ["PATH"])
    root, elsewhere = tmp_path / "srv", tmp_path / "elsewhere"
    for name, mode in {
        "secrets/smtp_url": 0o600,
        ".env": 0o644,
        "backup/identity": 0o600,
        "data/x": 0o600,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name} as it was")
        (root / name).chmod(mode)

    with pytest.raises(Misconfigured, match="apart from the data"):
        await back_up_keys(root, kit.settings, kit.settings.backup_to, clock)
    file = await back_up_keys(root, kit.settings, elsewhere, clock)
    names = await restore_keys(file, identities_in(kit.identity), tmp_path / "new")

    assert sorted(names) == [".env", "secrets/smtp_url"]
    put = {name: tmp_path / "new" / name for name in names}
    assert put["secrets/smtp_url"].read_text() == "secrets/smtp_url as it was"
    assert {name: file.stat().st_mode & 0o777 for name, file in put.items()} == {
        ".env": 0o644,
        "secrets/smtp_url": 0o600,
    }
    with pytest.raises(Misconfigured, match="is there already"):
        await restore_keys(file, identities_in(kit.identity), tmp_path / "new")
    with pytest.raises(Misconfigured, match="holds secrets"):
        await kit.put_back(file, clock)
