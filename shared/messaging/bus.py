"""One service's connection to NATS, through FastStream.

HTTP never waits for it: `start` returns at once and a task connects, however long that takes. Subscribers run
only while their consumers exist, since FastStream would make a missing one with defaults that lose messages.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import nats.errors
from faststream.exceptions import FastStreamException
from faststream.nats import NatsBroker, PullSub
from nats.aio.client import ErrorCallback
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from shared.clock import Clock
from shared.contracts import FACTS
from shared.contracts.base import Ask, Plain
from shared.database import Database
from shared.errors import Defect, Retryable
from shared.ids import Ids
from shared.logs import described, get_logger
from shared.messaging import dead_letters, outbox
from shared.messaging.ask import Answerer
from shared.messaging.entrance import BusSettings, Refusal, refusal_in, security_of
from shared.messaging.listen import AT_ONCE, Listener, Receiver
from shared.messaging.register import declare_facts, guard_of, register_answerer, register_receiver
from shared.messaging.relay import Relay, Stored
from shared.messaging.retry import Done
from shared.messaging.rights import inbox_prefix
from shared.messaging.topology import stream_name
from shared.tasks import ended

log = get_logger(__name__)
A = TypeVar("A", bound=Plain)

PUBLISH_TIMEOUT_SECONDS = 5.0
ASK_TIMEOUT_SECONDS = 3.0
LOOK_TIMEOUT_SECONDS = 1.0
SUPERVISE_EVERY_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.25
DRAIN_SECONDS = 10.0
PULL = PullSub(batch_size=AT_ONCE, timeout=5)  # finite: an endless pull stalls after a server restart


class Bus:
    """Publishes, listens, asks and answers for one service."""

    def __init__(
        self, service: str, settings: BusSettings, database: Database, clock: Clock, ids: Ids
    ) -> None:
        self.service = service
        self._database, self._clock, self._ids = database, clock, ids
        self.relay = Relay(database, self, clock, ids)
        self.receivers: dict[str, Receiver[Any]] = {}  # by subject
        self.waiting: dict[str, int] = {}  # messages not finished, by consumer, as seen last
        self.broker = _broker(service, settings, self)
        self._subscribers: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._connected = False
        self._refusal: Refusal | None = None
        self._missing: set[str] = set()

    def register(
        self, listeners: Sequence[Listener[Any]], answers: Sequence[Answerer[Any]], given: Mapping[str, Any]
    ) -> None:
        """Takes the service's handlers and answers; call once, before `start`."""
        declare_facts(self.broker, [fact for fact in FACTS if fact.service == self.service])
        for listener in listeners:
            receiver = Receiver(self.service, listener, self._database, self._clock, self._ids, given)
            subject = listener.fact.subject()
            self.receivers[subject] = receiver
            self._subscribers[subject] = register_receiver(self.broker, self.service, receiver, PULL)
        for answerer in answers:
            register_answerer(self.broker, self.service, answerer, self._database, self._clock, given)

    async def start(self) -> None:
        """Begins to connect; returns at once."""
        self._task = asyncio.create_task(self._run(), name=f"{self.service} bus")

    async def stop(self) -> None:
        """Lets what is being handled finish, then leaves."""
        if self._task:
            await ended(self._task)
        with suppress(nats.errors.Error, FastStreamException, OSError, TimeoutError):
            await asyncio.wait_for(self.broker.stop(), DRAIN_SECONDS)

    async def ask(self, question: Ask, answer: type[A]) -> A:
        """The owner's answer. Raises Retryable when nobody answers in time, Defect when it makes no sense."""
        if not self._connected:
            raise Retryable("not connected to NATS")
        try:
            reply = await self.broker.request(question, question.subject(), timeout=ASK_TIMEOUT_SECONDS)
        except (nats.errors.Error, TimeoutError, FastStreamException) as error:
            raise Retryable(f"nobody answered {question.subject()}") from error
        try:
            return answer.model_validate_json(reply.body)
        except ValidationError:
            raise Defect(f"the answer to {question.subject()} is not what its contract says") from None

    async def publish(self, subject: str, payload: bytes, headers: dict[str, str]) -> Stored:
        """The stream keeps the message. Raises Retryable when it did not say so in time."""
        if not self._connected:
            raise Retryable("not connected to NATS")
        try:
            receipt = await self._stream().publish(
                subject,
                payload,
                timeout=PUBLISH_TIMEOUT_SECONDS,
                stream=stream_name(self.service),
                headers=dict(headers),
            )
        except (nats.errors.Error, TimeoutError) as error:
            raise Retryable("the stream did not take the message") from error
        return Stored(receipt.seq, bool(receipt.duplicate))

    async def stream_created(self) -> str:
        """When this incarnation of the service's own stream was made."""
        if not self._connected:
            raise Retryable("not connected to NATS")
        try:
            found = await self._stream().stream_info(stream_name(self.service))
        except (nats.errors.Error, TimeoutError) as error:
            raise Retryable("the stream is not there") from error
        if found.created is None:
            raise Defect("the server did not say when the stream was made")
        return found.created.isoformat()

    @property
    def connected(self) -> bool:
        """Whether NATS is there at this moment."""
        return self._connected

    async def replay_parked(self) -> None:
        """Handles again the dead letters whose replay an operator asked for."""
        async with self._database.reading() as tx:
            rows = await dead_letters.to_replay(tx)
        for row in rows:
            receiver = self.receivers.get(row["subject"])
            if receiver is None:
                continue
            verdict = await receiver.replay(dead_letters.letter_of(row))
            if isinstance(verdict, Done):
                async with self._database.transaction() as tx:
                    await dead_letters.close(tx, row["id"], "replayed", self._clock())

    async def problems(self) -> list[str]:
        """Why the bus is not usable, as sentences; empty when it really is."""
        if self._refusal:
            return [self._refusal.value]
        if not self._connected:
            return ["not connected to NATS"]
        looks = [self._problem_with(receiver) for receiver in self.receivers.values()]
        return [problem for problem in await asyncio.gather(*looks) if problem]

    async def _problem_with(self, receiver: Receiver[Any]) -> str | None:
        try:
            await asyncio.wait_for(self._consumer(receiver), LOOK_TIMEOUT_SECONDS)
        except NotFoundError:
            return f"consumer {receiver.consumer} is missing: run `practice provision`"
        except (nats.errors.Error, TimeoutError):
            return f"consumer {receiver.consumer} does not answer within a second"
        return None

    async def _run(self) -> None:
        await self.broker.connect()
        await self._now_connected()
        await self._all_there()
        await self.broker.start()
        log.info("bus.started")
        while True:
            await asyncio.sleep(SUPERVISE_EVERY_SECONDS)
            await self._supervise()

    async def _all_there(self) -> None:
        """Waits until somebody has provisioned every consumer of this service."""
        await self._look_for_consumers()
        while self._missing:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await self._look_for_consumers()

    async def _supervise(self) -> None:
        """Stops a subscriber whose consumer is gone, and starts it again when it is back."""
        if not self._connected:
            return
        await self._look_for_consumers()
        for subject, subscriber in self._subscribers.items():
            gone = self.receivers[subject].consumer in self._missing
            if gone and subscriber.running:
                log.error("consumer.missing", consumer=self.receivers[subject].consumer)
                await subscriber.stop()
            elif not gone and not subscriber.running:
                await subscriber.start()

    async def _look_for_consumers(self) -> None:
        for receiver in self.receivers.values():
            try:
                found = await self._consumer(receiver)
            except NotFoundError:
                self._missing.add(receiver.consumer)
                self.waiting.pop(receiver.consumer, None)
            except (nats.errors.Error, TimeoutError):
                self._unsure(receiver)
            else:
                self._missing.discard(receiver.consumer)
                self.waiting[receiver.consumer] = (found.num_pending or 0) + (found.num_ack_pending or 0)

    def _unsure(self, receiver: Receiver[Any]) -> None:
        """No answer is not the same as gone; but nothing may start on it either."""
        if not self._subscribers[receiver.listener.fact.subject()].running:
            self._missing.add(receiver.consumer)

    async def _consumer(self, receiver: Receiver[Any]) -> ConsumerInfo:
        stream = stream_name(receiver.listener.fact.service)
        found: ConsumerInfo = await self._stream().consumer_info(stream, receiver.consumer)
        return found

    def _stream(self) -> JetStreamContext:
        return self.broker.config.broker_config.connection_state.stream

    async def _now_connected(self) -> None:
        self._connected, self._refusal = True, None
        self.relay.forget_stream()
        self._database.signal(outbox.SIGNAL).set()

    async def on_disconnected(self) -> None:
        """Called by the client when the connection is lost."""
        self._connected = False
        log.warning("bus.disconnected")

    async def on_reconnected(self) -> None:
        """Called by the client when the connection is back."""
        await self._now_connected()
        log.info("bus.reconnected")

    async def on_error(self, error: Exception) -> None:
        """Called by the client for errors that belong to no call; a refusal shows only here, told once."""
        refusal = refusal_in(error)
        if refusal:
            if refusal is not self._refusal:
                log.error("bus.refused", why=refusal.name.lower())
            self._refusal = refusal
        elif not isinstance(error, nats.errors.Error | OSError):
            log.warning("bus.error", **described(error))


class _PatientBroker(NatsBroker):
    """FastStream gives up for ever on a refusal; whoever mends the server need not start us anew."""

    def _log_connection_broken(self, error_cb: ErrorCallback | None = None) -> ErrorCallback:
        return error_cb or super()._log_connection_broken()


def _broker(service: str, settings: BusSettings, bus: Bus) -> NatsBroker:
    return _PatientBroker(
        settings.servers,
        name=f"practice-{service}",
        security=security_of(settings),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=10,
        max_outstanding_pings=2,
        inbox_prefix=inbox_prefix(service),
        graceful_timeout=DRAIN_SECONDS,
        logger=None,
        apply_types=False,  # a subscriber reads its one model itself; injection costs more than reading it
        middlewares=[guard_of(bus.receivers)],
        disconnected_cb=bus.on_disconnected,
        reconnected_cb=bus.on_reconnected,
        error_cb=bus.on_error,
    )
