"""What is left of a journey's links when they are over, or its person was erased, in whichever state."""

from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from services.resources import storage
from tests.conftest import TestClock
from tests.resources.builders import NOW, a_readiness_request, call, erased, flagged
from tests.resources.house import Resources
from tests.resources.webhouse import ONE_CLICK, WebHouse, a_link

ASKED_AFTER = 10.3  # weeks
PAGES = ("", "/books", "/stop", "/pause", "/resume", "/pace", "/keep", "/ready", "/practice/1", "/reading/8")
PRESSES = ("/stop", "/pause", "/resume", "/pace", "/keep", "/ready")
Reach = Callable[[WebHouse], Awaitable[str]]


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def running(house: WebHouse) -> str:
    link = await house.journey()
    await house.pass_weeks(1)
    return link


async def resting(house: WebHouse) -> str:
    link = await running(house)
    await house.resources.acts.pause(await house.resources.journey_id(), house.clock.now)
    return link


async def held(house: WebHouse) -> str:
    link = await running(house)
    await house.resources.hear_all([call("scheduled")], at=house.clock.now)
    return link


async def asked(house: WebHouse) -> str:
    link = await house.journey()
    await house.pass_weeks(ASKED_AFTER)
    return link


async def kept(house: WebHouse) -> str:
    link = await asked(house)
    await house.resources.acts.keep(await house.resources.journey_id(), house.clock.now)
    await house.pass_weeks(2)
    return link


async def reached(house: WebHouse) -> str:
    link = await running(house)
    await house.resources.acts.ready(await house.resources.journey_id(), house.clock.now)
    return link


async def stopped(house: WebHouse) -> str:
    link = await running(house)
    await house.resources.hear_all([flagged()], at=house.clock.now)
    return link


async def ended(house: WebHouse) -> str:
    link = await house.journey()
    await house.pass_weeks(13)
    return link


async def waiting(house: WebHouse) -> str:
    await house.resources.hear(a_readiness_request(safety_level="crisis"))
    async with house.resources.database.reading() as tx:
        journey_id = str(await tx.scalar(sa.select(storage.journeys.c.journey_id)))
    return a_link(journey_id, "per-1")


STATES = (running, resting, held, asked, kept, reached, stopped, ended, waiting)


@pytest.mark.parametrize("reach", STATES, ids=lambda one: one.__name__)
async def test_erased_in_any_state_every_link_is_one_that_never_was(house: WebHouse, reach: Reach) -> None:
    link = await reach(house)
    await house.resources.hear_all([erased(1)], at=house.clock.now)
    await house.resources.look(house.clock.now)
    before = await house.whole()

    async with house.browser() as browser:
        for below in PAGES:
            nobodys = await browser.get(f"/readiness/never-was{below}")
            theirs = await browser.get(link + below)
            assert (theirs.status_code, theirs.text) == (404, nobodys.text), below
        for below in PRESSES:
            nobodys = await browser.post(f"/readiness/never-was{below}", data={"pace": "slower"})
            theirs = await browser.post(link + below, data={"pace": "slower"})
            assert (theirs.status_code, theirs.text) == (404, nobodys.text), below
        clicked = await browser.post(f"{link}/stop", data=ONE_CLICK)
        strangers = await browser.post("/readiness/never-was/stop", data=ONE_CLICK)

    assert (clicked.status_code, clicked.text) == (strangers.status_code, strangers.text)
    assert house.intake.asked == []
    assert await house.whole() == before
    async with house.resources.database.reading() as tx:
        for table in (storage.journeys, storage.readiness_steps, storage.journey_turns):
            assert (await tx.execute(sa.select(table))).all() == []


@pytest.mark.parametrize("reach", STATES[:-1], ids=lambda one: one.__name__)
async def test_a_link_that_is_over_opens_no_page_in_any_state(house: WebHouse, reach: Reach) -> None:
    await reach(house)
    over = a_link(await house.resources.journey_id(), "per-1", now=NOW.replace(year=2020))
    before = await house.whole()

    async with house.browser() as browser:
        pages = [await browser.get(over + below) for below in PAGES]
        pages += [await browser.post(over + below, data={"pace": "slower"}) for below in PRESSES]

    assert {each.status_code for each in pages} == {404}
    assert await house.whole() == before


async def test_a_pace_after_the_end_changes_nothing_and_leads_to_the_page_that_says_so(
    house: WebHouse,
) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        await browser.post(f"{link}/stop")
        before = await house.whole()
        answers = [await browser.post(f"{link}/pace", data={"pace": pace}) for pace in ("slower", "never")]

    assert [each.status_code for each in answers] == [303, 303]
    assert await house.whole() == before


async def test_whom_a_person_looks_at_first_finds_nothing_behind_any_link(house: WebHouse) -> None:
    link = await waiting(house)
    before = await house.whole()

    async with house.browser() as browser:
        nobodys = await browser.get("/readiness/never-was")
        pages = [await browser.get(link + below) for below in PAGES]
        pages += [await browser.post(link + below, data={"pace": "slower"}) for below in PRESSES]

    assert {(each.status_code, each.text) for each in pages} == {(404, nobodys.text)}
    assert await house.whole() == before


async def test_while_something_else_holds_it_there_is_nothing_to_resume(house: WebHouse) -> None:
    link = await held(house)

    async with house.browser() as browser:
        home, resume = await browser.get(link), await browser.get(f"{link}/resume")

    assert resume.status_code == 200
    assert resume.text == home.text
