"""Somebody chooses a time for a call, moves it, and cancels it."""

import pytest

from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webbook import (
    a_booking,
    a_link,
    at,
    chosen,
    form_on,
    offered_in,
    reach_of,
    sent_to,
    the_call,
    times_on,
    whole,
)
from tests.intake.webhouse import Page, a_browser, a_front

DENVER = "America/Denver"


FIRST = "2026-11-23 21:30"  # UTC; half past one in Los Angeles, when Dana alone is free


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_somebody_who_wrote_gets_a_page_of_free_times_and_books_one(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        page = await browser.get(link)
        answer = await chosen(browser, link, at(FIRST), remind="yes")
        shown = Page.read((await browser.get(answer.headers["location"])).text)

    assert page.text.count("<details open>") == 1
    assert "Pacific Time (Los Angeles)" in page.text
    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?lang=en")
    assert "Your call is booked" in shown.text
    assert "Monday, November 23 at 1:30 pm" in shown.text
    assert "Dana" in shown.text
    call = await the_call(front, link, clock)
    assert (call.coordinator_id, call.remind_shortly, call.time_zone) == ("dana", True, "America/Los_Angeles")


async def test_who_books_moves_and_cancels_in_spanish_is_led_on_in_spanish(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, language="es")
        later = (await times_on(browser, link))[-1]
        answers = [
            await chosen(browser, link, at(FIRST)),
            await chosen(browser, link, later),
            await sent_to(browser, f"{link}/where", state="CA"),
            await sent_to(browser, f"{link}/cancel", **await form_on(browser, f"{link}/cancel")),
        ]
        pages = [await browser.get(each.headers["location"]) for each in answers]

    assert ['<html lang="es"' in each.text for each in pages] == [True] * len(answers)
    assert {each.headers["location"].partition("?")[2] for each in answers} == {"lang=es"}


async def test_the_same_form_sent_again_shows_the_same_call(database: Database, clock: TestClock) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        form = await form_on(browser, link)
        answers = [await sent_to(browser, f"{link}/book", **{**form, "time": at(FIRST)}) for _ in range(3)]
        before = await whole(database)
        again = await sent_to(browser, f"{link}/book", **{**form, "time": at(FIRST)})

    assert {(each.status_code, each.headers["location"]) for each in (*answers, again)} == {
        (303, f"{link}?lang=en")
    }
    assert await whole(database) == before
    call = await the_call(front, link, clock)
    assert (call.version, call.sequence) == (1, 0)


async def test_whoever_was_a_little_slower_sees_fresh_times_and_what_they_typed(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        mine, theirs = await a_link(browser, phone=None), await a_link(browser, email="ana@example.org")
        assert at(FIRST) in await times_on(browser, mine)
        await chosen(browser, theirs, at(FIRST))
        answer = await sent_to(
            browser,
            f"{mine}/book",
            version="0",
            zone=DENVER,
            time=at(FIRST),
            phone="(323) 555-0188",
            voicemail="yes",
            remind="yes",
        )
        page = Page.read(answer.text)

    assert answer.status_code == 409
    assert "Somebody was a little quicker" in page.text
    assert at(FIRST) not in offered_in(answer)
    assert len(offered_in(answer)) > 100
    typed = dict(page.submitted())
    assert (typed["phone"], typed["voicemail"], typed["remind"]) == ("(323) 555-0188", "yes", "yes")
    assert typed["zone"] == DENVER
    assert "Mountain Time (Denver)" in page.text


async def test_the_day_that_was_chosen_stays_open_when_its_time_is_gone(
    database: Database, clock: TestClock
) -> None:
    wednesday = at("2026-11-25 21:30")
    async with a_browser(a_front(database, clock)) as browser:
        mine, theirs = await a_link(browser), await a_link(browser, email="ana@example.org")
        await chosen(browser, theirs, wednesday)
        answer = await chosen(browser, mine, wednesday)

    assert answer.status_code == 409
    opened = answer.text.partition("<details open>")[2].partition("</summary>")[0]
    assert "Wednesday, November 25" in opened


async def test_a_number_is_asked_for_only_where_none_is_known_and_is_kept_sealed(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        known, unknown = await a_link(browser), await a_link(browser, phone=None, email="ana@example.org")
        with_number, without = await browser.get(known), await browser.get(unknown)
        await a_booking(browser, unknown, phone="(323) 555-0188", voicemail="yes")
        booked = await browser.get(unknown)
        moving = await browser.get(f"{unknown}/book")

    assert 'name="phone"' not in with_number.text
    assert 'name="phone"' in without.text
    assert "0188" not in booked.text + moving.text
    reach = await reach_of(database, front, unknown, clock)
    assert (reach.writer.phone, reach.permissions.rules.voicemail_ok) == ("+13235550188", True)


async def test_a_number_that_nobody_asked_for_changes_nothing(database: Database, clock: TestClock) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        await a_booking(browser, link, phone="nonsense")
        moved = await chosen(
            browser, link, (await times_on(browser, f"{link}/book"))[4], phone="+13235550199"
        )

    assert moved.status_code == 303
    assert (await reach_of(database, front, link, clock)).writer.phone == "+13235550100"


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False)])
async def test_a_voicemail_is_left_only_where_they_say_that_it_is_safe(
    database: Database, clock: TestClock, said: str, kept: bool
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser, contact={"voicemail_ok": not kept})
        await a_booking(browser, link, voicemail=said)

    reach = await reach_of(database, front, link, clock)
    assert reach.permissions.rules.voicemail_ok is kept


async def test_no_voicemail_is_what_the_form_says_by_itself(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, contact={"voicemail_ok": True})
        form = await form_on(browser, link)

    assert (form["voicemail"], form["remind"]) == ("no", "no")


async def test_a_call_is_moved_and_its_old_time_is_free_at_once(database: Database, clock: TestClock) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link, other = await a_link(browser), await a_link(browser, email="ana@example.org")
        await chosen(browser, link, at(FIRST))
        page = await browser.get(f"{link}/book")
        answer = await chosen(browser, link, at("2026-11-23 22:00"))
        free = await times_on(browser, other)

    assert "Your call on Monday, November 23 at 1:30 pm stands until" in page.text
    assert 'name="voicemail"' not in page.text
    assert answer.status_code == 303
    assert at(FIRST) in free
    assert at("2026-11-23 22:00") not in free
    call = await the_call(front, link, clock)
    assert (call.version, call.sequence) == (2, 1)


async def test_a_form_of_before_the_call_was_moved_moves_nothing(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        old = await form_on(browser, link)
        await chosen(browser, link, at(FIRST))
        answer = await sent_to(browser, f"{link}/book", **{**old, "time": at("2026-11-24 18:00")})

    assert answer.status_code == 409
    assert "Monday, November 23 at 1:30 pm" in answer.text
    assert "The call has changed meanwhile" in answer.text
    assert (await the_call(front, link, clock)).sequence == 0


async def test_a_page_asks_before_a_call_is_cancelled_and_a_post_cancels_it_once(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link, other = await a_link(browser), await a_link(browser, email="ana@example.org")
        await chosen(browser, link, at(FIRST))
        asked = await browser.get(f"{link}/cancel")
        form = await form_on(browser, f"{link}/cancel")
        answers = [await sent_to(browser, f"{link}/cancel", **form) for _ in range(2)]
        shown = await browser.get(link)
        free = await times_on(browser, other)

    assert "Cancel the call?" in asked.text
    assert [each.status_code for each in answers] == [303, 303]
    assert "The call on Monday, November 23 at 1:30 pm does not take place." in shown.text
    assert at(FIRST) in free
    call = await the_call(front, link, clock)
    assert (call.status, call.by, call.version) == ("cancelled", "person", 2)


async def test_an_old_cancel_form_does_not_touch_the_call_that_was_booked_since(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        await chosen(browser, link, at(FIRST))
        old = await form_on(browser, f"{link}/cancel")
        await sent_to(browser, f"{link}/cancel", **old)
        await chosen(browser, link, at("2026-11-23 22:00"))
        answer = await sent_to(browser, f"{link}/cancel", **old)

    assert answer.status_code == 409
    assert (await the_call(front, link, clock)).status == "booked"
