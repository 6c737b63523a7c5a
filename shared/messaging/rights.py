"""Who may do what on NATS: the one place from which the server's configuration and its documentation come.

Everybody may do what they need and nothing else. To refuse subscriptions does not protect what a stream
keeps: who may make a consumer may read all of it. So the provisioner makes them, and a service names its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.contracts.base import Ask, Fact
from shared.messaging.topology import SERVICES, durable_name, stream_name

PROVISIONER = "provisioner"  # makes streams and consumers: `practice provision`
OPERATOR = "operator"  # looks whether they are there: `practice doctor`
USERS = (*SERVICES, PROVISIONER, OPERATOR)

HEALTH = "server.health"  # what the server says of itself: above all, whether it can read what it has stored
ANSWER_WITHIN = timedelta(minutes=1)
ANSWERS = 1  # to one question

Listened = Mapping[str, Sequence[type[Fact]]]  # by service: what it listens to
Asked = Mapping[str, Sequence[type[Ask]]]  # by service: what it asks others


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a user may do, and what for."""

    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Rights:
    """All that a user may do. Whoever `answers` may reply to what was asked, once, and not for long."""

    publish: tuple[Right, ...]
    subscribe: tuple[Right, ...]
    answers: bool = False


def rights(listened: Listened, asked: Asked) -> Mapping[str, Rights]:
    """The rights of every user."""
    services = {each: _of_a_service(each, listened.get(each, ()), asked.get(each, ())) for each in SERVICES}
    return services | {PROVISIONER: _of_the_provisioner(listened), OPERATOR: _of_the_operator()}


def inbox_prefix(service: str) -> str:
    """Where the answers to a service's questions and what it fetches arrive; nobody else may listen there."""
    return f"_INBOX_{service}"


def _of_a_service(service: str, listened: Sequence[type[Fact]], asked: Sequence[type[Ask]]) -> Rights:
    own = stream_name(service)
    return Rights(
        publish=(
            Right(f"{service}.>", "announces its facts"),
            *(Right(question.subject(), f"asks {question.service}") for question in asked),
            Right(f"$JS.API.STREAM.INFO.{own}", "sees whether its stream was made anew"),
            *(right for fact in listened for right in _of_a_reader(service, fact)),
        ),
        subscribe=(
            Right(f"ask.{service}.>", "is asked"),
            Right(f"{inbox_prefix(service)}.>", "gets answers, and what it fetches"),
        ),
        answers=True,
    )


def _of_a_reader(service: str, fact: type[Fact]) -> tuple[Right, ...]:
    consumer = f"{stream_name(fact.service)}.{durable_name(service, fact)}"
    return (
        Right(f"$JS.API.CONSUMER.INFO.{consumer}", "sees whether its consumer is there"),
        Right(f"$JS.API.CONSUMER.MSG.NEXT.{consumer}", "fetches from its consumer"),
        Right(f"$JS.ACK.{consumer}.>", "says what it has handled"),
    )


def _of_the_provisioner(listened: Listened) -> Rights:
    consumers = [
        f"{stream_name(fact.service)}.{durable_name(service, fact)}"
        for service, facts in listened.items()
        for fact in facts
    ]
    streams = _each("STREAM", _STREAMS, list(map(stream_name, SERVICES)))
    made = (*streams, *_each("CONSUMER", _CONSUMERS, consumers))
    return Rights(publish=(_HEALTH, *made), subscribe=(_INBOX,))


def _each(kind: str, verbs: Mapping[str, str], names: Sequence[str]) -> Sequence[Right]:
    return [Right(f"$JS.API.{kind}.{verb}.{name}", why) for name in names for verb, why in verbs.items()]


def _of_the_operator() -> Rights:
    return Rights(
        publish=(
            _HEALTH,
            Right("$JS.API.INFO", "sees whether JetStream is on, and how full it is"),
            Right("$JS.API.STREAM.INFO.*", "sees a stream's settings and counts"),
            Right("$JS.API.CONSUMER.INFO.*.*", "sees a consumer's settings and counts"),
        ),
        subscribe=(_INBOX,),
    )


_STREAMS = {"CREATE": "makes it", "UPDATE": "brings its settings up to date", "INFO": "looks at it"}
_CONSUMERS = {"DURABLE.CREATE": "makes it, or brings its settings up to date", "INFO": "looks at it"}
_HEALTH = Right(HEALTH, "sees whether the server can read what it has stored")
_INBOX = Right("_INBOX.>", "gets answers")
