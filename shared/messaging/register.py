"""The house's subscribers on FastStream: the only place that makes any.

FastStream's defaults terminate a message whose handler raises once, declare streams anew and make missing
consumers; here acknowledgement is manual, nothing is declared, and a message that cannot be read is parked.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import nats.errors
from faststream import BaseMiddleware
from faststream.middlewares import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.aio.msg import Msg

from shared.clock import Clock
from shared.contracts.base import Fact
from shared.database import Database
from shared.errors import Misconfigured
from shared.logs import described, get_logger
from shared.messaging.ask import Answerer
from shared.messaging.dead_letters import Letter
from shared.messaging.listen import Receiver
from shared.messaging.retry import Again, Verdict
from shared.messaging.rights import inbox_prefix
from shared.messaging.topology import stream_name

log = get_logger(__name__)
LONGEST_ID = 64  # what the inbox and a dead letter can hold
_delivered: ContextVar[Msg] = ContextVar("delivered")  # as a parameter it would cost a thread a message


def declare_facts(broker: NatsBroker, facts: Sequence[type[Fact]]) -> None:
    """Describes what the service announces, for its AsyncAPI document."""
    for fact in facts:
        broker.publisher(
            fact.subject(),
            stream=JStream(stream_name(fact.service), declare=False),
            title=fact.subject(),
            description=(fact.__doc__ or "").strip(),
            schema=fact,
        )


def register_receiver(broker: NatsBroker, service: str, receiver: Receiver[Any], pull: PullSub) -> Any:
    """Makes the pull subscriber of one consumer; gives FastStream's subscriber."""
    fact = receiver.listener.fact

    async def receive(event: Any) -> None:
        message = _delivered.get()
        letter = letter_of(receiver, message)
        await _settle(message, await receiver.receive(fact.model_validate(event), letter))

    receive.__annotations__ = {"event": fact, "return": None}  # for the AsyncAPI document
    subscriber = broker.subscriber(
        fact.subject(),
        durable=receiver.consumer,
        stream=JStream(stream_name(fact.service), declare=False),
        pull_sub=pull,
        ack_policy=AckPolicy.MANUAL,
        inbox_prefix=f"{inbox_prefix(service)}.".encode(),
        title=f"{service}: {fact.subject()}",
        description=(receiver.listener.handle.__doc__ or fact.__doc__ or "").strip(),
    )
    subscriber(receive)
    return subscriber


def register_answerer(
    broker: NatsBroker,
    service: str,
    answerer: Answerer[Any],
    database: Database,
    clock: Clock,
    given: Mapping[str, Any],
) -> None:
    """Makes the core subscription that answers one kind of question; replicas share the work."""
    missing = [name for name in answerer.needs if name not in given]
    if missing:
        raise Misconfigured(f"{answerer.answer.__name__} needs {', '.join(missing)}")
    needed = {name: given[name] for name in answerer.needs}

    async def respond(question: Any) -> Any:
        asked = answerer.question.model_validate(question)
        return await answerer.answer(asked, database, clock(), **needed)

    respond.__annotations__ = {"question": answerer.question}  # for the AsyncAPI document
    broker.subscriber(
        answerer.question.subject(),
        queue=f"answers-{service}",
        title=f"{service}: {answerer.question.subject()}",
        description=(answerer.question.__doc__ or "").strip(),
        ack_policy=AckPolicy.MANUAL,
    )(respond)


class Guard(BaseMiddleware[Any, Any]):
    """Parks what could not be read: decoding and validation fail before any handler is called."""

    receivers: Mapping[str, Receiver[Any]] = {}

    async def on_receive(self) -> None:
        _delivered.set(self.msg)

    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: Any = None,
    ) -> bool | None:
        if exc_val is None or not isinstance(exc_val, Exception) or self.msg is None:
            return False
        receiver = self.receivers.get(self.msg.subject)
        if receiver is None:
            log.error("ask.failed", subject=self.msg.subject, **described(exc_val))
            return True
        await _settle(self.msg, await receiver.unreadable(letter_of(receiver, self.msg), exc_val))
        return True


def guard_of(receivers: Mapping[str, Receiver[Any]]) -> type[Guard]:
    """The middleware for one service's receivers, by subject."""
    return type("ServiceGuard", (Guard,), {"receivers": receivers})


def letter_of(receiver: Receiver[Any], message: Msg) -> Letter:
    """The message as it came, in what a database can hold; an id too long is its place in the stream."""
    headers = {name: _printable(value) for name, value in (message.headers or {}).items()}
    place = f"{stream_name(receiver.listener.fact.service)}:{message.metadata.sequence.stream}"
    event_id = headers.get("ce-id", "")
    return Letter(
        consumer=receiver.consumer,
        subject=message.subject,
        event_id=event_id if 0 < len(event_id) <= LONGEST_ID else place,
        headers=headers,
        payload=message.data,
        attempts=message.metadata.num_delivered,
    )


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


async def _settle(message: Msg, verdict: Verdict) -> None:
    with suppress(nats.errors.Error):  # not connected: it is delivered again, and the inbox knows it
        if isinstance(verdict, Again):
            await message.nak(delay=verdict.delay.total_seconds())
        else:
            await message.ack()
