"""A service that NATS does not let in, or does not believe, says so by name; mended, it comes in."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.house import listened
from shared.clock import utc_now
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.bus import Bus
from shared.messaging.entrance import Refusal, new_seed
from shared.messaging.provision import provision
from shared.messaging.rights import PROVISIONER
from tests.guarded import Authority, GuardedNats
from tests.logs import captured
from tests.shared.bus import Ear, prepared, publish

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[GuardedNats]:
    server = GuardedNats(tmp_path / "nats", Authority(tmp_path / "ca"))
    await server.start()
    await provision(server.settings(PROVISIONER), listened())
    yield server
    server.kill()


@asynccontextmanager
async def at_work(
    nats: GuardedNats, database: Database, service: str = "resources", ear: Ear | None = None, **other: Any
) -> AsyncIterator[Bus]:
    bus = Bus(service, nats.settings(service, **other), database, utc_now, RandomIds())
    bus.register([ear.listener()] if ear else [], (), {})
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


async def until(bus: Bus, problems: list[str], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while await bus.problems() != problems:
            await asyncio.sleep(0.02)


def refusals(logs: list[Mapping[str, Any]]) -> list[str]:
    return [entry["why"] for entry in logs if entry["event"] == "bus.refused"]


async def test_a_service_works_by_nkey_and_tls(nats: GuardedNats, database: Database) -> None:
    ear = Ear()
    async with at_work(nats, database) as sender, at_work(nats, database, "notifications", ear):
        await until(sender, [])
        await publish(sender, database, prepared(1))

        assert await ear.until(1) == ["list-1"]
        assert await sender.problems() == []


async def test_a_service_that_is_not_let_in_says_so_once_and_comes_in_when_it_is_known(
    nats: GuardedNats, database: Database
) -> None:
    stranger = new_seed()
    with captured() as logs:
        async with at_work(nats, database, seed=stranger) as bus:
            await until(bus, [Refusal.IDENTITY.value])
            await tried_again(nats)
            assert refusals(logs) == ["identity"]

            nats.kill()
            nats.seeds["resources"] = stranger
            await nats.start()
            await until(bus, [])


async def test_a_service_that_is_known_no_more_says_so_and_comes_back_when_it_is(
    nats: GuardedNats, database: Database
) -> None:
    known = nats.seeds["resources"]
    async with at_work(nats, database) as bus:
        await until(bus, [])
        nats.kill()
        nats.seeds["resources"] = new_seed()
        await nats.start()
        await until(bus, [Refusal.IDENTITY.value])

        nats.kill()
        nats.seeds["resources"] = known
        await nats.start()
        await until(bus, [])


async def test_a_server_that_is_not_to_be_believed_is_told_by_name(
    nats: GuardedNats, database: Database, tmp_path: Path
) -> None:
    with captured() as logs:
        async with at_work(nats, database, ca=Authority(tmp_path / "other").file) as bus:
            await until(bus, [Refusal.UNTRUSTED.value])

    assert refusals(logs) == ["untrusted"]


async def test_what_a_service_may_not_is_told_by_name(nats: GuardedNats, database: Database) -> None:
    async with at_work(nats, database, "resources") as bus:
        await until(bus, [])
        await bus.broker.connection.publish("intake.thing.happened.v1", b"{}")

        await until(bus, [Refusal.RIGHTS.value])


async def tried_again(nats: GuardedNats, times: int = 3, seconds: float = 20) -> None:
    """Waits until the server has refused so often."""
    log = nats.folder / "log"
    async with asyncio.timeout(seconds):
        while log.read_text().count("authentication error") < times:
            await asyncio.sleep(0.05)
