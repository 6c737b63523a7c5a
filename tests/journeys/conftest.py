"""One running product for the journeys, on each database; every journey uses people of its own."""

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import TestClock
from tests.guarded import GuardedNats
from tests.journeys import product as products
from tests.stack import SERVICES, Mail, Stack, running

MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # ten in the morning in Los Angeles

Post = Callable[..., Mapping[str, Any]]


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """The whole product, running on one of the two databases."""
    folder = Path(tempfile.mkdtemp(prefix="practice-journeys-"))
    urls = _postgres_urls(request) if request.param == "postgresql" else {}
    yield from running(folder / "data", **urls)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[GuardedNats]:
    """A NATS server where each service may do what it needs and nothing else, as deployed."""
    server = GuardedNats(tmp_path / "nats")
    await server.start()
    yield server
    server.kill()


@pytest.fixture
async def product(
    tmp_path: Path, nats: GuardedNats, database_url: Callable[[str], Awaitable[str]]
) -> AsyncIterator[products.Product]:
    urls = {service: await database_url(service) for service in SERVICES}
    async with products.running(tmp_path, nats, urls, TestClock(MONDAY)) as made:
        yield made


@pytest.fixture
def website(stack: Stack) -> Iterator[httpx.Client]:
    """The practice's website, with its key."""
    headers = {"Authorization": f"Bearer {stack.site_key}"}
    with httpx.Client(base_url=stack.url("intake"), headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def person() -> str:
    """An address that nobody else in these tests has."""
    return f"sam-{uuid.uuid4().hex[:10]}@example.org"


def asked(email: str, **said: object) -> Mapping[str, object]:
    """A consultation request that shows only what matters."""
    return {
        "name": "Sam Rivera",
        "email": email,
        "contact": {"email_ok": True},
        "for": "self",
        "state": "CA",
        "age": 34,
        "unit": "individual",
        "concerns": ["grief_loss"],
        "preferences": {"format": "online"},
    } | said


def until_mails_about(stack: Stack, accepted: Mapping[str, Any], email: str, subjects: int) -> list[Mail]:
    """Waits until so many mails to this person or about this reference have come; gives them."""

    def about(mails: Any) -> list[Mail]:
        return [mail for mail in mails if mail.to == email or accepted["reference"] in mail.subject]

    return about(stack.until_mails(lambda mails: len(about(mails)) >= subjects))


def _postgres_urls(request: pytest.FixtureRequest) -> Mapping[str, str]:
    server: str = request.getfixturevalue("postgres_url")
    import asyncio

    urls = {}
    for service in SERVICES:
        name = f"j_{service}_{uuid.uuid4().hex[:8]}"
        asyncio.run(_create(server, name))
        base, _, query = server.replace("postgresql://", "postgresql+asyncpg://").partition("?")
        urls[f"{service.upper()}_DATABASE_URL"] = f"{base.rsplit('/', 1)[0]}/{name}" + (
            f"?{query}" if query else ""
        )
    return urls


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
