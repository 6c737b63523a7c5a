"""The service whole: what it must be told, and that it takes requests in while the bus is away."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from fastapi import FastAPI

from services.intake import storage
from services.intake.app import create_app
from services.intake.handlers import LISTENERS
from services.intake.settings import IntakeSettings, admission_rules
from shared.errors import Misconfigured
from shared.messaging.bus import BusSettings
from shared.messaging.provision import provision
from tests.conftest import NatsServer
from tests.intake.builders import ADDRESS_KEY, NOW, PRACTICE_DIR, key

NOWHERE = "nats://127.0.0.1:1"
TOLD = {
    "INTAKE_VAULT_KEYS": key("k1"),
    "INTAKE_ADDRESS_KEY": ADDRESS_KEY,
    "INTAKE_LINK_KEYS": "a-link-key-of-the-tests-long-enough-to-be-one",
    "PRACTICE_CONFIG_DIR": str(PRACTICE_DIR),
    "PRACTICE_NATS_URL": NOWHERE,
}
A_REQUEST = {"name": "Sam Rivera", "email": "sam@example.org", "state": "CA", "age": 34}


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as browser:
            yield browser


def told(**changes: str) -> IntakeSettings:
    return IntakeSettings.read({**TOLD, **changes})


@pytest.mark.parametrize("missing", ["INTAKE_VAULT_KEYS", "INTAKE_ADDRESS_KEY", "INTAKE_LINK_KEYS"])
def test_intake_does_not_start_without_a_key(missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing):
        IntakeSettings.read({name: value for name, value in TOLD.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [
        "secret-without-a-name",
        "website:MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "website:whsec_c2hvcnQ=",
        ":whsec_é",
    ],
)
def test_intake_does_not_start_on_a_secret_that_is_none_and_never_repeats_it(
    wrong: str, tmp_path: Path
) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/i.db"
    settings = told(INTAKE_EVENT_SECRETS=wrong, INTAKE_DATABASE_URL=database)
    with pytest.raises(Misconfigured, match="INTAKE_EVENT_SECRETS") as error:
        create_app(settings)
    assert wrong not in str(error.value)
    assert wrong not in repr(settings)


@pytest.mark.parametrize("setting", ["INTAKE_VAULT_KEYS", "INTAKE_ADDRESS_KEY", "INTAKE_LINK_KEYS"])
def test_intake_does_not_start_on_a_weak_key_and_never_repeats_it(setting: str, tmp_path: Any) -> None:
    settings = told(**{setting: "weak-secret", "INTAKE_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/i.db"})
    with pytest.raises(Misconfigured, match=setting) as error:
        create_app(settings)
    assert "weak-secret" not in str(error.value)
    assert "weak-secret" not in repr(settings)


@pytest.mark.parametrize("practice", ["los_angeles", "new_york"])
def test_the_rules_of_both_sample_practices_can_be_read(practice: str) -> None:
    assert admission_rules(PRACTICE_DIR.parent / practice).triage.version


async def test_a_request_is_kept_while_the_bus_is_away_and_survives_a_restart(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    settings = told(INTAKE_DATABASE_URL=await database_url("intake"))
    async with running(create_app(settings)) as browser:
        answered = await browser.post("/v1/consultation-requests", json=A_REQUEST)
        assert answered.status_code == 202
    app = create_app(settings)
    async with running(app) as browser:
        async with app.state.database.reading() as tx:
            kept = await storage.load_requests(tx, [answered.json()["id"]])
        assert [each.reference for each in kept] == [answered.json()["reference"]]
        assert (await browser.get(answered.json()["status_url"])).status_code == 200


async def made_ready(nats: NatsServer) -> None:
    """The streams, and what intake listens to on them."""
    await provision(BusSettings(nats.url), {"intake": [each.fact for each in LISTENERS]})


A_NOTE = {"note_id": "n-1", "written_by": "coordinator:dana", "text": "prefers Tuesdays"}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_coordinator_is_answered_over_the_bus_and_what_they_note_is_kept(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer
) -> None:
    url = await database_url("intake")
    await made_ready(nats)
    app = create_app(told(INTAKE_DATABASE_URL=url, PRACTICE_NATS_URL=nats.url))
    in_crisis = {**A_REQUEST, "message": "I want to kill myself tonight"}
    async with running(app) as browser:
        id_ = (await browser.post("/v1/consultation-requests", json=in_crisis)).json()["id"]
        noted = await asked(nats.url, "ask.intake.note", {**A_NOTE, "request_id": id_})
        question = {"request_ids": [id_], "purpose": "coordinator_reads", "asked_by": "coordinator:dana"}
        words = await asked(nats.url, "ask.intake.words", question)
        who = {"coordinator_id": "dana", "asked_by": "notifications"}
        duties = await asked(nats.url, "ask.intake.duties", who)
    assert noted == {"kept": True}
    assert words["words"][0]["message"] == in_crisis["message"]
    assert [each["text"] for each in words["words"][0]["notes"]] == ["prefers Tuesdays"]
    assert [(each["kind"], each["owner"]) for each in duties["duties"]] == [("crisis", "dana")]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_who_asks_over_the_bus_is_answered(
    database_url: Callable[[str], Awaitable[str]], nats: NatsServer
) -> None:
    url = await database_url("intake")
    await made_ready(nats)
    app = create_app(told(INTAKE_DATABASE_URL=url, PRACTICE_NATS_URL=nats.url))
    async with running(app) as browser:
        answered = await browser.post("/v1/consultation-requests", json=A_REQUEST)
        question = {"request_ids": [answered.json()["id"]], "purpose": "refer", "asked_by": "notifications"}
        contacts = await asked(nats.url, "ask.intake.contacts", question)
        requests = await asked(nats.url, "ask.intake.requests", question)
        async with app.state.database.reading() as tx:
            accesses = await storage.load_accesses(tx, answered.json()["id"])
    assert contacts["contacts"][0]["email"] == "sam@example.org"
    assert requests["requests"][0]["age"] == 34
    assert [each.kind for each in accesses] == ["contacts", "requests"]
    assert all(each.at > NOW.replace(year=2020) for each in accesses)


async def test_the_page_about_the_doors_needs_nobody_else_and_cannot_post(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    async with running(create_app(told(INTAKE_DATABASE_URL=await database_url("intake")))) as browser:
        page = await browser.get("/docs")
        described = (await browser.get("/openapi.json")).json()
    assert page.status_code == 200
    assert all(path in page.text for path in described["paths"])
    assert not re.search(r"<script|<form|(src|href)=.(https?:|//)", page.text)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def asked(url: str, subject: str, question: dict[str, Any]) -> dict[str, Any]:
    """What intake answers, once it listens."""
    connection = await nats.connect(url)
    try:
        for _ in range(100):
            try:
                reply = await connection.request(subject, json.dumps(question).encode(), timeout=2)
            except nats.errors.NoRespondersError:
                await asyncio.sleep(0.05)
                continue
            said: dict[str, Any] = json.loads(reply.data)
            return said
        raise AssertionError(f"nobody answers {subject}")
    finally:
        await connection.close()
