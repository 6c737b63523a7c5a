"""A message that makes no sense is parked, on every subject that a service listens to, and holds up nobody.

Each service is whole, beside a real NATS server, and hears by the consumers that it has in the field.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import nats as nats_client
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.intake.app import create_app as create_intake
from services.intake.handlers import LISTENERS as HEARD_BY_INTAKE
from services.intake.handlers import Receipt
from services.intake.settings import IntakeSettings
from services.matching.app import create_app as create_matching
from services.matching.handlers import LISTENERS as HEARD_BY_MATCHING
from services.matching.settings import MatchingSettings
from services.notifications.app import create_app as create_notifications
from services.notifications.handlers import LISTENERS as HEARD_BY_NOTIFICATIONS
from services.notifications.settings import NotificationsSettings
from services.resources.app import create_app as create_resources
from services.resources.handlers import LISTENERS as HEARD_BY_RESOURCES
from services.resources.settings import ResourcesSettings
from shared.clock import utc_now
from shared.contracts.base import Fact
from shared.contracts.intake import PersonErased
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging import dead_letters, outbox
from shared.messaging.bus import BusSettings
from shared.messaging.listen import Listener
from shared.messaging.provision import provision
from shared.messaging.tables import dead_letters as letters
from shared.messaging.tables import inbox
from shared.messaging.topology import SERVICES, durable_name
from tests.conftest import NatsServer
from tests.intake.builders import ADDRESS_KEY, NOW, PRACTICE_DIR, key
from tests.intake.readying import reached
from tests.intake.test_endings import SAID, a_fact
from tests.intake.test_safety_ladder import sent
from tests.matching.test_repeats import EVERY_FACT as SAID_TO_MATCHING
from tests.notifications.test_repeats import EVERY_FACT as SAID_TO_NOTIFICATIONS
from tests.resources.builders import EVERY_FACT as SAID_TO_RESOURCES

LINK_KEY = "a-link-key-of-the-tests-long-enough-to-be-one"
TOLD: Mapping[str, Mapping[str, str]] = {
    "intake": {
        "INTAKE_VAULT_KEYS": key("k1"),
        "INTAKE_ADDRESS_KEY": ADDRESS_KEY,
        "INTAKE_LINK_KEYS": LINK_KEY,
    },
    "matching": {"MATCHING_LINK_KEYS": LINK_KEY},
    "notifications": {
        "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1",
        "MATCHING_LINK_KEYS": LINK_KEY,
        "INTAKE_LINK_KEYS": LINK_KEY,
        "RESOURCES_LINK_KEYS": LINK_KEY,
    },
    "resources": {"RESOURCES_LINK_KEYS": LINK_KEY},
}
LISTENERS: Mapping[str, Sequence[Listener[Any]]] = {
    "intake": HEARD_BY_INTAKE,
    "matching": HEARD_BY_MATCHING,
    "notifications": HEARD_BY_NOTIFICATIONS,
    "resources": HEARD_BY_RESOURCES,
}
NOBODYS = Receipt("q-1", "p-1", "R-00001", NOW)
GOOD: Mapping[str, Sequence[Fact]] = {
    "intake": [*(a_fact(kind, "q-1", 2) for kind in SAID), reached(NOBODYS), sent("q-1", 1, "dana")],
    "matching": SAID_TO_MATCHING,
    "notifications": SAID_TO_NOTIFICATIONS,
    "resources": SAID_TO_RESOURCES,
}
MAKE: Mapping[str, Callable[[Mapping[str, str]], FastAPI]] = {
    "intake": lambda told: create_intake(IntakeSettings.read(told)),
    "matching": lambda told: create_matching(MatchingSettings.read(told)),
    "notifications": lambda told: create_notifications(NotificationsSettings.read(told)),
    "resources": lambda told: create_resources(ResourcesSettings.read(told)),
}
PATIENCE_SECONDS = 90
SOMEBODY_ELSE = "00000000-0000-4000-8000-000000000009"
NO_FIELD: object = [{}, "?"]  # neither a word, a number, a time, nor a list of any of them

Sent = Mapping[str, set[str]]  # ids of messages, by the consumer that they are for


def broken(good: Fact) -> Iterator[bytes]:
    """No text; no object; nothing said; and this very fact, with rubbish in one field after the other."""
    yield b"\xff\x00 no text at all"
    yield b'["no object"]'
    yield b"{}"
    said = json.loads(good.model_dump_json())
    for name in said:
        yield json.dumps(said | {name: NO_FIELD}).encode()
    yield json.dumps(said | {"version": 0}).encode()


def good_one(fact: Fact) -> bytes:
    """As it is; but who is erased is nobody else's, since a letter about them would be forgotten."""
    if isinstance(fact, PersonErased):
        fact = fact.model_copy(update={"request_ids": (SOMEBODY_ELSE,), "person_id": SOMEBODY_ELSE})
    return fact.model_dump_json().encode()


def one_of_each(service: str) -> Sequence[Fact]:
    return list({type(fact): fact for fact in GOOD[service]}.values())


async def send(nats: NatsServer, service: str) -> tuple[Sent, Sent]:
    """To each of its subjects much that is broken, and behind it one good message."""
    bad: dict[str, set[str]] = {}
    good: dict[str, set[str]] = {}
    client = await nats_client.connect(nats.url)
    ids, stream = RandomIds(), client.jetstream()
    for fact in one_of_each(service):
        consumer = durable_name(service, type(fact))
        for payload in (*broken(fact), None):
            id_, whole = ids.new(), good_one(fact)
            (good if payload is None else bad).setdefault(consumer, set()).add(id_)
            headers = outbox.cloud_event_headers(fact, id_, utc_now())
            await stream.publish(fact.subject(), whole if payload is None else payload, headers=headers)
    await client.close()
    return bad, good


async def handled(database: Database) -> Sent:
    async with database.reading() as tx:
        return by_consumer(await tx.execute(sa.select(inbox.c.consumer, inbox.c.event_id)))


async def parked(database: Database) -> Sent:
    """What is a dead letter because it could not be read; anything else that is parked is a failure."""
    async with database.reading() as tx:
        rows = list(await tx.execute(sa.select(letters.c.consumer, letters.c.event_id, letters.c.why)))
        assert len(await dead_letters.listed(tx)) == len(rows)
    assert {row.why for row in rows} <= {"unreadable"}
    return by_consumer(rows)


def by_consumer(rows: Iterable[Any]) -> Sent:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.consumer, set()).add(row.event_id)
    return found


async def until(found: Callable[[], Awaitable[Sent]], wanted: Sent) -> None:
    """Waits until it is so; whatever it is at the end is shown."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await found() != wanted:
                await asyncio.sleep(0.1)
    assert await found() == wanted


@pytest.mark.parametrize("service", SERVICES)
def test_a_good_message_of_every_subject_is_tried(service: str) -> None:
    assert {type(fact) for fact in GOOD[service]} == {each.fact for each in LISTENERS[service]}


@pytest.mark.timeout(200)
@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("service", SERVICES)
async def test_broken_messages_on_every_subject_are_parked_and_the_good_one_behind_them_is_handled(
    service: str, nats: NatsServer, database_url: Callable[[str], Awaitable[str]]
) -> None:
    await provision(BusSettings(nats.url), {service: [each.fact for each in LISTENERS[service]]})
    bad, good = await send(nats, service)
    app = MAKE[service](
        {
            **TOLD[service],
            f"{service.upper()}_DATABASE_URL": await database_url(service),
            "PRACTICE_CONFIG_DIR": str(PRACTICE_DIR),
            "PRACTICE_NATS_URL": nats.url,
        }
    )
    database: Database = app.state.database
    async with app.router.lifespan_context(app):
        await until(lambda: handled(database), good)
        await until(lambda: parked(database), bad)
