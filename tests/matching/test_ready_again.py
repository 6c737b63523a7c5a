"""Somebody who wanted to read first and is ready: matched as anybody, and the pages tell how it began."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.matching.domain import life
from services.matching.storage.tables import referrals
from shared.contracts.intake import LaterWords
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.loop import Loop
from tests.matching.webhouse import MESSAGE, WebHouse, case_link, introduction_link, text_of

FIRST = NOW - timedelta(days=90)
READY = {"version": 3, "reopened": True, "first_received_at": FIRST}


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_they_are_matched_as_anybody_by_clocks_that_count_from_when_they_were_ready(
    with_three: Database,
) -> None:
    loop = Loop(with_three)
    ready, anybody = await loop.request(1, **READY), await loop.request(2)

    one, other = await loop.get(ready), await loop.get(anybody)

    assert one.stage == life.PROPOSED
    assert one.standing.due_at == other.standing.due_at == loop.terms.contact_due(NOW)
    assert (one.request.first_wrote_at, other.request.first_wrote_at) == (FIRST, None)


async def test_a_coordinator_s_page_says_that_they_first_wanted_to_read(house: WebHouse) -> None:
    page = case_link(await house.loop.request(1, **READY))
    browser = await house.proven(page)

    said = text_of((await browser.get(page)).text)

    assert "Tuesday, August 25, and wanted to read first" in said
    assert "Said they are ready" in said
    other = case_link(await house.loop.request(2))
    await house.prove(browser, other)
    assert "wanted to read first" not in text_of((await browser.get(other)).text)


async def test_what_they_wrote_then_and_now_is_read_with_its_days(house: WebHouse) -> None:
    house.intake.later = [
        LaterWords(written_at=NOW, written_by="person", message="it is spring"),
        LaterWords(written_at=NOW, written_by="coordinator:dana", message="prefers mornings"),
    ]
    page = case_link(await house.loop.request(1, **READY))
    browser = await house.proven(page)

    said = text_of((await browser.post(f"{page}/read")).text)

    words = (MESSAGE, "it is spring", "prefers mornings")
    places = [said.index(each) for each in words]
    assert places == sorted(places)
    assert "They themselves, Monday, November 23" in said
    assert "for them, Monday, November 23" in said


async def test_before_the_button_no_word_is_shown(house: WebHouse) -> None:
    house.intake.later = [LaterWords(written_at=NOW, written_by="person", message="it is spring")]
    page = case_link(await house.loop.request(1, **READY))
    browser = await house.proven(page)

    assert "it is spring" not in (await browser.get(f"{page}/read")).text


async def test_the_clinician_who_is_introduced_reads_both_too(house: WebHouse) -> None:
    house.intake.later = [LaterWords(written_at=NOW, written_by="person", message="it is spring")]
    introduced = await house.loop.introduced(1, "c-a")
    assert introduced.choice
    page = introduction_link(introduced.choice.offer_id, "c-a")
    browser = await house.proven(page)

    said = text_of((await browser.post(f"{page}/words")).text)

    assert MESSAGE in said
    assert "it is spring" in said


@pytest.mark.parametrize(("cleared", "level"), [(FIRST, "crisis"), (NOW, "elevated")])
async def test_a_crisis_that_was_cleared_long_ago_does_not_clear_the_one_of_now(
    with_three: Database, cleared: object, level: str
) -> None:
    loop = Loop(with_three)
    now = loop.clock.now
    loop.clock.now = cleared
    await loop.clear(1)
    loop.clock.now = now

    referral_id = await loop.request(1, **READY, safety_level="crisis")

    assert (await loop.get(referral_id)).request.safety_level == level


async def test_a_referral_of_before_this_is_read_as_it_was(with_three: Database) -> None:
    loop = Loop(with_three)
    referral_id = await loop.request(1)
    async with with_three.transaction() as tx:
        (stored,) = (await tx.execute(sa.select(referrals.c.request))).scalars()
        old = {name: value for name, value in stored.items() if name != "first_wrote_at"}
        await tx.execute(sa.update(referrals).values(request=old))

    assert (await loop.get(referral_id)).request.first_wrote_at is None
