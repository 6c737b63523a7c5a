"""The page on which a coordinator arranges the call: what she sees, and what comes of a press."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.matching.domain import life
from shared.contracts.intake import CallAsked, Consultation
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.webhouse import WebHouse, case_link, field_of, text_of

TUESDAY = NOW + timedelta(days=1)  # at 10 in Los Angeles
HALF_AN_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
NOTE = "She can speak after ten, in the car."


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def pressed(dana: httpx.AsyncClient, page: str, act: str, **typed: Any) -> httpx.Response:
    """A form of the page as it is at this moment."""
    shown = (await dana.get(f"{page}/call")).text
    return await dana.post(f"{page}/call", data={"act": act, "seen": field_of(shown, "seen"), **typed})


def slot(at: datetime, who: str = "dana") -> str:
    return f"{at.isoformat()}~{who}"


def call_of(house: WebHouse) -> Consultation:
    return house.intake.calendars.calls["q-1"]


async def test_her_own_free_times_come_first_and_the_others_too(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY, TUESDAY + HALF_AN_HOUR)
    house.intake.calendars.offer(TUESDAY + HOUR, who=("lee",))

    said = (await dana.get(f"{page}/call")).text

    assert "No call is booked." in text_of(said)
    hers, others = text_of(said).split("When Lee is free")
    assert "Your free times Tuesday, November 24, 2 free 10:00 am 10:30 am" in hers
    assert "Tuesday, November 24, 3 free 10:00 am 10:30 am 11:00 am" in others
    assert said.count("<details open>") == 1


async def test_a_free_time_is_booked_and_shown_before_the_fact_has_come(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY)

    kept = await pressed(dana, page, "book", slot=slot(TUESDAY, "lee"))

    assert (kept.status_code, kept.headers["location"]) == (303, f"{page}/call?said=book")
    said = text_of((await dana.get(kept.headers["location"])).text)
    assert "Kept: the call is booked." in said
    assert "Booked by you at 10:00 am. When Tue, Nov 24, 10:00 am to 10:20 am Who calls Lee" in said
    assert (call_of(house).coordinator_id, call_of(house).by) == ("lee", "coordinator:dana")
    assert (
        await house.loop.get(referral_id)
    ).standing.next_action == life.REACH_OUT  # the fact is on its way


async def test_any_other_time_is_booked_by_the_practices_clock(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()

    kept = await pressed(dana, page, "book", day="2026-11-24", time="12:05", minutes="45")

    assert kept.status_code == 303
    assert call_of(house).starts_at == TUESDAY + timedelta(hours=2, minutes=5)
    assert call_of(house).ends_at - call_of(house).starts_at == timedelta(minutes=45)
    assert call_of(house).coordinator_id == "dana"


async def test_times_are_shown_by_the_persons_clock_where_it_is_another(house: WebHouse) -> None:
    page = case_link(await house.loop.request(time_zone="America/New_York"))
    dana = await house.proven(page)
    house.intake.calendars.zone = "America/New_York"
    house.intake.calendars.offer(TUESDAY, TUESDAY + timedelta(hours=12))

    before = text_of((await dana.get(f"{page}/call")).text)
    house.intake.calendars.set("q-1", starts_at=TUESDAY)
    after = text_of((await dana.get(f"{page}/call")).text)

    assert "10:00 am 1:00 pm, New York time" in before
    assert "10:00 pm Wed, Nov 25, 1:00 am, New York time" in before
    assert "By their clock 1:00 pm, New York time" in after
    assert "By the practice’s clock, Los Angeles time." in before


async def test_a_call_is_moved_and_cancelled(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY, TUESDAY + HOUR)
    await pressed(dana, page, "book", slot=slot(TUESDAY))

    moved = await pressed(dana, page, "move", slot=slot(TUESDAY + HOUR))
    said = text_of((await dana.get(moved.headers["location"])).text)
    assert "Kept: the call is moved." in said
    assert "Moved by you at 10:00 am. When Tue, Nov 24, 11:00 am" in said

    off = await pressed(dana, page, "cancel")
    said = text_of((await dana.get(off.headers["location"])).text)
    assert "Kept: the call is cancelled, and its time is free." in said
    assert call_of(house).status == "cancelled"


async def test_who_comes_second_hears_who_was_first_and_nothing_is_lost(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY, TUESDAY + HOUR)
    house.intake.calendars.set("q-1", starts_at=TUESDAY, coordinator_id="lee", by="coordinator:lee")
    form = {"act": "book", "seen": "0", "slot": slot(TUESDAY + HOUR), "note": NOTE, "note_id": "n-1"}

    late = await dana.post(f"{page}/call", data=form)

    said = text_of(late.text)
    assert late.status_code == 409
    assert "Booked by Lee at 10:00 am: the call of Tue, Nov 24, 10:00 am. Nothing was changed by you" in said
    assert f'value="{slot(TUESDAY + HOUR)}" checked' in late.text
    assert field_of(late.text, "seen") == "1"


async def test_a_time_that_somebody_took_is_told_with_what_is_free(house: WebHouse) -> None:
    await house.loop.request(2)
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY, TUESDAY + HOUR)
    house.intake.calendars.set("q-2", starts_at=TUESDAY)

    late = await dana.post(f"{page}/call", data={"act": "book", "seen": "0", "slot": slot(TUESDAY)})

    assert late.status_code == 409
    assert "Somebody else has that time now. Here is what is free." in text_of(late.text)
    assert slot(TUESDAY) not in late.text
    assert slot(TUESDAY + HOUR) in late.text


async def test_the_same_press_twice_is_no_conflict(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.offer(TUESDAY)
    form = {"act": "book", "seen": "0", "slot": slot(TUESDAY)}

    answers = [await dana.post(f"{page}/call", data=form) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert call_of(house).version == 1


async def test_while_intake_is_away_the_page_says_so_and_keeps_what_was_typed(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.away = True

    looked = await dana.get(f"{page}/call")
    other = {"day": "2026-11-25", "time": "15:35", "minutes": "45", "coordinator_id": "lee"}
    typed = await dana.post(f"{page}/call", data={"act": "book", "seen": "0", **other})
    chosen = await dana.post(f"{page}/call", data={"act": "book", "seen": "3", "slot": slot(TUESDAY)})

    assert [each.status_code for each in (looked, typed, chosen)] == [503, 503, 503]
    assert "The calendar cannot be reached at the moment" in text_of(looked.text)
    assert all(f'value="{value}"' in typed.text for value in ("2026-11-25", "15:35", "45"))
    assert '<option value="lee" selected>' in typed.text
    assert f'value="{slot(TUESDAY)}" checked' in chosen.text
    assert "Tue, Nov 24, 10:00 am, with Dana" in chosen.text
    assert field_of(chosen.text, "seen") == "3"


async def test_a_request_that_was_erased_has_no_call(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.unknown.add("q-1")

    looked = await dana.get(f"{page}/call")
    asked = await dana.post(f"{page}/call", data={"act": "book", "seen": "0", "slot": slot(TUESDAY)})

    assert (looked.status_code, asked.status_code) == (410, 410)
    assert "Nobody knows this request any more" in text_of(asked.text)
    assert 'name="day"' not in looked.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Please choose a time."),
        ({"slot": "soon"}, "Please choose one of the times."),
        ({"slot": "2026-11-24T10:00:00~dana"}, "Please choose one of the times."),
        ({"slot": f"{TUESDAY.isoformat()}~nobody"}, "Please choose who calls."),
        ({"slot": f"{NOW.isoformat()}~dana"}, "That time has passed."),
        ({"day": "tomorrow", "time": "14:00"}, "Please give the day, the time and the length of the call."),
        ({"day": "2026-11-23", "time": "09:00"}, "That time has passed."),
        ({"day": "2027-11-23", "time": "09:00"}, "Is the day right?"),
        ({"day": "2026-11-24", "time": "14:00", "minutes": "0"}, "A call takes from 5 to 180 minutes."),
        ({"day": "2026-11-24", "time": "14:02"}, "full five minutes"),
        ({"day": "2026-11-24", "time": "14:00", "minutes": "22"}, "full five minutes"),
        ({"day": "2026-11-24", "time": "14:00", "coordinator_id": "rae"}, "Please choose who calls."),
    ],
)
async def test_a_time_that_cannot_be_is_asked_for_again(
    house: WebHouse, typed: dict[str, str], sentence: str
) -> None:
    _, page, dana = await house.at_the_desk()

    said = await pressed(dana, page, "book", **typed)

    assert said.status_code == 422
    assert sentence in text_of(said.text)
    assert f'value="{typed.get("day", "")}"' in said.text
    assert not any(isinstance(each, CallAsked) for each in house.intake.asked)


async def test_whose_home_is_not_safe_is_told_of_a_call_by_whoever_arranges_it(house: WebHouse) -> None:
    page = case_link(await house.loop.request(flags=("danger_at_home",)))
    dana = await house.proven(page)

    assert "nothing is mailed to them about the call" in text_of((await dana.get(f"{page}/call")).text)


async def test_what_a_caller_should_know_stands_with_the_call(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.calendars.set("q-1", interpreter=("es",), state="TX")

    said = text_of((await dana.get(f"{page}/call")).text)

    assert "Interpreter Needed for Spanish" in said
    assert "They will be in Texas, where the practice does not work" in said


@pytest.mark.parametrize("act", ["book", "move"])
async def test_for_who_asked_for_silence_no_call_is_arranged(house: WebHouse, act: str) -> None:
    _, page, dana = await house.at_the_desk()
    await house.loop.silence(1)

    looked = await dana.get(f"{page}/call")
    tried = await dana.post(f"{page}/call", data={"act": act, "seen": "0", "slot": slot(TUESDAY)})

    assert (looked.status_code, tried.status_code) == (409, 409)
    assert house.intake.calendars.calls == {}


async def test_while_an_act_can_be_undone_a_call_can_be_arranged(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    await house.loop.choose(referral_id, "c-a")
    house.intake.calendars.offer(TUESDAY)

    assert (await pressed(dana, page, "book", slot=slot(TUESDAY))).status_code == 303


async def test_nothing_is_asked_of_intake_for_a_browser_that_proved_nothing(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()

    await browser.get(f"{page}/call")
    refused = await browser.post(f"{page}/call", data={"act": "cancel", "seen": "1"})

    assert refused.status_code == 403
    assert house.intake.asked == []
