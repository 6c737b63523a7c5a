"""Provisioning: a consumer that went missing loses nothing, and one that is new does not dig up the past."""

import asyncio
from pathlib import Path

import nats as nats_client
import pytest
from nats.js import JetStreamContext
from nats.js.api import DeliverPolicy

from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.errors import Misconfigured
from shared.messaging.bus import BusSettings
from shared.messaging.provision import provision
from shared.messaging.rights import OPERATOR, PROVISIONER
from shared.messaging.stored import messages_stored
from shared.messaging.topology import stream_config
from shared.messaging.visit import visiting
from tests.conftest import NatsServer
from tests.guarded import GuardedNats
from tests.shared.test_messaging import CONSUMER, Ear, make_streams, prepared, running, send_raw


async def test_what_came_while_a_consumer_was_deleted_is_handled_once_it_is_made_again(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await send_raw(nats, prepared(1))
        await ear.until(1)
        await delete_consumer(nats)
        await send_raw(nats, prepared(2))
        await make_streams(nats)
        assert await ear.until(2) == ["list-1", "list-2"]


async def test_a_deleted_consumer_is_remembered_however_often_one_provisions(nats: NatsServer) -> None:
    await make_streams(nats)
    await make_streams(nats)
    await delete_consumer(nats)
    await provision(BusSettings(nats.url), {})
    await make_streams(nats)
    assert await start_of_consumer(nats) == DeliverPolicy.ALL


async def test_a_consumer_that_is_new_on_an_old_stream_starts_at_what_comes_next(nats: NatsServer) -> None:
    await provision(BusSettings(nats.url), {})
    await send_raw(nats, prepared(1))
    await make_streams(nats)
    assert await start_of_consumer(nats) == DeliverPolicy.NEW


async def test_a_stream_is_otherwise_as_the_topology_says(nats: NatsServer) -> None:
    await make_streams(nats)
    await make_streams(nats)
    client = await nats_client.connect(nats.url)
    there = (await client.jetstream().stream_info("RESOURCES")).config
    await client.close()
    wanted = stream_config(ReadingListPrepared.service)
    assert (there.subjects, there.max_age, there.deny_delete) == (
        wanted.subjects,
        wanted.max_age,
        wanted.deny_delete,
    )


async def delete_consumer(server: NatsServer) -> None:
    client = await nats_client.connect(server.url)
    await jetstream(client).delete_consumer("RESOURCES", CONSUMER)
    await client.close()


async def start_of_consumer(server: NatsServer) -> DeliverPolicy | None:
    client = await nats_client.connect(server.url)
    found = await jetstream(client).consumer_info("RESOURCES", CONSUMER)
    await client.close()
    return found.config.deliver_policy


def jetstream(client: nats_client.NATS) -> JetStreamContext:
    return client.jetstream()


async def test_streams_that_nats_cannot_read_are_told_and_never_made_anew(tmp_path: Path) -> None:
    server = GuardedNats(tmp_path / "nats", store_key="the key it was started with")
    await server.start()
    await provision(server.settings(PROVISIONER), {})
    async with visiting(server.settings("resources")) as client:
        await client.publish(ReadingListPrepared.subject(), b"kept")
        await client.flush()
    async with asyncio.timeout(60):  # it is stored by itself, after the flush was answered
        while (await messages_stored(server.settings(OPERATOR)))["RESOURCES"] != 1:
            await asyncio.sleep(0.02)

    with pytest.raises(Misconfigured, match=r"cannot read what it has stored .* nothing was changed"):
        await restarted(server, "another key")
        await provision(server.settings(PROVISIONER), {}, allow_missing=True)

    await restarted(server, "the key it was started with")
    assert (await provision(server.settings(PROVISIONER), {})).streams == ()
    assert (await messages_stored(server.settings(OPERATOR)))["RESOURCES"] == 1
    server.kill()


async def restarted(server: GuardedNats, store_key: str) -> None:
    server.kill()
    server.server["store_key"] = store_key
    await server.start()
