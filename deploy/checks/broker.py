"""NATS: it lets us in, its streams and consumers are as they should be, and messages get through."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.checks.places import brokers, is_this_machine
from deploy.house import bus_settings, listened, replicas_of
from shared.messaging.examine import ConsumerSeen, Examined, StreamSeen, examine, may_do_too_much
from shared.messaging.visit import look

FILLING, FULL = 0.8, 0.95
STANDS_FOR = timedelta(minutes=15)
PROVISION = "run `practice provision`"


async def broker(given: Round) -> Sequence[Finding]:
    """NATS lets us in, and JetStream is on."""
    seen = await look(bus_settings(given.environ))
    return [well("nats", f"JetStream of {seen.version.strip('<>')} answers")]


async def rights(given: Round) -> Sequence[Finding]:
    """The user that looks may do no more than look: shown by trying what it must not."""
    settings = bus_settings(given.environ)
    if settings.seed is None and settings.user is None:
        if all(is_this_machine(place.host) for place in brokers(given.environ)):
            return [well("nats rights", "NATS asks for no user, and is reached from this machine alone")]
        what = "NATS is used without a user"
        why = "whoever reaches it may read and delete every message"
        return [wrong("nats rights", what, why, "give each service its own seed: PRACTICE_NATS_SEED_FILE")]
    if await may_do_too_much(settings):
        what = "the user of this command may empty streams; it needs only to look"
        why = "one slip, or whoever takes this seed, could delete messages that nobody handled yet"
        do = "give it the seed of the user `operator`, and the server the rights that docs/rights.md lists"
        return [wrong("nats rights", what, why, do)]
    return [well("nats rights", "what this user must not do, NATS does not let it do")]


async def streams(given: Round) -> Sequence[Finding]:
    """Every stream and consumer is there, is as configured, has room, and is worked off."""
    seen = await examine(bus_settings(given.environ), listened(), replicas=replicas_of(given.environ))
    return judged(seen, given.clock())


def judged(seen: Examined, now: datetime) -> Sequence[Finding]:
    """What to think at this moment of what was seen."""
    return [*_streams(seen), *_consumers(seen, now)]


def _streams(seen: Examined) -> Sequence[Finding]:
    found = [each for stream in seen.streams for each in _of_a_stream(stream)]
    if seen.missing_streams:
        why = "the broker is new, or its store was lost or cannot be read: facts wait in the outboxes"
        found.insert(0, wrong("streams", f"missing: {', '.join(seen.missing_streams)}", why, PROVISION))
    return found or [well("streams", f"all {len(seen.streams)} are there and as configured")]


def _of_a_stream(stream: StreamSeen) -> Iterator[Finding]:
    if stream.differs:
        what = f"{stream.name} is not as configured: {'; '.join(stream.differs)}"
        why = "it may lose messages, or refuse them, in a way that nobody planned"
        yield wrong("streams", what, why, f"{PROVISION}: it sets them again and deletes nothing")
    if stream.behind:
        what = f"{stream.name}: {', '.join(stream.behind)} of the cluster has not all of it"
        why = "another server lost now could mean messages lost"
        yield doubtful("streams", what, why, "look whether that server of NATS runs and has room on its disk")
    if stream.strangers:
        what = f"{stream.name} has {stream.strangers} consumers that no service listens with"
        why = "one may be left from older code; one may read along"
        yield doubtful(
            "streams", what, why, f"list them with `nats consumer ls {stream.name}`, as provisioner"
        )
    share = stream.bytes / stream.max_bytes if stream.max_bytes > 0 else 0.0
    if share >= FILLING:
        what = f"{stream.name} is {share:.0%} full"
        why = "a full stream takes no more messages; they wait in the outbox of its service"
        do = "look at the consumers that are behind; what is 14 days old goes by itself"
        yield (wrong if share >= FULL else doubtful)("streams", what, why, do)


def _consumers(seen: Examined, now: datetime) -> Sequence[Finding]:
    found = [each for consumer in seen.consumers for each in _of_a_consumer(consumer, now)]
    if seen.missing_consumers:
        what = f"missing: {', '.join(seen.missing_consumers)}"
        why = "one was deleted, or newer code listens to more: its service hears nothing of it"
        found.insert(0, wrong("consumers", what, why, PROVISION))
    return found or [well("consumers", f"all {len(seen.consumers)} are there, and none stands still")]


def _of_a_consumer(consumer: ConsumerSeen, now: datetime) -> Iterator[Finding]:
    if consumer.differs:
        what = f"{consumer.name} is not as configured: {'; '.join(consumer.differs)}"
        why = "messages may come too late, too often or not at all"
        yield wrong("consumers", what, why, PROVISION)
    if not consumer.stands:
        return
    waits = f"{consumer.waiting + consumer.unfinished} messages wait for {consumer.name}"
    last = consumer.handled_at
    since = f"the last was handled at {last:%Y-%m-%d %H:%M} UTC" if last else "none was ever handled"
    fresh = last is not None and now - last < STANDS_FOR
    being_tried = consumer.waiting == 0  # delivered, and tried again now and then
    yield (doubtful if fresh or being_tried else wrong)(
        "consumers",
        f"{waits}; {since}",
        f"{consumer.service} is not running, or cannot do what they ask for; none of them is lost",
        f"look whether {consumer.service} is ready, and at the end of its log",
    )
