"""Notifications put together: from a fact on a real broker to a mail at a real server."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI

from services.notifications import storage
from services.notifications.app import create_app, desk_of, quiet_hours
from services.notifications.handlers import LISTENERS
from services.notifications.press import mail_domain
from services.notifications.settings import NotificationsSettings
from shared import runtime
from shared.clock import utc_now
from shared.contracts import FACTS
from shared.contracts.intake import ContactsAnswered, ContactsAsked, RequestsAnswered, RequestsAsked
from shared.contracts.matching import ClinicianChanged
from shared.contracts.notifications import MailFact
from shared.errors import Misconfigured
from shared.messaging.ask import answer
from shared.messaging.bus import BusSettings
from shared.messaging.outbox import announce
from shared.messaging.provision import provision
from shared.practice import ClockSpan
from shared.runtime import Parts
from shared.settings import ServiceSettings
from tests.conftest import NatsServer
from tests.notifications.answers import Answers
from tests.notifications.builders import (
    FOLDER,
    INTAKE_LINK_KEY,
    LINK_KEY,
    RESOURCES_LINK_KEY,
    practice,
    someone,
)
from tests.notifications.facts import consultation_requested
from tests.notifications.mail_servers import MailServerDouble

LINK_KEYS = {
    "MATCHING_LINK_KEYS": LINK_KEY,
    "INTAKE_LINK_KEYS": INTAKE_LINK_KEY,
    "RESOURCES_LINK_KEYS": RESOURCES_LINK_KEY,
}


def test_every_fact_of_the_others_is_listened_to_but_for_the_roster() -> None:
    others = {fact for fact in FACTS if not issubclass(fact, MailFact)}

    assert {one.fact for one in LISTENERS} == others - {ClinicianChanged}
    assert len(LISTENERS) == len(others) - 1


@pytest.mark.parametrize("missing", ["NOTIFICATIONS_SMTP_URL", *LINK_KEYS])
def test_a_service_without_a_mail_server_or_keys_for_its_links_says_so(missing: str) -> None:
    environ = {"NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:25"} | LINK_KEYS

    with pytest.raises(Misconfigured, match=f"{missing} is not set"):
        NotificationsSettings.read({name: value for name, value in environ.items() if name != missing})


@pytest.mark.parametrize("weak", LINK_KEYS)
def test_a_service_does_not_start_on_a_weak_link_key_and_never_repeats_it(weak: str) -> None:
    settings = NotificationsSettings.read(
        {
            "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:25",
            "NOTIFICATIONS_DATABASE_URL": "sqlite+aiosqlite://",
            "PRACTICE_CONFIG_DIR": str(FOLDER),
            **LINK_KEYS,
            weak: "too-short",
        }
    )

    with pytest.raises(Misconfigured, match=weak) as refused:
        create_app(settings)

    assert "too-short" not in str(refused.value)
    assert "too-short" not in repr(settings)


def test_a_service_refuses_to_start_when_mail_would_travel_in_plain_text() -> None:
    settings = NotificationsSettings.read(
        {
            "NOTIFICATIONS_SMTP_URL": "smtp://mail.example.org:25",
            **LINK_KEYS,
            "NOTIFICATIONS_DATABASE_URL": "sqlite+aiosqlite://",
            "PRACTICE_CONFIG_DIR": str(FOLDER),
        }
    )

    with pytest.raises(Misconfigured, match="only for this machine"):
        create_app(settings)


def test_what_everybody_can_see_carries_the_discreet_domain() -> None:
    assert mail_domain(practice()) == practice().discreet_from.split("@")[1]


def test_the_desk_is_the_practices() -> None:
    desk = desk_of(practice())

    assert [one.id for one in desk.coordinators] == [one.id for one in practice().coordinators]
    assert desk.on_call == practice().on_call


def test_quiet_hours_that_open_when_they_close_are_none() -> None:
    always_open = ClockSpan(from_=datetime(2026, 1, 1).time(), to=datetime(2026, 1, 1).time())
    clocks = practice().clocks.model_copy(update={"quiet_hours": always_open})

    assert quiet_hours(practice()).hours is not None
    assert quiet_hours(practice().model_copy(update={"clocks": clocks})).hours is None


class IntakeSettings(ServiceSettings):
    service: str = "intake"
    port: int = 0


def intake_that_knows(people: Answers) -> Callable[[object], Parts]:
    """Intake, as far as notifications can see it."""

    @answer(ContactsAsked)
    async def contacts(question: ContactsAsked, database: object, now: object) -> ContactsAnswered:
        return ContactsAnswered.model_validate(await people(question, ContactsAnswered))

    @answer(RequestsAsked)
    async def requests(question: RequestsAsked, database: object, now: object) -> RequestsAnswered:
        return RequestsAnswered.model_validate(await people(question, RequestsAnswered))

    return lambda _house: Parts(answers=(contacts, requests))


async def test_a_request_is_acknowledged_within_a_moment(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer, server: MailServerDouble
) -> None:
    await provision(BusSettings(nats.url), {"notifications": [one.fact for one in LISTENERS]})
    people = Answers(*(someone(f"request-{number}") for number in range(20)))
    shared = {"PRACTICE_NATS_URL": nats.url, "PRACTICE_CONFIG_DIR": str(FOLDER)}
    settings = NotificationsSettings.read(
        shared
        | {
            "NOTIFICATIONS_DATABASE_URL": await database_url("notifications"),
            "NOTIFICATIONS_SMTP_URL": server.url,
            **LINK_KEYS,
        }
    )
    intake_settings = IntakeSettings.read(shared | {"INTAKE_DATABASE_URL": await database_url("messaging")})
    app, intake = create_app(settings), runtime.build(intake_settings, intake_that_knows(people))

    async with app.router.lifespan_context(app), intake.router.lifespan_context(intake):
        await ready(app)
        seconds = []
        for number in range(20):
            async with intake.state.database.transaction() as tx:
                request = consultation_requested(f"request-{number}", received_at=utc_now())
                await announce(tx, [request], now=utc_now())
            began = time.perf_counter()
            while len(server.taken) <= number:
                assert time.perf_counter() - began < 10
                await asyncio.sleep(0.001)
            seconds.append(time.perf_counter() - began)
        async with app.state.database.reading() as tx:
            counts = await storage.count_by_state(tx)

    assert server.recipients == [f"request-{number}@example.org" for number in range(20)]
    assert counts.get("sent", 0) >= 19  # the last one may still be being recorded
    assert sorted(seconds)[10] < 0.5


async def ready(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://notifications") as client:
        for _ in range(400):
            if (await client.get("/readyz")).status_code == 200:
                return
            await asyncio.sleep(0.025)
    pytest.fail("notifications did not become ready")
