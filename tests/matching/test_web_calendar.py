"""A coordinator's calendar: her calls, and when she takes none."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.contracts.intake import AbsenceAsked
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW, ZONE
from tests.matching.webhouse import WebHouse, a_link, calendar_link, case_link, field_of, text_of

TUESDAY = NOW + timedelta(days=1)  # at 10 in Los Angeles
PAGE = calendar_link()


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


@pytest.fixture
async def dana(house: WebHouse) -> httpx.AsyncClient:
    return await house.proven(PAGE)


async def pressed(dana: httpx.AsyncClient, below: str, **typed: Any) -> httpx.Response:
    """A form of the page as it is at this moment."""
    shown = (await dana.get(PAGE)).text
    return await dana.post(f"{PAGE}/{below}", data={"absence_id": field_of(shown, "absence_id"), **typed})


def off(house: WebHouse) -> list[tuple[datetime, datetime]]:
    return [(each.begins_at, each.ends_at) for each in house.intake.calendars.absences.values()]


async def test_her_coming_calls_lead_to_where_they_are_moved(
    house: WebHouse, dana: httpx.AsyncClient
) -> None:
    await house.loop.request()
    house.intake.calendars.set("q-1", starts_at=TUESDAY)
    house.intake.calendars.set("q-2", starts_at=TUESDAY, coordinator_id="lee")
    house.intake.calendars.set("q-3", starts_at=NOW - timedelta(days=1))

    shown = (await dana.get(PAGE)).text

    assert "Tue, Nov 24, 10:00 am to 10:20 am: R-00001" in text_of(shown)
    assert "R-00002" not in shown
    assert "R-00003" not in shown
    link = re.search(r'href="(/referrals/case/[^"]+/call)"', shown)
    assert link
    opened = await dana.get(link[1])
    assert "The call: R-00001" in text_of(opened.text)  # proven already


async def test_a_call_whose_referral_is_not_known_yet_is_named_without_a_link(
    house: WebHouse, dana: httpx.AsyncClient
) -> None:
    house.intake.calendars.set("q-1", starts_at=TUESDAY)

    shown = (await dana.get(PAGE)).text

    assert "R-00001" in shown
    assert "/referrals/case/" not in shown


async def test_she_blocks_a_time_and_takes_calls_again(house: WebHouse, dana: httpx.AsyncClient) -> None:
    kept = await pressed(dana, "block", day="2026-11-24", **{"from": "14:00", "to": "15:30"})

    assert (kept.status_code, kept.headers["location"]) == (303, f"{PAGE}?said=block")
    said = text_of((await dana.get(kept.headers["location"])).text)
    assert "Kept: you take no calls at that time." in said
    assert "Tue, Nov 24, 2:00 pm to 3:30 pm" in said
    begins = datetime(2026, 11, 24, 14, tzinfo=ZONE)
    assert off(house) == [(begins, begins + timedelta(minutes=90))]

    again = await pressed(dana, "remove")
    assert "Kept: you take calls again" in text_of((await dana.get(again.headers["location"])).text)
    assert off(house) == []


async def test_a_leave_is_whole_days_by_her_own_clock(house: WebHouse, dana: httpx.AsyncClient) -> None:
    kept = await pressed(dana, "leave", first="2026-12-21", last="2026-12-24")

    assert "Mon, Dec 21 to Thu, Dec 24" in text_of((await dana.get(kept.headers["location"])).text)
    assert off(house) == [(datetime(2026, 12, 21, 8, tzinfo=UTC), datetime(2026, 12, 25, 8, tzinfo=UTC))]
    one_day = await pressed(dana, "leave", first="2027-03-14", last="2027-03-14")
    assert "Sun, Mar 14 Take calls again" in text_of((await dana.get(one_day.headers["location"])).text)
    begins, ends = off(house)[-1]
    assert ends - begins == timedelta(hours=23)  # the night on which the clocks go forward


async def test_who_works_by_another_clock_than_the_practice_is_off_by_her_own(
    with_three: Database, clock: TestClock, practice: Practice
) -> None:
    new_york = {"time_zone": "America/New_York"}
    everybody = [one.model_copy(update=new_york if one.id == "dana" else {}) for one in practice.coordinators]
    house = WebHouse(with_three, clock, practice.model_copy(update={"coordinators": tuple(everybody)}))
    dana = await house.proven(PAGE)

    await pressed(dana, "leave", first="2026-12-21", last="2026-12-21")
    assert off(house) == [(datetime(2026, 12, 21, 5, tzinfo=UTC), datetime(2026, 12, 22, 5, tzinfo=UTC))]
    kept = await pressed(dana, "block", day="2026-11-24", **{"from": "14:00", "to": "15:30"})
    begins = datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert off(house)[-1] == (begins, begins + timedelta(minutes=90))
    shown = text_of((await dana.get(kept.headers["location"])).text)
    assert "Tue, Nov 24, 2:00 pm to 3:30 pm" in shown


async def test_a_call_within_a_leave_stands_and_is_listed_until_it_is_moved(
    house: WebHouse, dana: httpx.AsyncClient
) -> None:
    await house.loop.request()
    await house.loop.request(2)
    house.intake.calendars.set("q-1", starts_at=TUESDAY)
    house.intake.calendars.set("q-2", starts_at=TUESDAY + timedelta(days=2))

    kept = await pressed(dana, "leave", first="2026-11-24", last="2026-11-24")

    shown = (await dana.get(kept.headers["location"])).text
    in_the_way, rest = shown.split("Coming</h2>")
    assert "These are still booked." in in_the_way
    assert re.search(r'href="/referrals/case/[^"]+/call">R-00001', in_the_way)
    assert "R-00002" in rest
    assert "R-00001" not in rest
    assert house.intake.calendars.calls["q-1"].status == "booked"


async def test_the_same_press_twice_keeps_one_absence(house: WebHouse, dana: httpx.AsyncClient) -> None:
    absence_id = field_of((await dana.get(PAGE)).text, "absence_id")
    form = {"absence_id": absence_id, "first": "2026-12-21", "last": "2026-12-24"}

    answers = [await dana.post(f"{PAGE}/leave", data=form) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert len(off(house)) == 1


async def test_what_was_removed_already_is_told(house: WebHouse, dana: httpx.AsyncClient) -> None:
    await pressed(dana, "leave", first="2026-12-21", last="2026-12-24")
    form = {"absence_id": next(iter(house.intake.calendars.absences))}

    first, second = [await dana.post(f"{PAGE}/remove", data=form) for _ in range(2)]

    assert (first.status_code, second.status_code) == (303, 409)
    assert "That was removed already." in text_of(second.text)


@pytest.mark.parametrize(
    ("below", "typed", "sentence"),
    [
        ("block", {}, "Please give the day, and from when to when."),
        ("block", {"day": "2026-11-24", "from": "15:00", "to": "14:00"}, "It ends before it begins."),
        ("block", {"day": "2026-11-24", "from": "14:00", "to": "14:00"}, "It ends before it begins."),
        ("block", {"day": "2026-11-20", "from": "14:00", "to": "15:00"}, "That time has passed."),
        ("leave", {"first": "2026-12-24"}, "Please give the first and the last day"),
        ("leave", {"first": "2026-12-24", "last": "2026-12-21"}, "It ends before it begins."),
        ("leave", {"first": "2026-11-01", "last": "2026-11-02"}, "That time has passed."),
        ("leave", {"first": "2026-12-24", "last": "9999-12-31"}, "Please give the first and the last day"),
        ("leave", {"first": "2026-12-24", "last": "2036-12-21"}, "Is the year right?"),
        ("remove", {"absence_id": ""}, "Please use one of the buttons."),
    ],
)
async def test_what_cannot_be_is_asked_for_again_with_what_was_typed(
    house: WebHouse, dana: httpx.AsyncClient, below: str, typed: dict[str, str], sentence: str
) -> None:
    said = await dana.post(f"{PAGE}/{below}", data=typed)

    assert said.status_code == 422
    assert sentence in text_of(said.text)
    assert all(f'value="{value}"' in said.text for value in typed.values() if value)
    assert not any(isinstance(each, AbsenceAsked) for each in house.intake.asked)


async def test_while_intake_is_away_the_calendar_says_so_and_nothing_typed_is_lost(
    house: WebHouse, dana: httpx.AsyncClient
) -> None:
    house.intake.away = True

    looked = await dana.get(PAGE)
    asked = await dana.post(
        f"{PAGE}/block", data={"absence_id": "a-7", "day": "2026-11-24", "from": "14:00", "to": "15:30"}
    )

    assert (looked.status_code, asked.status_code) == (503, 503)
    assert "The calendar cannot be reached at the moment." in text_of(looked.text)
    assert all(f'value="{value}"' in asked.text for value in ("a-7", "2026-11-24", "14:00", "15:30"))


async def test_without_a_code_nothing_of_the_calendar_is_shown_or_asked_for(house: WebHouse) -> None:
    house.intake.calendars.set("q-1", starts_at=TUESDAY)
    browser = house.browser()

    looked = await browser.get(PAGE)
    refused = await browser.post(f"{PAGE}/leave", data={"first": "2026-12-21", "last": "2026-12-24"})

    assert "Mail me a code" in looked.text
    assert "R-00001" not in looked.text
    assert refused.status_code == 403
    assert house.intake.asked == []


@pytest.mark.parametrize(
    "link",
    [
        a_link("/referrals/calendar", "calendar", "coordinator:dana", "roster"),
        a_link("/referrals/calendar", "calendar", "coordinator:nobody", "calendar"),
        a_link("/referrals/calendar", "calendar", "clinician:c-a", "calendar"),
        a_link("/referrals/calendar", "roster", "coordinator:dana", "calendar"),
        case_link("r-1").replace("/case/", "/calendar/"),
    ],
)
async def test_a_link_for_something_else_opens_no_calendar(house: WebHouse, link: str) -> None:
    assert (await house.browser().get(link)).status_code == 404


async def test_lees_browser_does_not_open_danas_calendar(house: WebHouse) -> None:
    lee = await house.proven(calendar_link("lee"))

    assert "Mail me a code" in (await lee.get(PAGE)).text
    assert (
        await lee.post(f"{PAGE}/leave", data={"first": "2026-12-21", "last": "2026-12-24"})
    ).status_code == 403
