"""What counts is the action: crisis words at any door leave an alarm, and the answer has the lines."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from httpx import AsyncClient, Response

from services.intake.storage.tables import requests as requests_table
from shared.database import Database
from shared.messaging.tables import outbox
from tests.conftest import TestClock
from tests.intake.triage_report import Message, halves
from tests.intake.webevents import READINESS_SUBMITTED, Server, an_event
from tests.intake.webhouse import a_browser, a_front, a_reading_request, a_request
from tests.intake.webposts import CONSULTATION, READINESS, SAM, sent

CRISIS = "I want to kill myself tonight"


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def levels(database: Database) -> list[str]:
    """How urgent each alarm in the outbox says it is."""
    async with database.reading() as tx:
        rows = await tx.execute(
            sa.select(outbox.c.payload).where(outbox.c.subject.contains("safety.flagged"))
        )
        return [json.loads(payload)["level"] for payload in rows.scalars()]


def a_sample(half: Sequence[Message], level: str) -> list[Message]:
    """The first message of each language and kind at this level."""
    return list({(m.language, m.kind): m for m in reversed(half) if m.level == level}.values())


async def test_crisis_words_of_every_kind_leave_an_alarm_and_are_answered_with_the_lines(
    database: Database, clock: TestClock
) -> None:
    sample = a_sample(halves()[0], "crisis")
    async with a_browser(a_front(database, clock)) as browser:
        answers = [await browser.post(CONSULTATION, json=a_request(message=m.text)) for m in sample]

    assert len(sample) >= 12
    assert {answer.status_code for answer in answers} == {202}
    assert all("988" in {line["call"] for line in answer.json()["crisis_lines"]} for answer in answers)
    assert [each for each in await levels(database) if each == "crisis"] == ["crisis"] * len(sample)


async def test_ordinary_words_of_every_kind_alarm_nobody(database: Database, clock: TestClock) -> None:
    sample = a_sample(halves()[0], "none")
    async with a_browser(a_front(database, clock)) as browser:
        for m in sample:
            await browser.post(CONSULTATION, json=a_request(message=m.text))

    assert "crisis" not in await levels(database)


async def test_what_a_second_hand_wrote_leaves_as_many_alarms_as_its_rules_find(
    database: Database, clock: TestClock
) -> None:
    apart = halves()[1]
    sample = [*a_sample(apart, "crisis"), *a_sample(apart, "none")]
    async with a_browser(a_front(database, clock)) as browser:
        statuses = {
            (await browser.post(CONSULTATION, json=a_request(message=m.text))).status_code for m in sample
        }
    found = await _kept_levels(database)

    assert statuses == {202}
    assert len(found) == len(sample)
    assert len([each for each in await levels(database) if each == "crisis"]) == found.count("crisis") > 0


async def _kept_levels(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(sa.select(requests_table.c.safety_level))).scalars())


async def by_json(browser: AsyncClient, clock: TestClock) -> Response:
    return await browser.post(CONSULTATION, json=a_request(message=CRISIS))


async def by_form(browser: AsyncClient, clock: TestClock) -> Response:
    return await sent(browser, CONSULTATION, [*SAM, ("message", CRISIS)])


async def by_event(browser: AsyncClient, clock: TestClock) -> Response:
    return await Server(browser, clock).send(an_event(data=a_request(message=CRISIS)))


async def by_reading_request(browser: AsyncClient, clock: TestClock) -> Response:
    return await browser.post(READINESS, json=a_reading_request(message=CRISIS))


async def by_reading_event(browser: AsyncClient, clock: TestClock) -> Response:
    event = an_event(type=READINESS_SUBMITTED, data=a_reading_request(message=CRISIS))
    return await Server(browser, clock).send(event)


@pytest.mark.parametrize("door", [by_json, by_form, by_event, by_reading_request, by_reading_event])
async def test_every_door_reads_how_urgent_it_is(database: Database, clock: TestClock, door: Any) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await door(browser, clock)

    assert answer.status_code in (202, 303)
    assert await levels(database) == ["crisis"]


@pytest.mark.parametrize(
    "field",
    [
        {"name": CRISIS},
        {"pronouns": CRISIS},
        {"for": "child", "client": {"age": 9, "relation": CRISIS}},
        {"for": "child", "client": {"age": 9, "name": CRISIS}},
        {"for": "couple", "partners": [{"name": CRISIS}]},
    ],
    ids=["name", "pronouns", "relation", "client", "partner"],
)
async def test_a_cry_in_any_field_that_takes_words_is_heard(
    database: Database, clock: TestClock, field: dict[str, Any]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(**field))

    assert answer.status_code == 202, answer.text
    assert await levels(database) == ["crisis"]
