"""*What is still true*: a page for one person who is ready, which shows codes and does what it says, once."""

import re
from datetime import timedelta

import pytest

from services.intake import operations, storage
from services.intake.domain.request import discarded
from services.intake.domain.submission import Wishes
from services.intake.handlers import Receipt
from services.intake.web import Front
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import NOW, a_readiness, a_writer
from tests.intake.readying import CRISIS, Reader, reached
from tests.intake.test_pages import NEVER_IN_A_TITLE
from tests.intake.webbegin import on_behalf, path_of, prove, submitted_by, told_on, written
from tests.intake.webbook import whole
from tests.intake.webhouse import FORM, Page, a_browser, a_front, a_practice

SECRET = "my sister Wilhelmina must not know"


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.fixture
async def ana(reader: Reader) -> Receipt:
    """Ana Flores, who asked for something to read about loss and is ready now."""
    writer = a_writer(name="Ana Flores", email="ana@example.org", phone="+13235550142")
    submission = a_readiness(writer=writer, message=SECRET, state="NV")
    receipt = await reader.arrived(
        submission, state="NV", concerns=("grief_loss", "couples", "no_longer_offered")
    )
    await reader.hear(reached(receipt, at=NOW))
    return receipt


async def test_the_page_begins_with_what_is_known_in_codes(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        form = await submitted_by(browser, path_of(front, ana))
    assert ("state", "NV") in form
    assert {value for name, value in form if name == "concerns"} == {"grief_loss", "couples"}
    assert ("for", "self") in form
    assert ("age", "") in form
    assert ("message", "") in form


@pytest.mark.parametrize("who", ["person", "coordinator"])
@pytest.mark.parametrize("below", ["", "/not-now"])
async def test_no_page_shows_a_name_a_contact_or_a_word_of_theirs(
    ana: Receipt, front: Front, who: str, below: str
) -> None:
    path = path_of(front, ana) if who == "person" else on_behalf(front, ana)
    async with a_browser(front) as browser:
        prove(browser, front)
        page = await written(browser, path + below)
    for said in ("Ana", "Flores", "ana@example.org", "555", "0142", "Wilhelmina"):
        assert said not in page.replace("(323) 555-0100", ""), said


async def test_what_was_said_of_their_safety_is_not_shown(reader: Reader, front: Front) -> None:
    ana = await reader.asked(flags=("danger_at_home", "partner_violence"))
    async with a_browser(front) as browser:
        form = await submitted_by(browser, path_of(front, ana))
    assert [value for name, value in form if name.startswith("safety.")] == ["no", "no"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("below", ["", "/not-now"])
async def test_the_page_is_discreet_and_can_be_left(
    ana: Receipt, front: Front, language: str, below: str
) -> None:
    async with a_browser(front) as browser:
        page = (await browser.get(f"{path_of(front, ana)}{below}?lang={language}")).text
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert not NEVER_IN_A_TITLE.search(title[1])
    assert front.practice.name not in page
    assert "https://www.weather.gov/" in page
    assert "<script" not in page
    assert "988" in page


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_never_changes_anything(
    ana: Receipt, front: Front, database: Database, method: str
) -> None:
    before = await whole(database)
    async with a_browser(front) as browser:
        for path in (path_of(front, ana), on_behalf(front, ana)):
            for below in ("", "/not-now", "?lang=es", "/not-now?lang=es"):
                for _ in range(3):
                    assert (await browser.request(method, path + below)).status_code == 200
    assert await whole(database) == before


async def test_what_is_told_makes_the_same_request_one_to_talk(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    wishes = (("preferences.format", "online"), ("preferences.times", "weekday_evening"))
    async with a_browser(front) as browser:
        path = path_of(front, ana)
        answer = await told_on(browser, path, ("concerns", "grief_loss"), ("message", "evenings"), *wishes)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?lang=en")
        page = await written(browser, path)
    request = await reader.request(ana)
    assert (request.id, request.reference, request.person_id) == (
        ana.request_id,
        ana.reference,
        ana.person_id,
    )
    assert (request.path, request.state, request.age, request.age_band) == ("consultation", "CA", 34, "adult")
    assert request.concerns == ("grief_loss",)
    assert request.preferences == Wishes(format="online", times=("weekday_evening",))
    assert (request.ready_since, request.duty) == (None, None)
    assert ana.reference in page
    assert "988" in page
    assert "/book/" in page


async def test_the_way_to_a_call_works_although_they_first_wrote_long_ago(
    ana: Receipt, front: Front, clock: TestClock
) -> None:
    clock.move(timedelta(days=100))
    path = path_of(front, ana, now=clock())
    async with a_browser(front) as browser:
        await told_on(browser, path)
        page = Page.read(await written(browser, path))
        (booking,) = [link for link in page.links if link.startswith("/book/")]
        assert 'name="time"' in await written(browser, booking)


async def test_a_crisis_is_met_with_the_lines_and_no_offer_of_a_call(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    async with a_browser(front) as browser:
        await told_on(browser, path_of(front, ana), ("message", CRISIS))
        page = await written(browser, path_of(front, ana))
    assert "You do not have to wait for our answer" in page
    assert page.index("lines-heading") < page.index(ana.reference)
    assert "/book/" not in page
    assert len(await reader.facts("safety.flagged.v1")) == 1


async def test_a_child_is_asked_for_and_held_to_the_same_rules(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    async with a_browser(front) as browser:
        no = await told_on(browser, path_of(front, ana), ("for", "child"), ("age", ""))
        assert no.status_code == 422
        assert Page.read(no.text).described("client.age")
        child = (("for", "child"), ("client.age", "14"), ("client.name", "Kit"), ("age", ""))
        assert (await told_on(browser, path_of(front, ana), *child)).status_code == 303
        page = await written(browser, path_of(front, ana))
    request = await reader.request(ana)
    assert (request.for_, request.age, request.age_band) == ("child", 14, "teen")
    assert "Kit" not in page
    async with reader.database.reading() as tx:
        (reach,) = await storage.load_reaches(tx, [ana.request_id], reader.vault)
    assert reach.client is not None
    assert reach.client.name == "Kit"


async def test_somebody_under_age_gets_no_call_before_a_person_has_looked(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        await told_on(browser, path_of(front, ana), ("age", "15"))
        page = await written(browser, path_of(front, ana))
    assert "/book/" not in page


async def test_the_button_pressed_twice_gets_the_same_answer(
    ana: Receipt, front: Front, database: Database
) -> None:
    async with a_browser(front) as browser:
        first = await told_on(browser, path_of(front, ana), ("message", "evenings"))
        after = await whole(database)
        again = await told_on(browser, path_of(front, ana), ("message", "evenings"))
    assert (again.status_code, again.headers["location"]) == (first.status_code, first.headers["location"])
    assert await whole(database) == after


async def test_a_coordinator_tells_it_on_their_behalf_and_is_on_record(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    path = on_behalf(front, ana)
    async with a_browser(front) as browser:
        prove(browser, front)
        assert ana.reference in await written(browser, path)
        await told_on(browser, path, ("message", "prefers mornings"))
        page = await written(browser, path)
    assert "It is kept" in page
    assert "/book/" not in page
    assert ("readiness.told", ("coordinator:dana",)) in await reader.trail(ana)
    async with reader.database.reading() as tx:
        (words,) = await storage.load_words(tx, [ana.request_id], reader.vault)
    assert [(each.by, each.text) for each in words.later] == [("coordinator:dana", "prefers mornings")]


async def test_a_coordinator_who_has_left_opens_nothing(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        assert (await browser.get(on_behalf(front, ana, "gone"))).status_code == 404


async def test_not_now_ends_the_duty_and_can_be_thought_over(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    path = path_of(front, ana)
    async with a_browser(front) as browser:
        assert "Shall we leave it" in await written(browser, f"{path}/not-now")
        for _ in range(2):
            answer = await browser.post(f"{path}/not-now", headers=FORM)
            assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/not-now?lang=en")
        assert "We leave it for now" in await written(browser, f"{path}/not-now")
        assert (await reader.request(ana)).path == "readiness"
        assert await operations.open_items(reader.database) == []
        assert (await told_on(browser, path)).status_code == 303
    assert (await reader.request(ana)).path == "consultation"


async def test_not_now_after_it_was_told_changes_nothing(ana: Receipt, front: Front, reader: Reader) -> None:
    path = path_of(front, ana)
    async with a_browser(front) as browser:
        await told_on(browser, path)
        await browser.post(f"{path}/not-now", headers=FORM)
        assert ana.reference in await written(browser, f"{path}/not-now")
    assert (await reader.request(ana)).path == "consultation"


@pytest.mark.parametrize("how", ["silenced", "erased", "discarded"])
async def test_where_nothing_is_open_a_page_says_so_kindly_and_nothing_is_done(
    ana: Receipt, front: Front, reader: Reader, how: str
) -> None:
    path = path_of(front, ana)
    if how == "silenced":
        await operations.silence(reader.database, ana.reference, NOW)
    elif how == "erased":
        await reader.erase(ana)
    else:
        await _discard(reader, ana)
    before = await whole(reader.database)
    async with a_browser(front) as browser:
        page = await written(browser, path)
        refused = await told_on(browser, path)
        waits = await browser.post(f"{path}/not-now", headers=FORM)
    assert "Nothing is open here" in page
    assert front.practice.phone in page
    assert (refused.status_code, waits.status_code) == (409, 409)
    assert "Nothing is open here" in refused.text
    assert await whole(reader.database) == before


async def _discard(reader: Reader, ana: Receipt) -> None:
    async with reader.database.transaction() as tx:
        await storage.end_ready(tx, [ana.request_id])
        request = (await storage.load_requests(tx, [ana.request_id]))[0]
        closed = discarded(request)
        assert await storage.update_request(tx, closed, NOW)


async def test_a_coordinator_s_page_is_in_her_language_and_the_person_s_in_theirs(
    reader: Reader, database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock, practice=a_practice())
    ana = await reader.asked(language="es")
    async with a_browser(front, **{"accept-language": "en"}) as browser:
        prove(browser, front, "lee")
        assert "¿Qué sigue igual?" in await written(browser, path_of(front, ana))
        assert "What is still true?" in await written(browser, on_behalf(front, ana, "lee"))
        assert "What is still true?" in await written(browser, f"{path_of(front, ana)}?lang=en")
