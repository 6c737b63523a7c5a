"""Times on the wall clock of whoever looks, through both changes of the clocks."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.intake.domain.call import Slot
from services.intake.web.book_times import day_and_time, days_of, zone_name, zones
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import NOW, the_practice
from tests.intake.webbook import a_link, chosen, offered_in, sent_to, times_on
from tests.intake.webhouse import Page, a_browser, a_front

LA, PHOENIX, HONOLULU = "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"


@pytest.fixture
def engine() -> str:
    return "sqlite"


def slots(*starts: str) -> tuple[Slot, ...]:
    """Free times at these instants, `2026-11-01 08:30` in UTC."""
    begins = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in starts]
    return tuple(Slot(each, each + timedelta(minutes=20), ("dana",)) for each in begins)


def shown(days: Sequence[Any]) -> list[tuple[str, list[str]]]:
    return [(day.name, [each.clock for each in day.times]) for day in days]


async def test_times_in_another_zone_are_the_same_times_and_are_kept_with_the_call(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        own, there = await browser.get(link), await browser.get(f"{link}?zone={HONOLULU}")
        form = dict(Page.read(there.text).submitted())
        answer = await sent_to(browser, f"{link}/book", **{**form, "time": offered_in(there)[0]})
        booked = await browser.get(link)
        moving = await browser.get(f"{link}/book")

    assert offered_in(own) == offered_in(there)
    assert "All times are in Hawaii-Aleutian Time (Honolulu)." in there.text
    assert answer.status_code == 303
    assert "Monday, November 23 at 11:30 am" in booked.text
    assert "Honolulu" in booked.text
    assert "All times are in Hawaii-Aleutian Time (Honolulu)." in moving.text


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../../etc/passwd", "", "America", "<b>", "a" * 5000, "UTC"]
)
async def test_a_zone_that_is_not_offered_shows_the_person_s_own(
    database: Database, clock: TestClock, zone: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        page = await browser.get(link, params={"zone": zone})
        answer = await chosen(browser, link, (await times_on(browser, link))[0], zone=zone)
        booked = await browser.get(link)

    assert "All times are in Pacific Time (Los Angeles)." in page.text
    assert answer.status_code == 303
    assert "Pacific Time (Los Angeles)" in booked.text


async def test_somebody_far_away_sees_their_own_zone_first(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, time_zone="Europe/Madrid", language="es")
        page = await browser.get(link)

    assert "hora de Europa central (Madrid)" in page.text
    assert '<option value="Europe/Madrid" selected>' in page.text
    assert '<option value="America/New_York">' in page.text


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (datetime(2026, 10, 29, 18, tzinfo=UTC), "2026-10-30T17:00Z", "2026-11-03T18:00Z"),
        (datetime(2027, 3, 11, 18, tzinfo=UTC), "2027-03-12T18:00Z", "2027-03-16T17:00Z"),
    ],
    ids=["clocks go back", "clocks go forward"],
)
async def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(
    database: Database, start: datetime, before: str, after: str
) -> None:
    clock = TestClock(start)
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        here, there = await browser.get(link), await browser.get(f"{link}?zone={PHOENIX}")

    on_clock = {
        (page, time): text
        for page, answer in (("here", here), ("there", there))
        for time, text in re.findall(r'value="(\S+Z)"[^>]*><span>([^<]+)</span>', answer.text)
    }
    assert on_clock["here", before] == on_clock["here", after] == "10:00 am"
    summer, winter = (before, after) if start.month == 10 else (after, before)
    assert on_clock["there", summer] == "10:00 am"
    assert on_clock["there", winter] == "11:00 am"


def test_an_hour_that_comes_twice_says_which_of_the_two_it_is() -> None:
    twice = slots("2026-11-01 07:30", "2026-11-01 08:30", "2026-11-01 09:30", "2026-11-01 10:30")

    assert shown(days_of(twice, ZoneInfo(LA), "en", None)) == [
        ("Sunday, November 1", ["12:30 am", "1:30 am PDT", "1:30 am PST", "2:30 am"])
    ]


def test_days_are_those_of_the_zone_and_the_first_is_open() -> None:
    late = slots("2026-11-24 06:30", "2026-11-24 08:30")

    here = days_of(late, ZoneInfo(LA), "en", None)
    there = days_of(late, ZoneInfo("America/New_York"), "es", late[1].starts_at)

    assert shown(here) == [("Monday, November 23", ["10:30 pm"]), ("Tuesday, November 24", ["12:30 am"])]
    assert [day.open for day in here] == [True, False]
    assert shown(there) == [("Martes 24 de noviembre", ["1:30", "3:30"])]


def test_one_o_clock_is_said_in_the_singular_in_spanish() -> None:
    one, two = (each.starts_at for each in slots("2026-11-24 21:00", "2026-11-24 22:00"))

    assert day_and_time(one, ZoneInfo(LA), "es") == "martes 24 de noviembre a las 13:00"
    assert day_and_time(one, ZoneInfo(HONOLULU), "en") == "Tuesday, November 24 at 11:00 am"
    assert day_and_time(two, ZoneInfo("Asia/Tokyo"), "es") == "miércoles 25 de noviembre a las 7:00"
    assert "a la 1:00" in day_and_time(slots("2026-11-24 09:00")[0].starts_at, ZoneInfo(LA), "es")


def test_every_zone_of_a_state_has_a_name_that_people_use() -> None:
    for language in ("en", "es"):
        named = {each.code: each.text for each in zones(the_practice(), "Asia/Kolkata", language, NOW)}
        assert set(named) == {
            *{state.time_zone for state in the_practice().rules.states.values()},
            "Asia/Kolkata",
        }
        assert len(set(named.values())) == len(named)
        assert not any("_" in text or "/" in text or "Unknown" in text for text in named.values())
    assert zone_name("America/Indiana/Indianapolis", "en") == "Indianapolis time"
    assert zone_name("America/Indiana/Indianapolis", "es") == "hora de Indianapolis"
