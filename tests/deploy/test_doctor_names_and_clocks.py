"""What the doctor says of the names of servers, and of clocks."""

import asyncio
import socket
from datetime import timedelta

import pytest

from deploy.checks.clocks import clocks
from deploy.checks.names import hosts_in, known, names
from shared.clock import utc_now
from shared.messaging.bus import BusSettings
from shared.messaging.provision import provision
from tests.conftest import NatsServer, TestClock
from tests.deploy.round import environ, given, problems, warnings


async def test_a_name_that_is_known_is_well() -> None:
    assert await known("localhost", "PRACTICE_NATS_URL") is None


async def test_a_name_that_nobody_knows_is_a_problem_that_names_its_setting() -> None:
    async def nobody(_host: str) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "nobody knows")

    found = await known("nast", "PRACTICE_NATS_URL", nobody)

    assert found is not None
    assert (found.level, found.what) == ("problem", "PRACTICE_NATS_URL names nast, which nobody knows")


async def test_a_resolver_that_is_away_or_silent_leaves_a_name_unknown() -> None:
    async def away(_host: str) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    async def silent(_host: str) -> object:
        return await asyncio.Event().wait()

    found = [await known("nats", "PRACTICE_NATS_URL", each, patience=0.01) for each in (away, silent)]

    assert [each and each.level for each in found] == ["warning", "warning"]


def test_every_setting_that_names_a_host_is_looked_at() -> None:
    said = environ(
        PRACTICE_NATS_URL="nats://n1:4222,nats://n2:4222",
        INTAKE_DATABASE_URL="postgresql+asyncpg://u:p@postgres/intake",
        NOTIFICATIONS_SMTP_URL="smtps://u:p@smtp.example.org",
        NOTIFICATIONS_IMAP_URL="imaps://u@imap.example.org",
        MATCHING_PUBLIC_URL="https://care.example.org",
        RESOURCES_PUBLIC_URL="https://192.0.2.1",
    )

    assert hosts_in(said) == {
        "n1": "PRACTICE_NATS_URL",
        "n2": "PRACTICE_NATS_URL",
        "postgres": "INTAKE_DATABASE_URL",
        "smtp.example.org": "NOTIFICATIONS_SMTP_URL",
        "imap.example.org": "NOTIFICATIONS_IMAP_URL",
        "care.example.org": "MATCHING_PUBLIC_URL",
    }


async def test_where_no_setting_names_a_host_nothing_is_looked_up() -> None:
    assert [each.level for each in await names(given())] == ["ok"]


@pytest.mark.parametrize(("apart", "level"), [(2, "ok"), (-60, "problem"), (60, "problem")])
async def test_clocks_that_differ_are_a_problem(nats: NatsServer, apart: int, level: str) -> None:
    await provision(BusSettings(nats.url), {})
    clock = TestClock(utc_now() + timedelta(seconds=apart))

    [found] = await clocks(given(environ(PRACTICE_NATS_URL=nats.url), clock=clock))

    assert found.level == level
    assert "the broker" in found.what


async def test_a_databases_clock_is_looked_at_as_well(nats: NatsServer, postgres_url: str) -> None:
    await provision(BusSettings(nats.url), {})
    url = postgres_url.replace("postgresql://", "postgresql+asyncpg://")
    said = environ(PRACTICE_NATS_URL=nats.url, MATCHING_DATABASE_URL=url)

    [well] = await clocks(given(said))
    found = await clocks(given(said, clock=TestClock(utc_now() + timedelta(minutes=5))))

    assert "the database of matching" in well.what
    assert [("the broker" in each, "the database of matching" in each) for each in problems(found)] == [
        (True, False),
        (False, True),
    ]


async def test_a_broker_that_is_away_does_not_hide_a_databases_clock(postgres_url: str) -> None:
    url = postgres_url.replace("postgresql://", "postgresql+asyncpg://")
    said = environ(PRACTICE_NATS_URL="nats://127.0.0.1:1", MATCHING_DATABASE_URL=url)

    found = await clocks(given(said, clock=TestClock(utc_now() + timedelta(minutes=5))))

    assert len(warnings(found)) == 1
    assert len(problems(found)) == 1
