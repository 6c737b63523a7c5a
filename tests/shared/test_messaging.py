"""No message is lost in silence: the bus against a real server and both databases."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import nats as nats_client
import pytest
import sqlalchemy as sa

from shared.clock import utc_now
from shared.contracts.matching import CliniciansAnswered, CliniciansAsked
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.errors import Retryable
from shared.ids import RandomIds
from shared.messaging import dead_letters, outbox
from shared.messaging.ask import answer
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.outbox import announce
from shared.messaging.retention import OF_MESSAGES, sweep
from shared.messaging.tables import dead_letters as dead_letter_rows
from shared.messaging.topology import SERVICES
from tests.conftest import PATIENCE_SECONDS, NatsServer, Opener
from tests.shared.bus import (
    CONSUMER,
    Ear,
    drained,
    make_streams,
    parked,
    prepared,
    publish,
    running,
    send_bytes,
    send_raw,
    stored,
)


async def test_a_fact_reaches_its_listener_once_whatever_is_repeated(
    nats: NatsServer, database: Database, open_database: Opener
) -> None:
    ear, sender = Ear(), database
    await make_streams(nats)
    async with running(nats, sender, "resources") as source:
        receiver = await open_database("messaging-receiver")
        async with running(nats, receiver, "notifications", listeners=[ear.listener()]):
            await publish(source, sender, *(prepared(number) for number in range(200)))
            await ear.until(200)
            async with sender.transaction() as tx:
                await outbox.reopen_lost(tx, "another stream")
            await source.relay.drain()
            await publish(source, sender, prepared(999))
            assert (await ear.until(201))[-1] == "list-999"
    assert len(ear.heard) == 201
    assert max(ear.batches) > 1


async def test_cloud_events_attributes_travel_as_headers(nats: NatsServer, database: Database) -> None:
    await make_streams(nats)
    async with running(nats, database, "resources") as source:
        await publish(source, database, prepared(1))
    client = await nats_client.connect(nats.url)
    message = await client.jetstream().get_msg("RESOURCES", 1)
    await client.close()

    headers = message.headers or {}
    assert headers["ce-type"] == "practice.reading_list.prepared.v1"
    assert headers["ce-id"] == headers["Nats-Msg-Id"]
    assert headers["ce-subject"] == "list-1"
    assert headers["correlation_id"] == "request-1"
    assert headers["traceparent"].startswith("00-")
    assert json.loads(message.data or b"")["items"] == ["book"]


async def test_a_handler_that_raises_once_is_retried_with_delay(nats: NatsServer, database: Database) -> None:
    ear = Ear(Retryable("not now"))
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await send_raw(nats, prepared(1))
        await ear.until(1)

    assert ear.calls == 2


async def test_a_poison_message_is_parked_on_first_delivery_and_costs_its_batch_nothing(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear()
    await make_streams(nats)
    for number in range(20):
        await send_raw(
            nats, prepared(number) if number != 7 else prepared(7).model_copy(update={"reference": "R-BAD00"})
        )
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await ear.until(19)
        [row] = await parked(database)

    assert (row["why"], row["attempts"]) == ("error:ValueError", 1)
    assert "poison" not in json.dumps(row["detail"])


async def test_what_is_not_its_contract_is_parked_and_the_next_message_is_handled(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await send_bytes(nats, b'{"version": "many"}')
        await send_bytes(nats, b"\xff\x00 no JSON at all")
        await send_raw(nats, prepared(3))
        await ear.until(1)
        rows = await parked(database, 2)

    assert {row["why"] for row in rows} == {"unreadable"}


async def test_a_parked_message_can_be_replayed_and_is_then_closed(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear(ValueError("a bug that is mended later"))
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]) as bus:
        await send_raw(nats, prepared(1))
        [row] = await parked(database)
        async with database.transaction() as tx:
            assert await dead_letters.ask_replay(tx, row["id"])
        await bus.replay_parked()
        await bus.replay_parked()

    assert [event.reading_list_id for event in ear.heard] == ["list-1"]
    async with database.reading() as tx:
        assert await dead_letters.listed(tx) == []


async def test_a_message_that_ends_the_process_is_parked(nats: NatsServer, database: Database) -> None:
    await make_streams(nats)
    await send_raw(nats, prepared(1))
    ear = Ear(*[SystemExit()] * 50)
    for _ in range(40):
        bus = Bus("notifications", BusSettings(nats.url), database, utc_now, RandomIds())
        bus.register([ear.listener()], (), {})
        letter = dead_letters.Letter(
            CONSUMER, ReadingListPrepared.subject(), "e", {}, prepared(1).model_dump_json().encode(), 9
        )
        try:
            await bus.receivers[ReadingListPrepared.subject()].receive(prepared(1), letter)
        except SystemExit:
            continue
        break

    [row] = await parked(database)
    assert row["why"] == "ends_the_process"
    assert ear.calls < 10


async def test_a_lower_version_has_no_effect_and_a_cancellation_leaves_no_ghost(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        await send_raw(nats, prepared(1, version=3, reading_list="one"))
        await ear.until(1)
        await send_raw(nats, prepared(1, version=2, reading_list="one"))
        await send_raw(nats, prepared(2, version=1, reading_list="two"))
        await ear.until(2)

    assert [event.version for event in ear.heard] == [3, 1]


async def test_facts_announced_while_nats_is_down_arrive_later(nats: NatsServer, database: Database) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "resources") as source:
        await publish(source, database, prepared(1))
        nats.kill()
        async with database.transaction() as tx:
            await announce(tx, [prepared(2)], now=utc_now())
        await source.relay.drain()
        await nats.start()
        await drained(source, database)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        assert await ear.until(2) == ["list-1", "list-2"]


async def test_what_a_wiped_broker_lost_is_published_again(nats: NatsServer, database: Database) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "resources") as source:
        await publish(source, database, *(prepared(number) for number in range(5)))
        nats.kill()
        nats.wipe()
        await nats.start()
        await make_streams(nats)
        async with asyncio.timeout(20):
            while await stored(nats) < 5:
                source.relay.forget_stream()
                await source.relay.drain()
                await asyncio.sleep(0.1)
    async with running(nats, database, "notifications", listeners=[ear.listener()]):
        assert sorted(await ear.until(5)) == [f"list-{number}" for number in range(5)]


async def test_readiness_tells_when_a_consumer_is_deleted_and_recovers(
    nats: NatsServer, database: Database
) -> None:
    ear = Ear()
    await make_streams(nats)
    async with running(nats, database, "notifications", listeners=[ear.listener()]) as bus:
        await send_raw(nats, prepared(1))
        await ear.until(1)
        assert await bus.problems() == []

        client = await nats_client.connect(nats.url)
        await client.jetstream().delete_consumer("RESOURCES", CONSUMER)
        assert any(CONSUMER in problem for problem in await bus.problems())

        await send_raw(nats, prepared(2))
        await make_streams(nats, replay=True)
        assert await ear.until(2) == ["list-1", "list-2"]
        assert await bus.problems() == []
        await client.close()


async def test_a_service_starts_and_stops_while_nats_is_down(nats: NatsServer, database: Database) -> None:
    nats.kill()
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with running(nats, database, "notifications", listeners=[Ear().listener()]) as bus:
            assert await bus.problems() == ["not connected to NATS"]
            with pytest.raises(Retryable):
                await bus.ask(CliniciansAsked(clinician_ids=("c",), asked_by="x"), CliniciansAnswered)


async def test_an_ask_is_answered_and_is_in_no_stream(nats: NatsServer, database: Database) -> None:
    @answer(CliniciansAsked)
    async def answer_clinicians(question: Any, database: Any, now: Any) -> CliniciansAnswered:
        assert question.clinician_ids == ("c-1",)
        return CliniciansAnswered(clinicians=())

    await make_streams(nats)
    async with running(nats, database, "matching", answers=[answer_clinicians]):
        async with running(nats, database, "notifications") as bus:
            question = CliniciansAsked(clinician_ids=("c-1",), asked_by="notifications")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    try:
                        assert await bus.ask(question, CliniciansAnswered) == CliniciansAnswered(
                            clinicians=()
                        )
                        break
                    except Retryable:
                        await asyncio.sleep(0.05)
    client = await nats_client.connect(nats.url)
    states = [await client.jetstream().stream_info(service.upper()) for service in SERVICES]
    await client.close()
    assert [state.state.messages for state in states] == [0, 0, 0, 0]


async def test_closed_dead_letters_are_purged_and_open_ones_stay(database: Database) -> None:
    now = utc_now()
    letter = dead_letters.Letter("c", "s", "1", {}, b"{}", 1)
    async with database.transaction() as tx:
        await dead_letters.park(tx, letter, "rejected", now)
        await dead_letters.park(tx, dead_letters.Letter("c", "s", "2", {}, b"{}", 1), "rejected", now)
        first = (
            await tx.execute(sa.select(dead_letter_rows.c.id).where(dead_letter_rows.c.event_id == "1"))
        ).scalar_one()
        assert await dead_letters.close(tx, first, "discarded", now)
    await sweep(database, OF_MESSAGES, now + timedelta(days=91))
    async with database.reading() as tx:
        assert [row["event_id"] for row in await dead_letters.listed(tx, everything=True)] == ["2"]
