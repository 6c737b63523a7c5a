"""Signed events: taken like the website's own posts, once each."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake.storage.tables import requests as requests_table
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webevents import (
    MODES,
    READINESS_SUBMITTED,
    Server,
    an_event,
)
from tests.intake.webhouse import a_browser, a_front, a_reading_request, a_request
from tests.intake.webposts import CONSULTATION, WHOLE, kept_in, status_of


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.mark.parametrize("mode", MODES)
async def test_an_event_is_kept_and_answered_like_a_post_of_the_same_data(
    database: Database, clock: TestClock, mode: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        posted = await browser.post(CONSULTATION, json=WHOLE)
        sent = await getattr(Server(browser, clock), mode)(an_event(data=WHOLE))

    assert sent.status_code == 202
    own = ("id", "reference", "status_url", "booking_url")
    assert sent.json().keys() == posted.json().keys()
    assert {**sent.json(), **dict.fromkeys(own)} == {**posted.json(), **dict.fromkeys(own)}
    assert await status_of(database, sent.json()["reference"]) == "announced"


@pytest.mark.parametrize("mode", MODES)
async def test_somebody_not_ready_yet_comes_the_same_way(
    database: Database, clock: TestClock, mode: str
) -> None:
    event = an_event(type=READINESS_SUBMITTED, data=a_reading_request(language="es"))
    async with a_browser(a_front(database, clock)) as browser:
        answer = await getattr(Server(browser, clock), mode)(event)

    assert answer.status_code == 202
    assert answer.json()["message"].startswith("Gracias")
    async with database.reading() as tx:
        assert (await tx.execute(sa.select(requests_table.c.path))).scalar_one() == "readiness"


@pytest.mark.parametrize("mode", MODES)
async def test_a_crisis_in_an_event_is_seen_as_anywhere(
    database: Database, clock: TestClock, mode: str
) -> None:
    event = an_event(data=a_request(message="I want to kill myself tonight"))
    async with a_browser(a_front(database, clock)) as browser:
        answer = await getattr(Server(browser, clock), mode)(event)

    assert answer.json()["booking_url"] is None
    assert "988" in {line["call"] for line in answer.json()["crisis_lines"]}
    async with database.reading() as tx:
        level = (await tx.execute(sa.select(requests_table.c.safety_level))).scalar_one()
    assert level == "crisis"


async def test_data_in_base64_is_read_too(database: Database, clock: TestClock) -> None:
    encoded = base64.b64encode(json.dumps(a_request()).encode()).decode()
    async with a_browser(a_front(database, clock)) as browser:
        answer = await Server(browser, clock).send(an_event(data=None, data_base64=encoded))

    assert answer.status_code == 202


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "twice",
    [
        {},  # sent again as it was
        {"message": "msg-2"},  # the same event in a message of its own
        {"event": {"id": "evt-2"}},  # the same message around another id
        {"event": {"source": "/elsewhere"}},
        {"event": {"time": "2026-11-23T21:00:00Z", "traceparent": "00-1-2-01"}},
    ],
)
async def test_an_event_that_comes_again_gets_the_same_answer_and_makes_nothing_new(
    database: Database, clock: TestClock, mode: str, twice: dict[str, Any]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        send = getattr(Server(browser, clock), mode)
        first = await send(an_event(), "msg-1")
        clock.move(timedelta(hours=3))
        second = await send(an_event(**twice.get("event", {})), twice.get("message", "msg-1"))

    assert second.status_code == 202
    assert second.json() == first.json()
    assert await kept_in(database) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_the_same_event_many_times_at_once_is_kept_once(
    database: Database, clock: TestClock, mode: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        send = getattr(Server(browser, clock), mode)
        answers = await asyncio.gather(*(send(an_event(), f"msg-{number % 3}") for number in range(12)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert await kept_in(database) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("message", ["msg-1", "msg-2"])
async def test_an_event_that_comes_again_with_another_content_is_a_conflict(
    database: Database, clock: TestClock, mode: str, message: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        send = getattr(Server(browser, clock), mode)
        await send(an_event(), "msg-1")
        answer = await send(an_event(data=a_request(age=35)), message)

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:practice:error:conflict"
    assert await kept_in(database) == 1


async def test_whoever_repeats_a_message_under_another_id_uses_that_id_up_for_nobody(
    database: Database, clock: TestClock
) -> None:
    """Of a binary event the attributes are not signed: a stranger who caught one can change them."""
    async with a_browser(a_front(database, clock)) as browser:
        server = Server(browser, clock)
        first = await server.send_binary(an_event(id="evt-1"), "msg-1")
        repeated = await server.send_binary(an_event(id="evt-2"), "msg-1")
        as_another = await server.send_binary(an_event(id="evt-3", type=READINESS_SUBMITTED), "msg-1")
        theirs = await server.send_binary(an_event(id="evt-2", data=a_request(age=35)), "msg-2")

    assert repeated.json() == first.json()
    assert as_another.status_code in (409, 422)
    assert theirs.status_code == 202
    assert theirs.json()["reference"] != first.json()["reference"]
    assert await kept_in(database) == 2


async def test_a_post_at_the_ordinary_door_under_the_same_key_is_not_lost(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        posted = await browser.post(CONSULTATION, json=a_request(), headers={"Idempotency-Key": "evt-1"})
        sent = await Server(browser, clock).send(an_event(), "evt-1")

    assert (posted.status_code, sent.status_code) == (202, 202)
    assert await kept_in(database) == 2


async def test_an_event_of_somebody_like_spam_is_quarantined_with_the_same_answer(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await Server(browser, clock).send(an_event(data=a_request(website="https://spam.example")))

    assert answer.status_code == 202
    assert await status_of(database, answer.json()["reference"]) == "quarantined"
