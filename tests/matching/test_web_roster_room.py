"""The roster's page tells who has room: nobody is counted on who cannot be offered anybody."""

import pytest

from services.matching import operations
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.conftest import WriteRoster
from tests.matching.test_web_roster import roster_link, send
from tests.matching.webhouse import WebHouse, text_of


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_too_few_places_for_what_is_in_use_are_kept_and_said(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)

    kept = await send(browser, page, "room", capacity="3", caseload="5")

    shown = text_of((await browser.get(kept.headers["location"])).text)
    assert "Clinician c-a, LMFT 0 of 3 places free" in shown
    assert "2 more than the capacity of 3; nobody new until 3 of them end." in shown
    assert "The places of Clinician c-a are kept. They are fewer than are in use." in shown
    assert "0 of 3 places free · 2 more in use than there are" in shown


async def test_only_who_can_be_offered_somebody_today_is_counted(
    house: WebHouse, practice: Practice, write_roster: WriteRoster
) -> None:
    page = roster_link()
    ended = [{"state": "CA", "number": "LMFT000001", "expires": "2026-11-22"}]
    file = write_roster(
        {"id": "c-a"},
        {"id": "c-b", "leave": [{"from": "2026-11-20", "to": "2026-11-30"}]},
        {"id": "c-c", "licences": ended},
        {"id": "c-d", "accepting": False},
        {"id": "c-e", "capacity": 5},
        {"id": "c-f", "leave": [{"from": "2026-11-24", "to": "2026-11-30"}]},
    )
    await operations.import_roster(house.front.database, file, practice, NOW)

    said = text_of((await (await house.proven(page)).get(page)).text)

    assert "6 clinicians; 2 take new clients." in said
