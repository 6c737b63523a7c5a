"""`listen`: how a service hears a fact, with the house's guarantees built in.

    @listen(ConsultationRequested)
    async def on_consultations_requested(events, tx, now, ids, practice): ...

Messages are delivered singly, collected while earlier ones are being handled, and handed over as a list:
one transaction, one inbox insert, one call. A lone message is handled at once. When a list fails it is rolled
back and its messages are tried one by one, so that a bad one costs only itself. A message is acknowledged
after the commit, sent again with a delay, or parked; see `retry`.

A handler takes `events, tx, now, ids` and may name what else it needs; the service gives it by name at start.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from prometheus_client import Counter
from pydantic import ValidationError

from shared import trace
from shared.clock import Clock
from shared.contracts.base import Fact
from shared.database import Database
from shared.errors import Misconfigured, Retryable
from shared.ids import Ids
from shared.logs import described, get_logger
from shared.messaging import dead_letters, inbox
from shared.messaging.collect import Collector
from shared.messaging.dead_letters import Letter
from shared.messaging.retry import DELAYS, SUSPECT_AFTER, TRIES_ALONE, Again, Done, Park, Verdict, verdict_on
from shared.messaging.topology import durable_name

log = get_logger(__name__)
F = TypeVar("F", bound=Fact)
Handler = Callable[..., Awaitable[None]]
had_effect = Counter("practice_facts_total", "Facts that had their effect in this process", ["consumer"])
ALWAYS_GIVEN = ("events", "tx", "now", "ids")
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Listener(Generic[F]):
    """A handler and the fact that it hears."""

    fact: type[F]
    handle: Handler

    @property
    def needs(self) -> tuple[str, ...]:
        """What the handler names beyond `events, tx, now, ids`."""
        return tuple(name for name in inspect.signature(self.handle).parameters if name not in ALWAYS_GIVEN)

    async def __call__(self, *args: Any, **given: Any) -> None:
        """Calls the handler, as its tests do."""
        await self.handle(*args, **given)


def listen(fact: type[F]) -> Callable[[Handler], Listener[F]]:
    """Makes the decorated function the service's handler of this fact."""
    return lambda handle: Listener(fact, handle)


@dataclass(frozen=True, slots=True)
class Arrived(Generic[F]):
    """A fact as it was delivered; `letter` is what is kept when it has to be parked."""

    event: F
    letter: Letter

    @property
    def event_id(self) -> str:
        return self.letter.event_id


class Receiver(Generic[F]):
    """One consumer of one service: from delivered messages to verdicts.

    Raises Misconfigured when the handler needs something that the service does not give.
    """

    def __init__(
        self,
        service: str,
        listener: Listener[F],
        database: Database,
        clock: Clock,
        ids: Ids,
        given: Mapping[str, Any],
    ) -> None:
        missing = [name for name in listener.needs if name not in given]
        if missing:
            raise Misconfigured(f"{listener.handle.__name__} needs {', '.join(missing)}")
        self.consumer = durable_name(service, listener.fact)
        self.listener = listener
        self._database, self._clock, self._ids = database, clock, ids
        self._given = {name: given[name] for name in listener.needs}
        self._collector = Collector(self._take, AT_ONCE)
        self._one_suspect = asyncio.Lock()
        self._answered: set[str] = set()  # sent back by this process: their deliveries are explained

    async def receive(self, event: F, letter: Letter) -> Verdict:
        """What becomes of this delivery; the fact has had its effect when the verdict is Done."""
        if letter.attempts > SUSPECT_AFTER and letter.event_id not in self._answered:
            async with self._one_suspect:
                return await self._alone(Arrived(event, letter))
        verdict = await self._collector.submit(Arrived(event, letter))
        return self._remember(letter.event_id, verdict)

    async def unreadable(self, letter: Letter, error: BaseException) -> Verdict:
        """Parks a message that is not what its contract says."""
        return await self._parked(letter, "unreadable", error)

    async def replay(self, letter: Letter) -> Verdict:
        """Handles a dead letter again, as if it had just been delivered for the first time."""
        try:
            event = self.listener.fact.model_validate_json(letter.payload)
        except ValidationError as error:
            return await self._parked(letter, "unreadable", error)
        return await self._one(Arrived(event, letter))

    async def _take(self, arrived: Sequence[Arrived[F]]) -> Sequence[Verdict]:
        try:
            await self._handle(arrived)
        except Exception as error:
            if len(arrived) > 1:
                return [await self._one(one) for one in arrived]
            return [await self._failed(arrived[0], error)]
        return [Done()] * len(arrived)

    async def _one(self, arrived: Arrived[F]) -> Verdict:
        return (await self._take([arrived]))[0]

    async def _handle(self, arrived: Sequence[Arrived[F]]) -> None:
        now = self._clock()
        facts = {one.event_id: one.event for one in arrived}
        origins = {one.event.correlation: one.letter.headers.get("traceparent", "") for one in arrived}
        with trace.began_with(None, origins):
            async with self._database.transaction() as tx:
                events = await inbox.admit_new(tx, self.consumer, facts, now)
                if events:
                    await self.listener.handle(events, tx, now, self._ids, **self._given)
        had_effect.labels(self.consumer).inc(len(events))

    async def _failed(self, arrived: Arrived[F], error: Exception) -> Verdict:
        verdict = verdict_on(error, arrived.letter.attempts)
        if isinstance(verdict, Park):
            return await self._parked(arrived.letter, verdict.why, error)
        log.warning(
            "message.retried",
            consumer=self.consumer,
            event_id=arrived.event_id,
            attempt=arrived.letter.attempts,
            delay_seconds=verdict.delay.total_seconds(),
            **described(error),
        )
        return verdict

    async def _parked(self, letter: Letter, why: str, error: BaseException | None = None) -> Verdict:
        detail = described(error) if error else {}
        kept = replace(letter, detail=detail)
        try:
            async with self._database.transaction() as tx:
                await dead_letters.park(tx, kept, why, self._clock())
        except Retryable:
            return Again(DELAYS[-1])
        log.error("message.parked", consumer=self.consumer, event_id=letter.event_id, why=why, **detail)
        return Park(why)

    async def _alone(self, arrived: Arrived[F]) -> Verdict:
        """Tries a suspect with a mark in the database first; what ended the process is found by its mark."""
        letter = arrived.letter
        try:
            async with self._database.transaction() as tx:
                tried = await dead_letters.tries_alone(tx, self.consumer, letter.event_id)
                if tried < TRIES_ALONE:
                    marked = replace(letter, attempts=tried + 1)
                    await dead_letters.park(tx, marked, dead_letters.UNFINISHED, self._clock())
            if tried >= TRIES_ALONE:
                return await self._parked(letter, "ends_the_process")
            verdict = await self._one(arrived)
            if not isinstance(verdict, Park):
                async with self._database.transaction() as tx:
                    await dead_letters.unmark(tx, self.consumer, letter.event_id)
        except Retryable:
            verdict = Again(DELAYS[-1])
        return self._remember(letter.event_id, verdict)

    def _remember(self, event_id: str, verdict: Verdict) -> Verdict:
        if isinstance(verdict, Again):
            self._answered.add(event_id)
        else:
            self._answered.discard(event_id)
        return verdict
