"""Every identity tries what it may not do on a real NATS server, as deployed; and does what it may."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats as nats_client
import pytest
from nats.aio.client import Client
from nats.errors import NoRespondersError

from deploy.house import asked, listened
from shared.contracts import ASKS
from shared.errors import Misconfigured
from shared.messaging.entrance import BusSettings, Refusal, new_seed, options_of
from shared.messaging.provision import missing, provision
from shared.messaging.rights import OPERATOR, PROVISIONER, USERS, inbox_prefix
from shared.messaging.topology import SERVICES, durable_name, stream_name
from shared.messaging.visit import BrokerAway, look
from tests.guarded import Authority, GuardedNats

READERS = [(service, listened()[service][0]) for service in SERVICES]
TOOLS = (PROVISIONER, OPERATOR)
A_CONSUMER = {"durable_name": "mine", "ack_policy": "explicit", "deliver_policy": "all"}


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedNats]:
    """A server with TLS and every stream and consumer."""
    folder = tmp_path_factory.mktemp("bus")
    server = GuardedNats(folder / "nats", Authority(folder / "ca"))

    async def begin() -> None:
        await server.start()
        await provision(server.settings(PROVISIONER), listened())

    asyncio.run(begin())
    yield server
    server.kill()


class Visitor:
    """A plain client of one identity, that takes no library's word for what the server lets it do."""

    def __init__(self, client: Client, said: list[str]) -> None:
        self.client, self._said = client, said

    async def may_publish(self, subject: str, payload: bytes = b"{}", reply: str = "") -> bool:
        return await self._allowed(self.client.publish(subject, payload, reply=reply))

    async def may_subscribe(self, subject: str) -> bool:
        return await self._allowed(self.client.subscribe(subject))

    async def ask(self, subject: str, payload: Any = None) -> dict[str, Any]:
        """What the server, or somebody else, answers."""
        asked = json.dumps(payload or {}).encode()
        return dict(json.loads((await self.client.request(subject, asked, timeout=60)).data))

    async def _allowed(self, doing: Any) -> bool:
        self._said.clear()
        await doing
        await self.client.flush()  # its ping overtakes what was published
        await self.client.flush()
        assert all("permissions violation" in said.lower() for said in self._said), self._said
        return not self._said


@asynccontextmanager
async def visitor(bus: GuardedNats, user: str) -> AsyncIterator[Visitor]:
    said: list[str] = []

    async def heard(error: Exception) -> None:
        said.append(str(error))

    prefix = inbox_prefix(user) if user in SERVICES else "_INBOX"
    client = await nats_client.connect(
        **options_of(bus.settings(user)), error_cb=heard, inbox_prefix=prefix.encode(), allow_reconnect=False
    )
    try:
        yield Visitor(client, said)
    finally:
        await client.close()


async def messages(bus: GuardedNats, owner: str) -> int:
    async with visitor(bus, OPERATOR) as operator:
        return int((await operator.ask(f"$JS.API.STREAM.INFO.{stream_name(owner)}"))["state"]["messages"])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_announces_on_its_own_subjects_and_on_nobody_elses(
    bus: GuardedNats, service: str
) -> None:
    before = {owner: await messages(bus, owner) for owner in SERVICES}
    async with visitor(bus, service) as one:
        kept = await one.ask(f"{service}.thing.happened.v1")
        allowed = {owner: await one.may_publish(f"{owner}.thing.happened.v1") for owner in SERVICES}

    assert kept["stream"] == stream_name(service)
    assert [owner for owner in SERVICES if allowed[owner]] == [service]
    after = {owner: await messages(bus, owner) for owner in SERVICES}
    assert {owner: after[owner] - before[owner] for owner in SERVICES if after[owner] != before[owner]} == {
        service: 2
    }


@pytest.mark.parametrize(("service", "fact"), READERS)
async def test_a_service_fetches_from_its_own_consumer_and_says_what_it_has_handled(
    bus: GuardedNats, service: str, fact: Any
) -> None:
    async with visitor(bus, fact.service) as owner:
        await owner.ask(fact.subject(), {"of": "nobody"})
    consumer = f"{stream_name(fact.service)}.{durable_name(service, fact)}"
    async with visitor(bus, service) as reader:
        arrived = await reader.client.subscribe(inbox := reader.client.new_inbox())
        assert await reader.may_publish(f"$JS.API.CONSUMER.MSG.NEXT.{consumer}", b"", reply=inbox)
        message = await arrived.next_msg(5)
        await message.ack_sync(timeout=5)
        told = await reader.ask(f"$JS.API.CONSUMER.INFO.{consumer}")

    assert message.subject == fact.subject()
    assert (told["num_ack_pending"], told["ack_floor"]["consumer_seq"]) == (0, 1)


@pytest.mark.parametrize("user", USERS)
async def test_nobody_reads_a_stream_but_through_a_consumer_of_their_own(bus: GuardedNats, user: str) -> None:
    others = [
        f"{stream_name(fact.service)}.{durable_name(service, fact)}"
        for service, fact in READERS
        if service != user
    ]
    tried = [f"$JS.API.CONSUMER.MSG.NEXT.{consumer}" for consumer in others]
    tried += [f"$JS.ACK.{consumer}.1.1.1.1.0" for consumer in others]
    for stream in map(stream_name, SERVICES):
        tried += [f"$JS.API.STREAM.MSG.GET.{stream}", f"$JS.API.DIRECT.GET.{stream}"]
        tried += [f"$JS.API.STREAM.SNAPSHOT.{stream}", f"$JS.API.CONSUMER.LIST.{stream}"]
    async with visitor(bus, user) as one:
        assert not [subject for subject in tried if await one.may_publish(subject)]
        heard = [">", "*.*", *(f"{owner}.>" for owner in SERVICES), "$JS.>", "$JS.EVENT.>", "$JS.ACK.>"]
        assert not [subject for subject in heard if await one.may_subscribe(subject)]


@pytest.mark.parametrize("user", [*SERVICES, OPERATOR])
async def test_only_the_provisioner_makes_or_changes_streams_and_consumers(
    bus: GuardedNats, user: str
) -> None:
    tried = ["$JS.API.STREAM.CREATE.MINE", "$JS.API.CONSUMER.CREATE.INTAKE"]
    for stream in map(stream_name, SERVICES):
        tried += [f"$JS.API.STREAM.{verb}.{stream}" for verb in ("CREATE", "UPDATE")]
        tried += [f"$JS.API.CONSUMER.CREATE.{stream}.mine", f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.mine"]
        tried += [f"$JS.API.CONSUMER.CREATE.{stream}.mine.>"]
    for service, fact in READERS:
        consumer = f"{stream_name(fact.service)}.{durable_name(service, fact)}"
        tried += [f"$JS.API.CONSUMER.DURABLE.CREATE.{consumer}", f"$JS.API.CONSUMER.CREATE.{consumer}"]
    async with visitor(bus, user) as one:
        assert not [subject for subject in tried if await one.may_publish(subject)]


@pytest.mark.parametrize("user", USERS)
async def test_nobody_deletes_empties_or_moves_anything(bus: GuardedNats, user: str) -> None:
    before = [await messages(bus, owner) for owner in SERVICES]
    tried = []
    for stream in map(stream_name, SERVICES):
        verbs = ("DELETE", "PURGE", "MSG.DELETE", "RESTORE", "PEER.REMOVE", "LEADER.STEPDOWN")
        tried += [f"$JS.API.STREAM.{verb}.{stream}" for verb in verbs]
    for service, fact in READERS:
        consumer = f"{stream_name(fact.service)}.{durable_name(service, fact)}"
        tried += [f"$JS.API.CONSUMER.{verb}.{consumer}" for verb in ("DELETE", "PAUSE", "UNPIN")]
    async with visitor(bus, user) as one:
        assert not [subject for subject in tried if await one.may_publish(subject)]

    assert [await messages(bus, owner) for owner in SERVICES] == before
    assert await missing(bus.settings(OPERATOR), listened()) == ([], [])


async def test_the_provisioner_makes_no_stream_and_no_consumer_but_the_houses(bus: GuardedNats) -> None:
    async with visitor(bus, PROVISIONER) as one:
        assert not await one.may_publish("$JS.API.STREAM.CREATE.MINE")
        assert not await one.may_publish(
            "$JS.API.CONSUMER.DURABLE.CREATE.INTAKE.mine",
            json.dumps({"stream_name": "INTAKE", "config": A_CONSUMER}).encode(),
        )
        assert not await one.may_publish("$JS.API.CONSUMER.CREATE.INTAKE.mine.>")
    made = await provision(bus.settings(PROVISIONER), listened())

    assert (made.streams, made.consumers) == ((), ())


@pytest.mark.parametrize("user", USERS)
async def test_the_servers_own_account_is_closed_but_for_its_health(bus: GuardedNats, user: str) -> None:
    async with visitor(bus, user) as one:
        tried = ["$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.HEALTHZ", "$SYS.REQ.ACCOUNT.PING.CONNZ"]
        assert not [subject for subject in (*tried, "$SYS.REQ.USER.INFO") if await one.may_publish(subject)]
        assert not [subject for subject in ("$SYS.>", "$SYS.ACCOUNT.>") if await one.may_subscribe(subject)]
        assert await one.may_publish("server.health") == (user in TOOLS)
        if user in TOOLS:
            assert (await one.ask("server.health"))["data"]["status"] == "ok"


@pytest.mark.parametrize("user", USERS)
async def test_everybody_asks_what_they_need_and_nothing_else(bus: GuardedNats, user: str) -> None:
    needed = {question.subject() for question in asked().get(user, ())}

    async with visitor(bus, user) as one:
        allowed = {ask.subject() for ask in ASKS if await one.may_publish(ask.subject(), reply="nowhere")}
        assert not await one.may_publish("ask.intake.anything")

    assert allowed == needed


async def test_who_is_asked_answers_once_and_to_the_asker_alone(bus: GuardedNats) -> None:
    async with visitor(bus, "intake") as intake, visitor(bus, "matching") as matching:
        questions = await intake.client.subscribe("ask.intake.>", queue="answers-intake")
        await intake.client.flush()
        asking = asyncio.create_task(matching.ask("ask.intake.words", {"what": "words"}))
        question = await questions.next_msg(60)

        assert question.reply.startswith("_INBOX_matching.")
        assert await intake.may_publish(question.reply, b'{"answer": 1}')
        assert await asking == {"answer": 1}
        assert not await intake.may_publish(question.reply, b'{"answer": 2}')
        assert not await intake.may_publish("_INBOX_matching.guessed")


@pytest.mark.parametrize("user", USERS)
async def test_nobody_hears_another_ones_answers_or_questions(bus: GuardedNats, user: str) -> None:
    async with visitor(bus, user) as one:
        for other in set(SERVICES) - {user}:
            assert not await one.may_subscribe(f"{inbox_prefix(other)}.>")
            assert not await one.may_subscribe(f"ask.{other}.>")
            assert not await one.may_publish(f"{inbox_prefix(other)}.guessed")
        assert await one.may_subscribe("_INBOX.>") == (user in TOOLS)
        assert not await one.may_subscribe("*.>")
        assert not await one.may_subscribe("ask.>")


async def test_a_question_that_nobody_hears_is_told_so(bus: GuardedNats) -> None:
    async with visitor(bus, "matching") as one:
        with pytest.raises(NoRespondersError):
            await one.ask("ask.intake.words")


async def test_the_operator_sees_that_all_is_there(bus: GuardedNats) -> None:
    assert (await look(bus.settings(OPERATOR))).time is not None
    assert await missing(bus.settings(OPERATOR), listened()) == ([], [])


@pytest.mark.parametrize("seed", [None, new_seed()], ids=["nobody", "a stranger"])
async def test_nobody_comes_in_without_an_identity_that_the_server_knows(
    bus: GuardedNats, seed: str | None
) -> None:
    with pytest.raises(Misconfigured, match="does not let this user in"):
        await look(bus.settings(OPERATOR, seed=seed))


async def test_a_password_lets_nobody_in(bus: GuardedNats) -> None:
    with pytest.raises(Misconfigured, match="does not let this user in"):
        await look(bus.settings(OPERATOR, seed=None, user="operator", password="operator"))


async def test_who_speaks_plain_text_is_told_nothing(bus: GuardedNats) -> None:
    with pytest.raises(BrokerAway):
        await look(bus.settings(OPERATOR, ca=None))

    reader, writer = await asyncio.open_connection("127.0.0.1", bus.port)
    writer.write(b'CONNECT {"verbose":true}\r\nPING\r\n')
    assert b"INFO" not in await reader.read()
    writer.close()


async def test_a_server_that_another_authority_vouches_for_is_not_believed(
    bus: GuardedNats, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match="not to be believed"):
        await look(bus.settings(OPERATOR, ca=Authority(tmp_path / "other").file))


async def test_a_server_without_tls_is_told_no_identity_and_no_word(tmp_path: Path) -> None:
    plain = GuardedNats(tmp_path / "plain")
    await plain.start()
    try:
        settings = BusSettings(plain.url, seed=plain.seeds[OPERATOR], ca=Authority(tmp_path / "ca").file)
        with pytest.raises(Misconfigured) as refusal:
            await look(settings)
    finally:
        plain.kill()

    assert str(refusal.value) == Refusal.NO_TLS.value
