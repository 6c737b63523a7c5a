"""A coordinator's link to *what is still true* shows nothing of a person until her browser is proved."""

from datetime import timedelta

import pytest

from services.intake.handlers import Receipt
from services.intake.web import Front
from shared.contracts.matching import CodeAsked, DigitsTold
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import NOW
from tests.intake.readying import Reader, reached
from tests.intake.webbegin import on_behalf, path_of, prove, told_on, written
from tests.intake.webbook import whole
from tests.intake.webhouse import FORM, ProofDesk, a_browser, a_front

ASKED = "is this your browser?"
OPEN = "What is still true?"


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.fixture
def desk(clock: TestClock) -> ProofDesk:
    return ProofDesk(clock)


@pytest.fixture
def front(database: Database, clock: TestClock, desk: ProofDesk) -> Front:
    clock.move(timedelta(hours=1))
    return a_front(database, clock, ask=desk)


@pytest.fixture
async def ana(reader: Reader) -> Receipt:
    """Somebody who read first about loss and is ready."""
    receipt = await reader.asked(concerns=("grief_loss",))
    await reader.hear(reached(receipt, at=NOW))
    return receipt


@pytest.mark.parametrize("below", ["", "/not-now"])
async def test_without_a_proof_a_coordinators_link_shows_the_reference_and_does_nothing(
    ana: Receipt, front: Front, database: Database, below: str
) -> None:
    path, before = on_behalf(front, ana), await whole(database)
    async with a_browser(front) as browser:
        page = await written(browser, path + below)
        refused = await told_on(browser, path + below, ("message", "prefers mornings"))

    assert refused.status_code == 403
    assert "Nothing was done yet" in refused.text
    for shown in (page, refused.text):
        assert f"{ana.reference}: {ASKED}" in shown
        assert "grief" not in shown.lower()
        assert "prefers mornings" not in shown
    assert await whole(database) == before


async def test_a_persons_own_link_asks_for_no_code(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        assert OPEN in await written(browser, path_of(front, ana))


async def test_the_digits_open_it_in_this_browser_until_the_practices_day_ends(
    ana: Receipt, front: Front, desk: ProofDesk, clock: TestClock
) -> None:
    path = on_behalf(front, ana)
    async with a_browser(front) as browser:
        sent = await browser.post(f"{path}/code", headers=FORM)
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?lang=en&said=sent")
        assert "We mailed you six digits" in await written(browser, sent.headers["location"])
        proven = await browser.post(f"{path}/prove", content="digits=123+456", headers=FORM)
        assert (proven.status_code, proven.headers["location"]) == (303, f"{path}?lang=en")
        assert OPEN in await written(browser, path)
        assert (await browser.post(f"{path}/code", headers=FORM)).headers["location"] == f"{path}?lang=en"
        clock.move(timedelta(days=1))
        assert ASKED in await written(browser, path)

    cookie = proven.headers["set-cookie"]
    assert all(said in cookie for said in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
    assert desk.asked == [
        CodeAsked(recipient="coordinator:dana", matter=f"begin:{ana.request_id}", asked_by="intake"),
        DigitsTold(
            recipient="coordinator:dana",
            matter=f"begin:{ana.request_id}",
            digits="123456",
            asked_by="intake",
        ),
    ]


async def test_other_digits_or_none_open_nothing_and_say_how_many_tries_are_left(
    ana: Receipt, front: Front
) -> None:
    path = on_behalf(front, ana)
    async with a_browser(front) as browser:
        early = await browser.post(f"{path}/prove", content="digits=123456", headers=FORM)
        await browser.post(f"{path}/code", headers=FORM)
        said = [
            await browser.post(f"{path}/prove", content=f"digits={digits}", headers=FORM)
            for digits in ("000000", "", "x" * 4000, "9" * 4000)
        ]
        page = await written(browser, path)

    assert [each.status_code for each in (early, *said)] == [422] * 5
    assert "Tries that are left: 3." in said[0].text
    assert "Please ask for another" in said[-1].text
    assert not any("set-cookie" in each.headers for each in (early, *said))
    assert ASKED in page


async def test_a_proof_is_for_one_coordinator(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        prove(browser, front, "dana")
        assert OPEN in await written(browser, on_behalf(front, ana, "dana"))
        lees = await written(browser, on_behalf(front, ana, "lee"))
        stolen = next(iter(browser.cookies.values()))
        for name in list(browser.cookies):
            browser.cookies.set(name, path_of(front, ana, purpose="begin-browser").rpartition("/")[2])
        persons = await written(browser, on_behalf(front, ana, "dana"))

    assert stolen
    assert ASKED in lees
    assert ASKED in persons


async def test_too_many_codes_wait(ana: Receipt, front: Front) -> None:
    path = on_behalf(front, ana)
    async with a_browser(front) as browser:
        answers = [await browser.post(f"{path}/code", headers=FORM) for _ in range(6)]

    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "2400"
    assert "Minutes until you can ask for another: 40." in answers[-1].text


async def test_while_matching_is_away_she_is_asked_to_come_again(
    ana: Receipt, front: Front, desk: ProofDesk
) -> None:
    desk.away, path = True, on_behalf(front, ana)
    async with a_browser(front) as browser:
        for below in ("/code", "/prove"):
            answer = await browser.post(path + below, headers=FORM)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]


@pytest.mark.parametrize("below", ["/code", "/prove"])
async def test_a_form_of_another_website_and_a_link_that_is_not_good_ask_for_nothing(
    ana: Receipt, front: Front, desk: ProofDesk, below: str
) -> None:
    foreign = {**FORM, "origin": "https://evil.example"}
    async with a_browser(front) as browser:
        assert (await browser.post(on_behalf(front, ana) + below, headers=foreign)).status_code == 403
        assert (await browser.post(f"/begin/nobodys{below}", headers=FORM)).status_code == 404
        gone = on_behalf(front, ana, "gone")
        assert (await browser.post(gone + below, headers=FORM)).status_code == 404
        own = await browser.post(path_of(front, ana) + below, headers=FORM)
        assert own.headers["location"].endswith("?lang=en")

    assert desk.asked == []


async def test_she_is_asked_in_her_language(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        page = await written(browser, f"{on_behalf(front, ana)}?lang=es")
    assert "¿es este su navegador?" in page
    assert "Envíenme un código" in page


async def test_of_a_request_that_nobody_knows_any_more_it_says_so_without_a_code(
    ana: Receipt, front: Front, reader: Reader
) -> None:
    await reader.erase(ana)
    async with a_browser(front) as browser:
        assert "Nothing is open here" in await written(browser, on_behalf(front, ana))
