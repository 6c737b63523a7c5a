"""What the doctor says of NATS, on a real server with the product's own rights."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from nats.js.api import ConsumerConfig, DeliverPolicy

from deploy.checks import broker
from deploy.checks.finding import Finding
from deploy.house import listened
from shared.contracts.resources import ReadingListPrepared
from shared.errors import Misconfigured
from shared.messaging.examine import ConsumerSeen, Examined, StreamSeen, examine, may_do_too_much
from shared.messaging.provision import provision
from shared.messaging.rights import OPERATOR, PROVISIONER, SERVICES, Right
from shared.messaging.topology import consumer_config, durable_name, stream_config
from shared.messaging.visit import visiting
from tests.deploy.round import environ, given, problems, warnings
from tests.guarded import GuardedNats

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEARD = {"notifications": [ReadingListPrepared]}
CONSUMER = durable_name("notifications", ReadingListPrepared)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def well(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedNats]:
    """Provisioned in full, by whoever may; every test looks as the operator."""
    server = GuardedNats(tmp_path_factory.mktemp("nats"))
    await server.start()
    await provision(server.settings(PROVISIONER), listened())
    yield server
    server.kill()


@pytest.fixture
async def loose(tmp_path: Path) -> AsyncIterator[GuardedNats]:
    """One that tests may spoil, as its operator who may do everything; one consumer, nothing in it."""
    server = GuardedNats(tmp_path)
    operators = server.rights[OPERATOR]
    everything = tuple(Right(subject, "spoils it") for subject in ("$JS.>", "resources.>"))
    server.rights = {**server.rights, OPERATOR: replace(operators, publish=(*operators.publish, *everything))}
    await server.start()
    await provision(server.settings(OPERATOR), HEARD)
    yield server
    server.kill()


def told(server: GuardedNats, user: str = OPERATOR) -> dict[str, str]:
    return dict(environ(PRACTICE_NATS_URL=server.url, PRACTICE_NATS_SEED=server.seeds[user]))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_broker_that_is_well_is_well_with_no_more_rights_than_the_operators(
    well: GuardedNats,
) -> None:
    given_ = given(told(well))

    found = [*await broker.broker(given_), *await broker.rights(given_), *await broker.streams(given_)]

    assert (problems(found), warnings(found)) == ([], [])
    assert {"nats", "nats rights", "streams", "consumers"} == {each.check for each in found}


async def test_a_user_who_may_empty_streams_is_a_problem(loose: GuardedNats) -> None:
    found = await broker.rights(given(told(loose)))

    assert len(problems(found)) == 1
    assert "may empty streams" in found[0].what


async def test_to_try_what_one_must_not_do_does_nothing_where_one_may(loose: GuardedNats) -> None:
    async with visiting(loose.settings(OPERATOR)) as connection:
        await connection.jetstream().publish("resources.x", b"kept", stream="RESOURCES")
        assert await may_do_too_much(loose.settings(OPERATOR))
        state = (await connection.jetstream().stream_info("RESOURCES")).state

    assert state.messages == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_who_may_not_look_is_told_so(well: GuardedNats) -> None:
    with pytest.raises(Misconfigured, match="rights"):
        await broker.streams(given(told(well, "intake")))


async def test_a_broker_that_anybody_may_use_is_a_problem_but_on_this_machine() -> None:
    [here] = await broker.rights(given(environ(PRACTICE_NATS_URL="nats://127.0.0.1:4222")))
    [elsewhere] = await broker.rights(given(environ(PRACTICE_NATS_URL="nats://nats:4222")))

    assert (here.level, elsewhere.level) == ("ok", "problem")


async def test_a_stream_that_somebody_changed_is_told_by_each_setting(loose: GuardedNats) -> None:
    changed = replace(stream_config("resources"), max_bytes=5_000_000, max_age=60.0, duplicate_window=30.0)
    async with visiting(loose.settings(OPERATOR)) as connection:
        await connection.jetstream().update_stream(changed)

    seen = await examine(loose.settings(OPERATOR), HEARD)

    [stream] = [each for each in seen.streams if each.differs]
    assert stream.name == "RESOURCES"
    assert sorted(each.split()[0] for each in stream.differs) == ["duplicate_window", "max_age", "max_bytes"]
    assert "max_bytes is 5000000, not 1073741824" in stream.differs
    assert len(problems(broker.judged(seen, NOW))) == 1


async def test_streams_that_are_kept_on_fewer_servers_than_asked_are_told(loose: GuardedNats) -> None:
    seen = await examine(loose.settings(OPERATOR), HEARD, replicas=3)

    assert [each.differs for each in seen.streams] == [["num_replicas is 1, not 3"]] * len(SERVICES)


async def test_a_consumer_that_somebody_changed_is_told_by_each_setting(loose: GuardedNats) -> None:
    wanted = consumer_config("notifications", ReadingListPrepared, DeliverPolicy.ALL)
    async with visiting(loose.settings(OPERATOR)) as connection:
        await connection.jetstream().add_consumer(
            "RESOURCES", replace(wanted, ack_wait=60.0, max_ack_pending=3)
        )

    seen = await examine(loose.settings(OPERATOR), HEARD)

    [consumer] = seen.consumers
    assert sorted(each.split()[0] for each in consumer.differs) == ["ack_wait", "max_ack_pending"]
    assert len(problems(broker.judged(seen, NOW))) == 1


async def test_what_is_missing_is_named_and_who_should_not_be_there_is_counted(loose: GuardedNats) -> None:
    async with visiting(loose.settings(OPERATOR)) as connection:
        js = connection.jetstream()
        await js.delete_consumer("RESOURCES", CONSUMER)
        await js.delete_stream("INTAKE")
        await js.add_consumer("MATCHING", ConsumerConfig(durable_name="somebody"))

    seen = await examine(loose.settings(OPERATOR), HEARD)

    assert (seen.missing_streams, seen.missing_consumers) == (["INTAKE"], [CONSUMER])
    found = broker.judged(seen, NOW)
    assert problems(found) == ["streams: missing: INTAKE", f"consumers: missing: {CONSUMER}"]
    assert warnings(found) == ["streams: MATCHING has 1 consumers that no service listens with"]


async def test_messages_that_nobody_takes_are_seen_and_those_that_somebody_takes_are_not(
    loose: GuardedNats,
) -> None:
    subject = ReadingListPrepared.subject()
    async with visiting(loose.settings(OPERATOR)) as connection:
        js = connection.jetstream()
        await js.publish(subject, b"{}", stream="RESOURCES")
        [waits] = (await examine(loose.settings(OPERATOR), HEARD, look_again=0)).consumers
        pulled = await js.pull_subscribe(subject, CONSUMER, stream="RESOURCES")
        [message] = await pulled.fetch(1)
        await message.ack_sync()
        [done] = (await examine(loose.settings(OPERATOR), HEARD, look_again=0)).consumers

    assert (waits.waiting, waits.stands, waits.handled_at) == (1, True, None)
    assert (done.waiting, done.stands) == (0, False)
    assert done.handled_at is not None


def consumer(**changes: object) -> Examined:
    quiet = ConsumerSeen("c", "notifications", (), waiting=0, unfinished=0, handled_at=None, stands=False)
    return Examined((), (replace(quiet, **changes),), (), ())


def stream(**changes: object) -> Examined:
    empty = StreamSeen("RESOURCES", (), bytes=0, max_bytes=100, strangers=0, behind=())
    return Examined((replace(empty, **changes),), (), (), ())


@pytest.mark.parametrize(
    ("seen", "level"),
    [
        (consumer(), "ok"),
        (consumer(waiting=5), "ok"),
        (consumer(waiting=5, stands=True), "problem"),
        (consumer(waiting=5, stands=True, handled_at=NOW - timedelta(hours=1)), "problem"),
        (consumer(waiting=5, stands=True, handled_at=NOW - timedelta(minutes=1)), "warning"),
        (consumer(unfinished=5, stands=True), "warning"),
        (stream(), "ok"),
        (stream(bytes=79), "ok"),
        (stream(bytes=80), "warning"),
        (stream(bytes=95), "problem"),
        (stream(bytes=95, max_bytes=-1), "ok"),
        (stream(behind=["nats-2"]), "warning"),
    ],
)
def test_how_bad_it_is(seen: Examined, level: str) -> None:
    found: list[Finding] = list(broker.judged(seen, NOW))

    worst = max(found, key=lambda each: ["ok", "warning", "problem"].index(each.level))
    assert worst.level == level
