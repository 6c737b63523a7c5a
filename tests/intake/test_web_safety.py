"""The page of a crisis: a GET changes nothing and shows codes; what is done is done once, by one name."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.handlers import Receipt
from services.intake.storage.alert_tables import safety_cases
from services.intake.web import Front
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import CountedIds
from tests.intake.crises import CRISIS, MESSAGE, arrive, said, writer_of
from tests.intake.webbegin import prove, written
from tests.intake.webbook import whole
from tests.intake.webhouse import FORM, ProofDesk, a_browser, a_front

NAME = writer_of(CRISIS).name


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.fixture
def desk(clock: TestClock) -> ProofDesk:
    return ProofDesk(clock)


@pytest.fixture
def front(database: Database, clock: TestClock, desk: ProofDesk) -> Front:
    clock.move(timedelta(minutes=5))
    return a_front(database, clock, ask=desk)


@pytest.fixture
async def crisis(database: Database, ids: CountedIds) -> Receipt:
    return await arrive(database, ids)


def path_of(front: Front, crisis: Receipt, who: str = "coordinator:dana", *, days: int = 30) -> str:
    lasts = timedelta(days=days)
    return "/safety/" + front.links.sign("safety", who, crisis.request_id, front.clock(), lasts)


async def test_five_hundred_gets_change_nothing_and_show_no_word_of_the_person(
    crisis: Receipt, front: Front, database: Database
) -> None:
    path, before = path_of(front, crisis), await whole(database)
    async with a_browser(front) as browser:
        pages = {(await browser.get(path)).text for _ in range(250)}
        prove(browser, front)
        pages |= {(await browser.get(path)).text for _ in range(250)}
        for below in ("/acknowledge", "/read", "/clear", "/code", "/prove"):
            assert (await browser.get(path + below)).status_code == 405

    assert await whole(database) == before
    assert len(pages) == 2
    for page in pages:
        assert MESSAGE not in page
        assert NAME not in page
        assert crisis.reference in page


@pytest.mark.parametrize("below", ["/acknowledge", "/read", "/clear"])
async def test_a_browser_that_has_not_proved_itself_does_nothing(
    crisis: Receipt, front: Front, database: Database, below: str
) -> None:
    path, before = path_of(front, crisis), await whole(database)
    async with a_browser(front) as browser:
        prove(browser, front, "lee")
        refused = await browser.post(path + below, content="because=spoke", headers=FORM)

    assert refused.status_code == 403
    assert "Nothing was done yet" in refused.text
    assert MESSAGE not in refused.text
    assert await whole(database) == before


async def test_a_browser_proves_itself_by_a_mailed_code_and_somebody_has_it(
    crisis: Receipt, front: Front, database: Database
) -> None:
    path = path_of(front, crisis)
    async with a_browser(front) as browser:
        await browser.post(f"{path}/code", headers=FORM)
        await browser.post(f"{path}/prove", content="digits=123456", headers=FORM)
        before = await written(browser, path)
        done = await browser.post(f"{path}/acknowledge", headers=FORM)
        again = await browser.post(f"{path}/acknowledge", headers=FORM)
        after = await written(browser, path)

    assert "nobody has this yet" in before
    assert (done.status_code, again.status_code) == (303, 303)
    assert "Dana has" in after
    assert "Monday, November 23 at 10:05 am" in after
    assert len(await said(database, "safety.acknowledged")) == 1


async def test_whoever_comes_second_reads_who_was_first_and_changes_nothing(
    crisis: Receipt, front: Front, database: Database, clock: TestClock
) -> None:
    async with a_browser(front) as browser:
        prove(browser, front, "lee")
        prove(browser, front, "dana")
        await browser.post(path_of(front, crisis, "coordinator:lee") + "/acknowledge", headers=FORM)
        clock.move(timedelta(minutes=3))
        dana = path_of(front, crisis)
        await browser.post(dana + "/acknowledge", headers=FORM)
        page = await written(browser, dana)

    assert "Lee has" in page
    assert "10:05 am" in page
    (fact,) = await said(database, "safety.acknowledged")
    assert fact["acknowledged_by"] == "lee"


async def test_reading_is_on_record_before_anything_is_shown(
    crisis: Receipt, front: Front, database: Database
) -> None:
    path = path_of(front, crisis)
    async with a_browser(front) as browser:
        prove(browser, front)
        page = await browser.post(f"{path}/read", headers=FORM)

    trail = await operations.trail(database, crisis.reference)
    read = [each["detail"] for each in trail if each["name"] == "words.read"]
    assert MESSAGE in page.text
    assert NAME in page.text
    assert page.headers["cache-control"] == "no-store"
    assert [(each["asked_by"], each["purpose"]) for each in read] == [("coordinator:dana", "safety")]


async def test_clearing_asks_for_a_reason_and_says_who_did(
    crisis: Receipt, front: Front, database: Database
) -> None:
    path = path_of(front, crisis)
    async with a_browser(front) as browser:
        prove(browser, front)
        empty = await browser.post(f"{path}/clear", content="because=++", headers=FORM)
        uncleared = await said(database, "safety.cleared")
        done = await browser.post(f"{path}/clear", content="because=spoke+with+them", headers=FORM)
        await browser.post(f"{path}/clear", content="because=again", headers=FORM)
        page = await written(browser, path)
        read = await browser.post(f"{path}/read", headers=FORM)

    assert (empty.status_code, uncleared, done.status_code) == (422, [], 303)
    assert f"{crisis.reference} is cleared" in page
    assert "By Dana, " in page
    assert "nobody has judged them yet" in empty.text
    assert "nobody has judged them yet" not in page
    assert len(await said(database, "safety.cleared")) == 1
    assert "spoke with them" in read.text
    async with database.reading() as tx:
        (case,) = (await tx.execute(sa.select(safety_cases))).all()
    assert case.cleared_by == "dana"


@pytest.mark.parametrize("who", ["coordinator:gone", "person:x", "clinician:dana", "coordinator:"])
async def test_a_link_of_nobody_here_opens_nothing(crisis: Receipt, front: Front, who: str) -> None:
    async with a_browser(front) as browser:
        answer = await browser.get(path_of(front, crisis, who))

    assert answer.status_code == 404
    assert crisis.reference not in answer.text


async def test_an_expired_link_and_one_for_another_page_open_nothing(
    crisis: Receipt, front: Front, clock: TestClock
) -> None:
    expired = path_of(front, crisis, days=1)
    other = path_of(front, crisis).replace("/safety/", "/begin/")
    clock.move(timedelta(days=1))
    async with a_browser(front) as browser:
        assert (await browser.get(expired)).status_code == 404
        assert (await browser.post(expired + "/acknowledge", headers=FORM)).status_code == 404
        assert (await browser.get(other)).status_code == 404


async def test_while_no_code_can_be_mailed_the_page_says_so_and_what_to_do(
    crisis: Receipt, front: Front, desk: ProofDesk
) -> None:
    desk.away = True
    async with a_browser(front) as browser:
        answer = await browser.post(path_of(front, crisis) + "/code", headers=FORM)

    assert answer.status_code == 503
    assert "what the mail says about how to reach them" in answer.text
