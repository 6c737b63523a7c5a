"""Backups are made every night without anybody, a night that was missed is made up for, nothing ends it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from deploy.backup.archive import check_whole
from deploy.backup.folder import backups_in, name_of, thinned
from deploy.backup.thinning import Keep, kept
from deploy.cli.keep import keeper_of
from deploy.keeping.keeper import Keeper
from deploy.keeping.measures import certificates_until
from deploy.keeping.schedule import is_due, last_moment
from deploy.keeping.serving import page_of
from deploy.local.places import REPOSITORY
from deploy.local.ports import free_ports
from shared.clock import utc_now
from tests.conftest import TestClock
from tests.deploy.authority import DAY, Authority
from tests.deploy.backups import Kit, NewUrl, kit_in, urls_of
from tests.deploy.conftest import wait_until

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
HALF_PAST_TWO = time(2, 30)
NIGHT = datetime(2026, 11, 24, 10, 31, tzinfo=UTC)  # a minute past half past two in Los Angeles
SECRETS = {
    "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1",
    "INTAKE_VAULT_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "INTAKE_ADDRESS_KEY": "a" * 40,
    **{f"{service}_LINK_KEYS": "k" * 40 for service in ("INTAKE", "MATCHING", "RESOURCES")},
}
one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def days_before(now: datetime, count: int) -> list[datetime]:
    return [now - timedelta(days=number) for number in range(count)]


def test_a_backup_is_due_once_a_day_by_the_practices_clock() -> None:
    yesterday = NIGHT - timedelta(days=1)

    assert is_due(yesterday, None, HALF_PAST_TWO, LOS_ANGELES, NIGHT)
    assert not is_due(yesterday, None, HALF_PAST_TWO, LOS_ANGELES, NIGHT - timedelta(minutes=2))
    assert not is_due(NIGHT, None, HALF_PAST_TWO, LOS_ANGELES, NIGHT + timedelta(hours=23))
    assert is_due(NIGHT, None, HALF_PAST_TWO, LOS_ANGELES, NIGHT + timedelta(hours=24))


def test_a_night_that_was_missed_is_made_up_for() -> None:
    noon = NIGHT + timedelta(hours=10)

    assert is_due(NIGHT - timedelta(days=1), None, HALF_PAST_TWO, LOS_ANGELES, noon)
    assert is_due(None, None, HALF_PAST_TWO, LOS_ANGELES, noon)


def test_after_one_that_failed_an_hour_passes() -> None:
    assert not is_due(None, NIGHT, HALF_PAST_TWO, LOS_ANGELES, NIGHT + timedelta(minutes=59))
    assert is_due(None, NIGHT, HALF_PAST_TWO, LOS_ANGELES, NIGHT + timedelta(hours=1))


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_there_is_one_backup_on_the_day_the_clocks_change(day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=LOS_ANGELES).astimezone(UTC)
    moments = {last_moment(HALF_PAST_TWO, LOS_ANGELES, start + timedelta(minutes=m)) for m in range(30 * 60)}

    assert len(moments) == 3  # of the day before, of this one, of the next


def test_the_last_of_each_day_week_and_month_are_kept() -> None:
    stay = kept(days_before(NIGHT, 500), Keep(), LOS_ANGELES)

    assert set(days_before(NIGHT, 14)) <= stay
    assert len({at.astimezone(LOS_ANGELES).isocalendar()[:2] for at in stay}) >= 8
    assert len({(at.year, at.month) for at in stay}) == 12
    assert len(stay) < 14 + 8 + 12


@pytest.mark.parametrize("keep", [Keep(), Keep(1, 0, 0), Keep(0, 0, 0)])
def test_the_newest_is_never_thinned(keep: Keep) -> None:
    assert NIGHT in kept(days_before(NIGHT, 40), keep, LOS_ANGELES)
    assert kept([NIGHT], keep, LOS_ANGELES) == {NIGHT}


def test_thinning_touches_nothing_but_backups(tmp_path: Path) -> None:
    for at in days_before(NIGHT, 3):
        (tmp_path / name_of(at)).touch()
    others = [tmp_path / "notes.txt", tmp_path / name_of(NIGHT - timedelta(days=99), "practice-keys")]
    for each in others:
        each.touch()

    gone = thinned(tmp_path, Keep(1, 0, 0), LOS_ANGELES)

    assert len(gone) == 2
    assert {each.name for each in tmp_path.iterdir()} == {name_of(NIGHT), *(each.name for each in others)}


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NIGHT)


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    return kit.told(**SECRETS, PRACTICE_BACKUP_COPY_TO=str(tmp_path / "disk"))


def number(page: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, flags=re.MULTILINE)
    assert found is not None, page
    return float(found[1])


async def numbers(keeper: Keeper) -> str:
    transport = httpx.ASGITransport(page_of(keeper))
    async with httpx.AsyncClient(transport=transport, base_url="http://keep") as client:
        assert (await client.get("/healthz")).text == "ok\n"
        return (await client.get("/metrics")).text


@one_engine
async def test_a_night_without_the_copys_disk_is_copied_when_it_is_back(kit: Kit, clock: TestClock) -> None:
    keeper, disk = keeper_of(kit.environ, kit.settings, clock), Path(kit.environ["PRACTICE_BACKUP_COPY_TO"])

    await keeper.look()
    assert len(backups_in(kit.backups)) == 1
    assert number(await numbers(keeper), "practice_backup_copy_ok") == 0
    assert number(await numbers(keeper), "practice_backup_copy_age_seconds") == float("inf")
    disk.mkdir()
    clock.move(timedelta(hours=2))
    await keeper.look()

    [copy] = backups_in(disk)
    check_whole(copy.file)
    assert number(await numbers(keeper), "practice_backup_copy_ok") == 1
    assert number(await numbers(keeper), "practice_backup_age_seconds") == 7200
    assert number(await numbers(keeper), "practice_backup_copy_age_seconds") == 7200
    assert len(backups_in(kit.backups)) == 1


@one_engine
async def test_a_backup_that_fails_ends_nothing_and_is_tried_again(kit: Kit, clock: TestClock) -> None:
    keeper = keeper_of(kit.environ, kit.settings, clock)
    recipient, key = kit.folder / "recipient", (kit.folder / "recipient").read_text()
    recipient.write_text("no key")

    await keeper.look()
    page = await numbers(keeper)
    assert number(page, "practice_backup_ok") == 0
    assert number(page, "practice_backup_age_seconds") == float("inf")
    assert 0 < number(page, 'practice_disk_free_ratio{of="backups"}') <= 1
    assert 0 < number(page, 'practice_disk_free_ratio{of="data"}') <= 1
    recipient.write_text(key)
    clock.move(timedelta(minutes=59))
    await keeper.look()
    assert not backups_in(kit.backups)
    clock.move(timedelta(minutes=1))
    await keeper.look()

    assert len(backups_in(kit.backups)) == 1
    assert number(await numbers(keeper), "practice_backup_ok") == 1


async def test_of_several_servers_the_certificate_that_ends_first_is_told(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    servers = [
        await asyncio.start_server(nothing, "127.0.0.1", 0, ssl=authority.server(lasts=lasts))
        for lasts in (30 * DAY, 12 * DAY, 40 * DAY)
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    urls = [f"nats://127.0.0.1:{port}" for port in (*ports, ports[0], 1)]
    told = {"PRACTICE_NATS_URL": ",".join(urls), "PRACTICE_CA": str(authority.file)}

    found = await certificates_until(SECRETS | told)

    left = {of: round((until - utc_now()) / DAY) for of, until in found.items()}
    assert left == {"ca": 365, "nats": 12}
    for server in servers:
        server.close()


@pytest.fixture
def keeping(kit: Kit) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A `practice keep` of its own, and its port."""
    port = free_ports().intake
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "keep"],
        cwd=REPOSITORY,
        env={**kit.environ, "PRACTICE_KEEP_PORT": str(port), "PRACTICE_KEEP_HOST": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process, port
    process.kill()
    process.wait()


@one_engine
async def test_it_makes_up_for_the_night_at_its_start_and_stops_when_asked(
    kit: Kit, keeping: tuple["subprocess.Popen[bytes]", int]
) -> None:
    process, port = keeping

    await asyncio.to_thread(wait_until, lambda: backups_in(kit.backups), 30)
    page = (await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/metrics")).text
    process.send_signal(signal.SIGTERM)

    assert await asyncio.to_thread(process.wait, 20) == 0
    assert number(page, "practice_backup_age_seconds") < 60
    check_whole(backups_in(kit.backups)[0].file)
