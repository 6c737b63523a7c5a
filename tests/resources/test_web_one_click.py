"""A stop by the mail program (RFC 8058): one bare POST, from anywhere, answered alike for every link."""

from datetime import timedelta

import pytest

from shared.contracts.resources import ReadinessStopped
from shared.database import Database
from shared.pages.turnstile import Turnstile
from shared.practice import Catalogue, Practice
from tests.conftest import TestClock
from tests.resources.builders import NOW, erased, silence
from tests.resources.house import Resources
from tests.resources.webhouse import ONE_CLICK, WebHouse, a_link, text_of

FORM = "application/x-www-form-urlencoded"
BODY = b"List-Unsubscribe=One-Click"
PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n'
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nOne-Click\r\n--b--\r\n",
)
MULTIPART = 'multipart/form-data; boundary="b"'
NESTED = b"".join(
    b"--%d\nContent-Type:multipart/x;boundary=%d\n\n" % (level, level + 1) for level in range(1200)
)
HOSTILE = (  # each broke a parser of mails once
    ("multipart/form-data; boundary=0", NESTED),
    (MULTIPART, b"--b\nContent-Type: multipart/x; boundary*=a\0b'en'x\n\nx\n--b--"),
    (MULTIPART, b"--b\nContent-Disposition: form-data; name*" + b"9" * 5000 + b"=x\n\nx\n--b--"),
    ("multipart/form-data; b*=x; b*0=x", b"--b--"),
)


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def stops(house: WebHouse) -> list[str]:
    return [each.why for each in await house.resources.steps() if isinstance(each, ReadinessStopped)]


@pytest.mark.parametrize(
    ("media", "body"),
    [(FORM, BODY), (f"{FORM}; charset=UTF-8", BODY), *((MULTIPART, each) for each in PARTS)],
)
async def test_a_bare_post_stops_the_series_in_either_form_of_the_standard(
    house: WebHouse, media: str, body: bytes
) -> None:
    link = await house.journey()

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/stop", content=body, headers={"content-type": media})

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "The mails have stopped" in text_of(answer.text)
    assert await stops(house) == ["one_click"]


@pytest.mark.parametrize("origin", ["null", "https://mail.example.net", "https://evil.example"])
async def test_it_may_come_from_anywhere(house: WebHouse, origin: str) -> None:
    link = await house.journey()
    async with house.browser(origin=origin, referer="https://mail.example.net/inbox") as browser:
        answer = await browser.post(f"{link}/stop", data=ONE_CLICK)

    assert answer.status_code == 200
    assert await stops(house) == ["one_click"]


async def test_sent_again_it_is_answered_alike_and_changes_nothing_more(house: WebHouse) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        first = await browser.post(f"{link}/stop", data=ONE_CLICK)
        once = await house.whole()
        again = await browser.post(f"{link}/stop", data=ONE_CLICK)

    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert await house.whole() == once


async def test_the_link_of_the_first_mail_still_stops_the_last(house: WebHouse) -> None:
    link = await house.journey()
    await house.pass_weeks(9)

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/stop", data=ONE_CLICK)

    assert answer.status_code == 200
    assert await stops(house) == ["one_click"]


async def test_a_mail_of_years_ago_still_stops_what_goes_on_and_its_page_says_how_to_reach_somebody(
    house: WebHouse,
) -> None:
    await house.journey()
    journey_id = await house.resources.journey_id()
    ended = a_link(journey_id, "per-1", now=NOW - timedelta(days=1000))

    async with house.browser() as browser:
        pages = [await browser.get(f"{ended}{below}") for below in ("", "/stop", "/ready")]
        pressed = await browser.post(f"{ended}/stop")
        assert not await stops(house)
        answer = await browser.post(f"{ended}/stop", data=ONE_CLICK)

    assert (answer.status_code, await stops(house)) == (200, ["one_click"])
    for page in (*pages, pressed):
        assert page.status_code == 404
        assert "Answer the mail that brought you here" in page.text
        assert "+1 323-555-0100" in page.text
        assert "988" in page.text


async def test_every_link_gets_the_same_answer_so_that_nobody_learns_which_are_good(house: WebHouse) -> None:
    good, over, gone, quiet = [await house.journey(number) for number in (1, 2, 3, 4)]
    journey_id = await house.resources.journey_id(1)
    async with house.browser() as browser:
        await browser.post(f"{over}/stop")
    await house.resources.hear_all([erased(3)])
    await house.resources.hear_of_contact(silence(4))
    others = [
        over,
        gone,
        quiet,
        "/readiness/never-was",
        "/readiness/%00",
        f"/readiness/{'x' * 4000}",
        a_link(journey_id, "per-1", purpose="contact"),
        a_link(journey_id, "per-2"),
    ]
    before = await house.whole()

    async with house.browser() as browser:
        answers = [await browser.post(f"{link}/stop", data=ONE_CLICK) for link in others]
        untouched = await house.whole()
        answers.append(await browser.post(f"{good}/stop", data=ONE_CLICK))

    assert untouched == before
    assert await house.whole() != before
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    assert len({tuple(sorted(each.headers.items())) for each in answers}) == 1


async def test_a_mail_service_that_stops_for_very_many_people_is_never_told_to_wait(house: WebHouse) -> None:
    link, other = await house.journey(1), await house.journey(2)
    house.with_front(turnstile=Turnstile(per_address="1/day", everybody="1/day"))
    async with house.browser() as browser:
        for _ in range(2):
            await browser.post(f"{other}/pause")
        for _ in range(3):
            await browser.post("/readiness/never-was/stop", data=ONE_CLICK)
        answer = await browser.post(f"{link}/stop", data=ONE_CLICK)

    assert answer.status_code == 200
    assert await stops(house) == ["one_click"]


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        (FORM, b"List-Unsubscribe=one-click", 303),
        (FORM, b"list-unsubscribe=One-Click", 303),
        (FORM, b"List-Unsubscribe=", 303),
        (FORM, b"", 303),
        (MULTIPART, b"--b--", 415),
        (MULTIPART, b"\xff\xfe", 415),
        ("multipart/form-data", PARTS[0], 415),
        ("multipart/form-data; boundary=" + "b" * 5000, PARTS[0], 415),
        ("multipart/mixed; boundary=b", PARTS[0], 415),
        ("text/plain", BODY, 415),
        ("application/json", b'{"List-Unsubscribe": "One-Click"}', 415),
        (FORM, BODY + b"&x=" + b"1" * 70_000, 413),
    ],
)
async def test_what_is_not_the_standards_own_words_is_a_form_like_any_other(
    house: WebHouse, media: str, body: bytes, status: int
) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        answer = await browser.post(f"{link}/stop", content=body, headers={"content-type": media})

    assert answer.status_code == status
    assert await stops(house) == (["person"] if status == 303 else [])


@pytest.mark.parametrize(("media", "body"), HOSTILE)
async def test_parts_that_were_made_to_break_something_are_a_form_like_any_other(
    house: WebHouse, media: str, body: bytes
) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        answer = await browser.post(f"{link}/stop", content=body, headers={"content-type": media})

    assert answer.status_code == 415
    assert await stops(house) == []


@pytest.mark.parametrize("what", ["pause", "resume", "pace", "keep", "ready"])
async def test_it_is_heard_at_the_stop_alone(house: WebHouse, what: str) -> None:
    link = await house.journey()
    before = await house.whole()
    async with house.browser(origin="https://mail.example.net") as browser:
        answer = await browser.post(f"{link}/{what}", data=ONE_CLICK)

    assert answer.status_code == 403
    assert await house.whole() == before


async def test_a_link_that_is_only_looked_at_stops_nothing(house: WebHouse) -> None:
    link = await house.journey()
    before = await house.whole()
    async with house.browser() as browser:
        await browser.get(f"{link}/stop?List-Unsubscribe=One-Click")
        await browser.head(f"{link}/stop?List-Unsubscribe=One-Click")

    assert await house.whole() == before


async def test_while_nothing_can_be_kept_it_is_asked_to_come_again_whatever_the_link(
    practice: Practice, catalogue: Catalogue
) -> None:
    away = Database.open("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    house = WebHouse(Resources(away, practice, catalogue))
    async with house.browser() as browser:
        answers = [
            await browser.post(f"{link}/stop", data=ONE_CLICK)
            for link in (a_link("a-journey", "per-1"), "/readiness/never-was")
        ]

    assert {each.status_code for each in answers} == {503}
    assert len({each.text for each in answers}) == 1
