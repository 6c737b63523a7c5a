"""*I'm ready*: noted and announced at once, then on to intake's page, or to ours while intake is away."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.base import Ask
from shared.contracts.resources import ReadinessReached
from shared.errors import Defect, Retryable
from tests.conftest import TestClock
from tests.resources.builders import NOW, flagged, silence
from tests.resources.house import Resources
from tests.resources.webhouse import BEGIN, INTAKE_URL, WebHouse, text_of

ON_THEIR_WAY = f"{BEGIN}?lang=en"


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def reached(house: WebHouse) -> int:
    return sum(isinstance(each, ReadinessReached) for each in await house.resources.steps())


async def test_who_is_ready_is_noted_and_goes_on_to_intakes_page(house: WebHouse) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready")

    assert (answer.status_code, answer.headers["location"]) == (303, ON_THEIR_WAY)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert [(each.request_id, each.person_id) for each in house.intake.asked] == [("req-1", "per-1")]
    assert await reached(house) == 1


async def test_who_reads_in_spanish_goes_on_in_spanish(house: WebHouse) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready?lang=es")

    assert answer.headers["location"] == f"{BEGIN}?lang=es"


async def test_ready_twice_is_announced_once_and_leads_on_both_times(house: WebHouse) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        answers = [await browser.post(f"{link}/ready") for _ in range(2)]
        home = await browser.get(link)

    assert [each.headers["location"] for each in answers] == [ON_THEIR_WAY, ON_THEIR_WAY]
    assert await reached(house) == 1
    assert "Thank you for telling us" in text_of(home.text)
    assert home.text.count("<button") == 1


@pytest.mark.parametrize("before", ["pause", "stop"])
async def test_they_may_be_ready_from_a_rest_and_after_a_stop(house: WebHouse, before: str) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        await browser.post(f"{link}/{before}")
        answer = await browser.post(f"{link}/ready")

    assert answer.headers["location"] == ON_THEIR_WAY
    assert await reached(house) == 1


async def test_they_may_be_ready_after_it_ended_by_itself_or_for_safety(house: WebHouse) -> None:
    ended, unsafe = await house.journey(1), await house.journey(2)
    await house.resources.hear_all([flagged(2)])
    await house.pass_weeks(13)

    async with house.browser() as browser:
        answers = [await browser.post(f"{link}/ready") for link in (ended, unsafe)]

    assert [each.headers.get("location") for each in answers] == [ON_THEIR_WAY, ON_THEIR_WAY]


@pytest.mark.parametrize("trouble", [Retryable, Defect])
async def test_while_intake_is_away_it_is_noted_all_the_same_and_they_can_go_on_later(
    house: WebHouse, trouble: type[Exception]
) -> None:
    link = await house.journey()
    house.intake.trouble = trouble

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready")
        house.intake.trouble = None
        later = await browser.post(f"{link}/ready")

    page = text_of(answer.text)
    assert answer.status_code == 200
    assert "It is noted You are ready, and we know it. A person here will be in touch" in page
    assert f'action="{link}/ready?lang=en"' in answer.text
    assert f"form-action 'self' {INTAKE_URL};" in answer.headers["content-security-policy"]
    assert later.headers["location"] == ON_THEIR_WAY
    assert await reached(house) == 1


async def test_who_says_it_anew_while_intake_is_away_is_told_of_anew(house: WebHouse) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        await browser.post(f"{link}/ready")
        house.clock.move(timedelta(days=1))
        house.intake.trouble = Retryable
        answer = await browser.post(f"{link}/ready")
        await house.resources.hear_of_contact(silence())
        await browser.post(f"{link}/ready")

    first, anew = [each for each in await house.resources.steps() if isinstance(each, ReadinessReached)]
    assert "It is noted" in text_of(answer.text)
    assert (anew.reached_at, anew.version) == (NOW + timedelta(days=1), first.version + 1)


async def test_nobody_waits_longer_for_intake_than_the_front_has_patience(house: WebHouse) -> None:
    link = await house.journey()

    async def silent(question: Ask, answer: type[Any]) -> Any:
        await asyncio.Event().wait()

    assert house.front.patience_seconds == 2
    house.with_front(ask=silent, patience_seconds=0)
    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready")

    assert "It is noted" in text_of(answer.text)
    assert await reached(house) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/begin/x",
        f"{INTAKE_URL}.evil.example/begin/x",
        INTAKE_URL.replace("https", "http") + "/begin/x",
        "//evil.example",
        "javascript:alert(1)",
        "",
    ],
)
async def test_nobody_is_sent_on_to_a_page_that_is_not_intakes(house: WebHouse, url: str) -> None:
    link = await house.journey()
    house.intake.url = url

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready")

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "evil" not in answer.text


async def test_whom_intake_does_not_know_any_more_is_told_kindly_how_to_reach_somebody(
    house: WebHouse,
) -> None:
    link = await house.journey()
    house.intake.url = None

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/ready")

    assert answer.status_code == 404
    assert "+1 323-555-0100" in answer.text
