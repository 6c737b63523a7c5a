"""How a call went is said from the page and from the mail after it, and what comes of it is asked."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.calls import attended, hear, scheduled
from tests.matching.webhouse import WebHouse, case_link, field_of, text_of

NOON, HOUR = NOW + timedelta(hours=2), timedelta(hours=1)
NOTE = "She can speak after ten, in the car."


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def pressed(dana: httpx.AsyncClient, page: str, act: str, **typed: Any) -> httpx.Response:
    """A form of the page as it is at this moment."""
    shown = (await dana.get(f"{page}/call")).text
    return await dana.post(f"{page}/call", data={"act": act, "seen": field_of(shown, "seen"), **typed})


async def test_how_a_call_went_is_said_once_it_has_begun(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.set("q-1", starts_at=NOON)
    before = (await dana.get(f"{page}/call")).text
    assert "They were there" not in before
    early = await dana.post(f"{page}/call", data={"act": "attended", "seen": "1"})
    assert early.status_code == 409
    assert "once it has begun" in text_of(early.text)

    house.clock.now = NOON
    shown = (await dana.get(f"{page}/call")).text
    assert "How did it go?" in shown
    kept = await pressed(dana, page, "attended", note=NOTE, note_id=field_of(shown, "note_id"))

    assert kept.status_code == 303
    assert house.intake.calendars.calls["q-1"].status == "attended"
    assert [each.text for each in house.intake.notes.values()] == [NOTE]
    said = text_of((await dana.get(kept.headers["location"])).text)
    assert "Kept: they were there. " in said
    assert "What comes of it?" in said
    assert "How did it go?" not in said


async def test_who_was_not_there_is_marked_and_can_be_booked_again(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.set("q-1", starts_at=NOON)
    house.clock.now = NOON + HOUR

    kept = await pressed(dana, page, "missed")

    said = (await dana.get(kept.headers["location"])).text
    assert "Kept: they were not there." in text_of(said)
    assert 'value="book"' in said
    assert house.intake.calendars.calls["q-1"].status == "missed"


async def test_from_the_mail_after_a_call_two_presses_are_enough(house: WebHouse) -> None:
    referral_id, _, _ = await house.at_the_desk()
    house.intake.calendars.set("q-1", starts_at=NOON)
    house.clock.now = NOON + HOUR
    mailed = f"{case_link(referral_id, now=house.clock.now)}/call"
    browser = house.browser()

    asked = await browser.get(mailed)
    assert "Mail me a code" in asked.text
    await browser.post(mailed.replace("/call", "/code"), data={"to": "call"})
    proven = await browser.post(
        mailed.replace("/call", "/prove"), data={"to": "call", "digits": await house.digits()}
    )

    assert proven.headers["location"] == mailed
    assert "They were there" in (await browser.get(mailed)).text


async def test_a_note_about_a_call_is_not_lost_while_intake_is_away(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    await hear(house.loop, scheduled(starts_at=NOON))
    house.clock.now = NOON + HOUR
    house.intake.away = True

    said = await dana.post(f"{page}/call", data={"act": "attended", "seen": "1", "note": NOTE})

    assert said.status_code == 503
    assert NOTE in said.text
    assert "They were there" in said.text


async def test_once_they_were_there_the_page_asks_what_comes_of_it(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    await hear(house.loop, scheduled(starts_at=NOON), attended(starts_at=NOON))

    said = (await dana.get(page)).text

    asks, rest = said.split("They were there. What comes of it?")[1].split("What you can do")
    assert all(f'{page}/{below}"' in asks for below in ("choose", "none", "waitlist", "close"))
    assert not any(f'{page}/{below}"' in rest for below in ("none", "waitlist", "close"))
    assert "Dana: spoke with them at the call of Mon, Nov 23, 12:00 pm." in text_of(said)


async def test_a_call_that_has_begun_is_what_the_page_asks_about(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    await hear(house.loop, scheduled(starts_at=NOON, coordinator_id="lee"))
    before = text_of((await dana.get(page)).text)
    house.clock.now = NOON

    after = text_of((await dana.get(page)).text)

    assert "A call is booked Mon, Nov 23, 12:00 pm, with Lee. Move or cancel the call" in before
    assert "I have spoken with them" in before
    assert "How did the call go? Mon, Nov 23, 12:00 pm, with Lee. Say how the call went" in after
    assert "I have spoken with them" not in after
    assert "The person: booked a call for Mon, Nov 23, 12:00 pm, with Lee." in after
