"""What a press does, once; and what a look never does."""

import asyncio

import pytest

from shared.contracts.resources import ReadinessPaused, ReadinessStopped
from shared.pages.turnstile import Turnstile
from tests.conftest import TestClock
from tests.resources.builders import NOW, erased, silence
from tests.resources.house import Resources
from tests.resources.webhouse import PUBLIC_URL, WebHouse, a_link, text_of

BELOW = ("", "/stop", "/pause", "/resume", "/pace", "/keep", "/ready", "/books", "/practice/1", "/reading/8")
PRESSES = ("stop", "pause", "resume", "pace", "keep", "ready")


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def press(house: WebHouse, link: str, what: str, **form: str) -> None:
    async with house.browser() as browser:
        answer = await browser.post(f"{link}/{what}", data=form)
    assert answer.status_code == 303, (what, text_of(answer.text))
    assert answer.headers["location"] == f"{link}?lang=en"


async def in_every_state(house: WebHouse) -> list[str]:
    """A journey that runs, one that was asked, one at rest, one that was stopped, and one that is ready."""
    asked = await house.journey(1)
    await house.pass_weeks(10.2)
    links = [asked, *[await house.journey(number) for number in (2, 3, 4, 5)]]
    await house.pass_weeks(1.2)
    await press(house, links[2], "pause")
    await press(house, links[3], "stop")
    await house.resources.acts.ready(await house.resources.journey_id(5), house.clock.now)
    return links


async def test_looking_at_every_page_in_every_state_again_and_again_changes_and_announces_nothing(
    house: WebHouse,
) -> None:
    links = await in_every_state(house)
    before = await house.whole()

    async with house.browser() as browser:
        for method in ("GET", "HEAD", "GET", "OPTIONS"):
            for link in links:
                for below in BELOW:
                    answer = await browser.request(
                        method, f"{link}{below}?List-Unsubscribe=One-Click&pace=slower"
                    )
                    assert answer.status_code in {200, 404, 405}

    assert await house.whole() == before
    assert house.intake.asked == []


async def test_a_head_is_a_get_without_its_body(house: WebHouse) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        for below in BELOW[:8]:
            got, asked = await browser.get(f"{link}{below}"), await browser.head(f"{link}{below}")
            assert (got.status_code, asked.status_code, asked.content) == (200, 200, b"")
            assert got.headers["content-length"] == asked.headers["content-length"]


@pytest.mark.parametrize("what", PRESSES)
async def test_a_press_that_is_sent_again_changes_nothing_more(house: WebHouse, what: str) -> None:
    link = (await in_every_state(house))[1]
    async with house.browser() as browser:
        first = await browser.post(f"{link}/{what}", data={"pace": "slower"})
        once = await house.whole()
        house.clock.move(house.front.practice.clocks.acknowledgement)
        again = await browser.post(f"{link}/{what}", data={"pace": "slower"})

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert await house.whole() == once


@pytest.mark.parametrize("what", PRESSES)
async def test_a_button_that_is_pressed_twice_at_once_acts_once(house: WebHouse, what: str) -> None:
    link = await house.journey()
    told = len(await house.resources.told())

    async with house.browser() as browser:
        both = await asyncio.gather(
            *(browser.post(f"{link}/{what}", data={"pace": "slower"}) for _ in range(2))
        )

    assert {each.status_code for each in both} == {303}
    assert len(await house.resources.told()) - told <= 1


async def test_one_press_stops_and_nothing_more_ever_comes(house: WebHouse) -> None:
    link = await house.journey()

    await press(house, link, "stop")
    told = await house.resources.told()
    await house.pass_weeks(30)

    assert isinstance(told[-1], ReadinessStopped)
    assert told[-1].why == "person"
    assert await house.resources.told() == told


async def test_a_rest_is_theirs_and_ends_with_a_press(house: WebHouse) -> None:
    link = await house.journey()

    await press(house, link, "pause")
    paused = (await house.resources.steps())[-1]
    await press(house, link, "resume")
    await house.pass_weeks(0.3)

    assert isinstance(paused, ReadinessPaused)
    assert paused.why == "person"
    assert [each.step for each in (await house.resources.steps())[1:]] == ["practice"]


async def test_keep_brings_readings_after_the_check_in_and_nothing_before_it(house: WebHouse) -> None:
    link = await house.journey()
    await press(house, link, "keep")
    await house.pass_weeks(10.2)
    before = len(await house.resources.steps())

    await press(house, link, "keep")
    await house.pass_weeks(10)

    steps = (await house.resources.steps())[before:]
    assert [getattr(each, "step", "end") for each in steps] == ["reading", "reading", "end"]


@pytest.mark.parametrize("form", [{}, {"pace": ""}, {"pace": "faster"}, {"pace": "<b>x</b>"}])
async def test_a_pace_that_nobody_offered_is_asked_for_again(house: WebHouse, form: dict[str, str]) -> None:
    link = await house.journey()
    before = await house.whole()

    async with house.browser() as browser:
        answer = await browser.post(f"{link}/pace", data=form)

    assert answer.status_code == 422
    assert "Please press one of the buttons." in text_of(answer.text)
    assert "<b>x</b>" not in answer.text
    assert await house.whole() == before


async def test_after_a_press_they_go_on_in_the_language_they_read(house: WebHouse) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        answer = await browser.post(f"{link}/pause?lang=es")

    assert answer.headers["location"] == f"{link}?lang=es"


async def test_erased_and_silenced_people_are_turned_away_like_a_link_that_never_was(
    house: WebHouse,
) -> None:
    gone, quiet = await house.journey(1), await house.journey(2)
    await house.resources.hear_all([erased(1)])
    await house.resources.hear_of_contact(silence(2))
    before = await house.whole()

    async with house.browser() as browser:
        never = await browser.get("/readiness/never-was")
        looks = [await browser.get(f"{link}{below}") for link in (gone, quiet) for below in BELOW]
        presses = [
            await browser.post(f"{link}/{what}", data={"pace": "slower"})
            for link in (gone, quiet)
            for what in PRESSES
        ]

    assert {each.status_code for each in (never, *looks, *presses)} == {404}
    assert {each.text for each in (*looks, *presses)} == {never.text}
    assert "+1 323-555-0100" in never.text
    assert await house.whole() == before
    assert house.intake.asked == []


async def test_a_link_of_another_person_or_purpose_or_time_opens_nothing(house: WebHouse) -> None:
    link = await house.journey()
    journey_id = await house.resources.journey_id()
    others = [
        a_link(journey_id, "per-2"),
        a_link(journey_id, "per-1", purpose="begin"),
        a_link(journey_id, "per-1", purpose="contact"),
        a_link(journey_id, "per-1", recipient="coordinator:dana"),
        a_link(journey_id, "per-1", recipient="per-1"),
        a_link("req-1", "per-1"),
        f"{link[:-1]}!",
        f"{link}x",
        "/readiness/%00",
        "/readiness/é",
        f"/readiness/{'x' * 4000}",
    ]
    before = await house.whole()

    async with house.browser() as browser:
        looks = [await browser.get(each) for each in others]
        presses = [await browser.post(f"{each}/stop") for each in others]
    house.clock.move(house.front.practice.retention.deliveries * 2)
    async with house.browser() as browser:
        looks.append(await browser.get(link))

    assert {each.status_code for each in (*looks, *presses)} == {404}
    assert len({each.text for each in (*looks, *presses)}) == 1
    assert await house.whole() == before


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b'{"pace": "slower"}', 415),
        ({"content-type": "text/plain"}, b"pace=slower", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({**FORM, "content-encoding": "gzip"}, b"pace=slower", 415),
        (FORM, b"pace=slower&canary=%00", 400),
        (FORM, b"pace=slower&canary=%ED%A0%80", 400),
        (FORM, b"pace=slower&canary=\xff\xfe", 400),
        (FORM, b"pace=slower&" + b"canary=1&" * 200, 400),
        (FORM, b"pace=slower&canary=" + b"1" * 70_000, 413),
        ({**FORM, "origin": "null"}, b"pace=slower", 403),
        ({**FORM, "origin": "https://evil.example"}, b"pace=slower", 403),
        ({**FORM, "origin": f"{PUBLIC_URL}.evil.example"}, b"pace=slower", 403),
    ],
)
async def test_what_is_no_form_of_ours_does_nothing_and_is_not_repeated(
    house: WebHouse, headers: dict[str, str], content: bytes, status: int
) -> None:
    link = await house.journey()
    before = await house.whole()

    async with house.browser(**headers) as browser:
        answers = [await browser.post(f"{link}/{what}", content=content) for what in PRESSES]

    assert {each.status_code for each in answers} == {status}
    for each in answers:
        assert "What was sent could not be read, and nothing was changed." in text_of(each.text)
        assert "canary" not in each.text
        assert "evil" not in each.text
    assert await house.whole() == before
    assert house.intake.asked == []


@pytest.mark.parametrize("headers", [{}, {"origin": PUBLIC_URL}], ids=["without an origin", "with ours"])
async def test_a_form_of_ours_is_heard(house: WebHouse, headers: dict[str, str]) -> None:
    link = await house.journey()
    async with house.browser(**headers) as browser:
        assert (await browser.post(f"{link}/pause")).status_code == 303


async def test_a_body_that_never_ends_is_read_no_further_than_allowed(house: WebHouse) -> None:
    link = await house.journey()

    async def endless() -> object:
        for _ in range(200):
            yield b"pace=" + b"x" * 1024

    async with house.browser(**FORM) as browser:
        assert (await browser.post(f"{link}/stop", content=endless())).status_code == 413


async def test_who_presses_too_often_is_told_when_to_come_back_and_nothing_is_done(house: WebHouse) -> None:
    link = await house.journey()
    house.with_front(turnstile=Turnstile(per_address="2/day"))
    async with house.browser() as browser:
        answers = [await browser.post(f"{link}/pace", data={"pace": "slower"}) for _ in range(3)]
        before = await house.whole()
        stopped = await browser.post(f"{link}/stop")
        looked = await browser.get(link)

    assert [each.status_code for each in answers] == [303, 303, 429]
    assert (stopped.status_code, looked.status_code) == (429, 200)
    assert int(stopped.headers["retry-after"]) > 0
    assert "Please try again in" in text_of(stopped.text)
    assert await house.whole() == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_answered_with_a_page(house: WebHouse, method: str) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        answer = await browser.request(method, link)

    assert answer.status_code == 405
    assert "There is nothing to be done in this way." in text_of(answer.text)


async def test_a_press_without_a_room_of_its_own_is_no_door(house: WebHouse) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        answers = [await browser.post(f"{link}{below}") for below in ("", "/books", "/practice/1", "/none")]

    assert [each.status_code for each in answers] == [405, 405, 405, 404]
