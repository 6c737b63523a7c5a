"""What cannot be booked, and what is said to rubbish."""

from datetime import timedelta
from urllib.parse import quote

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
    sent_to,
    times_on,
    whole,
)
from tests.intake.webhouse import FORM, Page, a_browser, a_front

POSTED = ("/book", "/cancel", "/where")


FIRST = "2026-11-23 21:30"


RUBBISH = (
    "",
    " ",
    "x",
    "2026-11-23",
    "2026-02-31T10:00Z",
    "2026-11-23T25:00Z",
    "2026-11-23T21:30",
    "2026-11-23T21:30+00:00",
    "٢٠٢٦-11-23T21:30Z",
    "9999-12-31T23:59Z",
    "<script>alert(1)</script>",
    "' OR 1=1",
    "{{7*7}}",
    "1" * 5000,
)


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.mark.parametrize("time", [FIRST, "2026-11-23 18:30", "2026-11-20 21:30", "2026-11-23 19:59"])
async def test_a_time_that_is_over_or_too_near_is_not_booked(
    database: Database, clock: TestClock, time: str
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        link = await a_link(browser)
        form = await form_on(browser, link)
        clock.move(timedelta(hours=3))
        answer = await sent_to(browser, f"{link}/book", **{**form, "time": at(time), "voicemail": "yes"})

    assert answer.status_code == 409
    assert "That time has gone by" in answer.text
    assert offered_in(answer)
    assert dict(Page.read(answer.text).submitted())["voicemail"] == "yes"


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-24 11:00",  # three in the morning
        "2026-11-24 18:05",  # beside the grid
        "2026-11-26 18:00",  # Thanksgiving
        "2026-11-28 18:00",  # a Saturday
        "2026-12-08 18:00",  # beyond the horizon
        "2099-01-05 18:00",
    ],
)
async def test_a_time_that_was_never_offered_is_not_booked(
    database: Database, clock: TestClock, time: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        assert at(time) not in await times_on(browser, link)
        answer = await chosen(browser, link, at(time))
        after = await browser.get(link)

    assert answer.status_code == 409
    assert offered_in(answer)
    assert "Choose a time for a call" in after.text


@pytest.mark.parametrize("time", RUBBISH)
async def test_a_time_that_is_none_is_named_and_nothing_is_booked(
    database: Database, clock: TestClock, time: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, phone=None)
        before = await whole(database)
        answer = await sent_to(
            browser, f"{link}/book", time=time, phone="123", version="0", voicemail="maybe", remind="perhaps"
        )
        page = Page.read(answer.text)

    assert answer.status_code == 422
    for label in ("When may we call you?", "The number we call", "Is it safe to call you", "Remind me"):
        assert label in page.texts["summary-heading"] or label in page.text
    assert {"#time", "#phone", "#voicemail", "#remind"} <= set(page.links)
    assert "<script>" not in answer.text
    assert dict(page.submitted())["phone"] == "123"
    assert await whole(database) == before


@pytest.mark.parametrize(
    "body",
    [
        b"time=%00",
        b"time=2026-11-23T21:30Z&phone=%00",
        b"%00=1",
        b"phone=%ED%A0%80",
        b"phone=%FF",
        b"\xff\xfe",
        b"&".join(b"time=%d" % n for n in range(600)),
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_form_is_turned_away(database: Database, clock: TestClock, body: bytes) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        before = await whole(database)
        answers = [await browser.post(f"{link}{each}", content=body, headers=FORM) for each in POSTED]

    assert [each.status_code for each in answers] == [400, 400, 400]
    assert all("Nothing was changed." in each.text for each in answers)
    assert await whole(database) == before


async def test_too_much_and_other_kinds_of_content_are_not_read(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        large = await browser.post(f"{link}/book", content=b"phone=" + b"1" * 10_000_000, headers=FORM)
        claimed = await browser.post(f"{link}/book", content=b"x", headers={**FORM, "content-length": "1"})
        json = await browser.post(f"{link}/book", json={"time": at(FIRST)})
        packed = await browser.post(
            f"{link}/book", content=b"time=1", headers={**FORM, "content-encoding": "gzip"}
        )

    assert (large.status_code, claimed.status_code, json.status_code, packed.status_code) == (
        413,
        422,
        415,
        415,
    )


async def test_of_a_field_that_comes_twice_the_last_counts(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        twice = f"version=7&version=0&time=x&time={at(FIRST)}&zone=a&zone={quote('America/Denver')}"
        answer = await browser.post(f"{link}/book", content=twice, headers=FORM)
        page = await browser.get(link)

    assert answer.status_code == 303
    assert "2:30 pm" in page.text


async def test_a_field_inside_a_field_is_no_field(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser, phone=None)
        inside = f"version=0&time={at(FIRST)}&time.part=1&phone.0.x=1&voicemail.x=yes&remind.0=yes"
        answer = await browser.post(f"{link}/book", content=inside, headers=FORM)

    assert answer.status_code == 422


@pytest.mark.parametrize("version", ["", "-1", "x", "1.5", "99999999999999999999", "²", "٣"])
async def test_a_form_whose_version_is_none_is_seen_as_an_old_one(
    database: Database, clock: TestClock, version: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        answer = await sent_to(browser, f"{link}/book", time=at(FIRST), version=version)
        cancelled = await sent_to(browser, f"{link}/cancel", version=version)

    assert (answer.status_code, cancelled.status_code) == (409, 409)
    assert "The call has changed meanwhile" in answer.text


@pytest.mark.parametrize("state", ["", "XX", "ca", "California", "a" * 300, "N\nV", "<b>"])
async def test_a_state_that_is_none_is_named(database: Database, clock: TestClock, state: str) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        await a_booking(browser, link)
        answer = await sent_to(browser, f"{link}/where", state=state)

    assert answer.status_code == 422
    assert "#state" in Page.read(answer.text).links
    assert "The state you will be in" in answer.text


async def test_nothing_can_be_said_about_a_call_that_nobody_booked(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        answers = [
            await sent_to(browser, f"{link}/where", state="NV"),
            await sent_to(browser, f"{link}/where", state=""),
            await sent_to(browser, f"{link}/cancel", version="0"),
        ]

    assert [each.status_code for each in answers] == [409, 409, 409]
    assert all("No call is booked that could still be changed" in each.text for each in answers)


async def test_a_call_that_has_begun_is_neither_moved_nor_cancelled(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        await chosen(browser, link, at(FIRST))
        cancel, book = await form_on(browser, f"{link}/cancel"), await form_on(browser, f"{link}/book")
        clock.move(timedelta(hours=3, minutes=31))
        cancelled = await sent_to(browser, f"{link}/cancel", **cancel)
        moved = await sent_to(browser, f"{link}/book", **{**book, "time": at("2026-11-25 18:00")})
        shown = await browser.get(link)

    assert (cancelled.status_code, moved.status_code) == (409, 409)
    for page in (cancelled, moved, shown):
        assert "It is time for your call" in page.text
        assert not offered_in(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Let us arrange this one together"), ("es", "Busquemos esta hora con usted")],
)
async def test_a_third_call_at_one_address_is_arranged_by_phone(
    database: Database, clock: TestClock, language: str, words: str
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        for number in range(2):
            await a_booking(browser, await a_link(browser), number)
        link = await a_link(browser)
        form = await form_on(browser, link)
        time = (await times_on(browser, link))[0]
        answer = await sent_to(browser, f"{link}/book?lang={language}", **{**form, "time": time})

    assert answer.status_code == 409
    assert words in answer.text
    assert front.practice.phone in answer.text
