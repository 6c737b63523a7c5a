"""The page of a journey in every state: what is said, what can be opened again, what a press would mean."""

import pytest

from shared.contracts.base import Fact
from shared.database import Database
from shared.practice import Catalogue, Practice
from tests.conftest import TestClock
from tests.resources.builders import NOW, call, flagged, referral
from tests.resources.house import Resources
from tests.resources.webhouse import WebHouse, text_of


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def shown(house: WebHouse, path: str) -> str:
    async with house.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, path
    return text_of(answer.text)


async def test_who_just_opted_in_sees_their_list_and_when_the_first_practice_comes(house: WebHouse) -> None:
    link = await house.journey()

    page = await shown(house, link)

    assert "The next five-minute practice comes on Monday, November 30. 5 more follow it" in page
    assert "Your reading list It came on Monday, November 23. Read it" in page


async def test_days_are_those_of_the_persons_own_wall_clock(house: WebHouse) -> None:
    link = await house.journey(time_zone="Pacific/Kiritimati")  # where it is Tuesday already

    assert "comes on Tuesday, December 1." in await shown(house, link)


async def test_the_page_speaks_the_language_they_wrote_in_until_they_ask_for_the_other(
    house: WebHouse,
) -> None:
    link = await house.journey(language="es")

    assert "A su propio ritmo" in await shown(house, link)
    assert "La próxima práctica de cinco minutos llega el lunes 30 de noviembre." in await shown(house, link)
    assert "At your own pace" in await shown(house, f"{link}?lang=en")
    assert "A su propio ritmo" in await shown(house, f"{link}?lang=fr")


async def test_what_came_can_be_opened_again_and_what_did_not_come_cannot(house: WebHouse) -> None:
    link = await house.journey()
    await house.pass_weeks(2.2)

    async with house.browser() as browser:
        came = [await browser.get(f"{link}/practice/{which}") for which in ("1", "2", "writing")]
        did_not = [
            await browser.get(f"{link}/{below}")
            for below in ("practice/3", "practice/noticing", "practice/0", "practice/01", "reading/1")
        ]
        not_theirs = await browser.get(f"{link}/reading/waves")

    assert [each.status_code for each in came] == [200, 200, 200]
    assert came[1].text.replace("/2?", "/writing?") == came[2].text
    assert {each.status_code for each in (*did_not, not_theirs)} == {404}


async def test_the_paths_and_titles_of_what_came_say_nothing(
    resources: Resources, catalogue: Catalogue, practice: Practice
) -> None:
    house = WebHouse(resources)
    link = await house.journey()
    await house.pass_weeks(7)

    async with house.browser() as browser:
        home = (await browser.get(link)).text
        item = (await browser.get(f"{link}/practice/1")).text

    for each in catalogue.practices:
        assert f"/{each.code}" not in home
    assert "<title>Your page</title>" in home
    assert home.count("discreet_title") == 5
    shown = [home.index(f"{link}/{below}") for below in ("practice/5", "practice/4", "practice/1", "books")]
    assert shown == sorted(shown)
    assert "<title>discreet_title</title>" in item
    assert "<h1>title</h1>" in item


async def test_markdown_of_a_practice_is_clean_html(house: WebHouse) -> None:
    link = await house.journey()
    await house.pass_weeks(1.2)
    first = house.resources.catalogue.practices[0]
    how = first.how.model_copy(update={"en": "1. *Sit*\n2. <script>alert(1)</script>\n\n[x](javascript:y)"})
    changed = first.model_copy(update={"how": how})
    house.with_front(
        catalogue=house.resources.catalogue.model_copy(
            update={"practices": (changed, *house.resources.catalogue.practices[1:])}
        )
    )

    async with house.browser() as browser:
        page = (await browser.get(f"{link}/practice/1")).text

    assert "<li><em>Sit</em></li>" in page
    assert "<script" not in page
    assert "javascript:" not in page.replace("(javascript:y)", "")


async def test_an_item_that_left_the_catalogue_is_not_offered_and_breaks_nothing(house: WebHouse) -> None:
    link = await house.journey()
    await house.pass_weeks(1.2)
    house.with_front(catalogue=house.resources.catalogue.model_copy(update={"practices": (), "books": ()}))

    async with house.browser() as browser:
        home, item, books = [await browser.get(f"{link}{below}") for below in ("", "/practice/1", "/books")]

    assert (home.status_code, item.status_code, books.status_code) == (200, 404, 200)
    assert "Read it" not in text_of(home.text)
    assert "not in our collection any more" in text_of(books.text)


async def test_a_book_without_a_spanish_edition_says_so(house: WebHouse) -> None:
    link = await house.journey(concerns=("couples",), language="es")

    page = await shown(house, f"{link}/books")

    assert "Que sepamos, no hay edición en español." in page
    assert "Stan Tatkin" in page


async def test_asked_whether_to_go_on_they_are_told_what_would_follow_and_when_it_ends_by_itself(
    house: WebHouse,
) -> None:
    link = await house.journey()
    await house.pass_weeks(10.2)

    page = await shown(house, link)

    assert "Would you like to go on? 2 short readings would follow" in page
    assert "The first comes on Monday, February 15." in page
    assert "The mails end by themselves on Monday, February 15." in page


async def test_where_no_reading_fits_nothing_is_asked_that_has_no_answer(house: WebHouse) -> None:
    link = await house.journey(concerns=("sexuality_spirituality",))
    await house.pass_weeks(10.2)

    assert "would follow" not in await shown(house, link)
    assert "Nothing more is on its way. The mails end by themselves on" in await shown(house, f"{link}/keep")


async def test_a_rest_says_until_when_beforehand_and_then(house: WebHouse) -> None:
    link = await house.journey()

    asks = await shown(house, f"{link}/pause")
    async with house.browser() as browser:
        await browser.post(f"{link}/pause")
    house.clock.now = NOW.replace(day=24)
    rests = await shown(house, link)

    assert "nothing comes until Thursday, December 24." in asks
    assert "A rest until Thursday, December 24" in rests
    assert await shown(house, f"{link}/pause") == rests


async def test_each_pace_is_said_in_days_and_the_one_it_is_at_has_no_button(house: WebHouse) -> None:
    link = await house.journey()

    before = await shown(house, f"{link}/pace")
    async with house.browser() as browser:
        await browser.post(f"{link}/pace", data={"pace": "slower"})
    after = await shown(house, f"{link}/pace")

    assert (
        "As planned The next five-minute practice comes on Monday, November 30. This is how it is" in before
    )
    assert "The next five-minute practice comes on Monday, December 7. Change to half as often" in before
    assert "comes on Monday, November 30. Change to as planned" in after
    assert "comes on Monday, December 7." in await shown(house, link)


@pytest.mark.parametrize("fact", [call("scheduled"), referral("accepted")], ids=["a call", "a clinician"])
async def test_while_something_else_is_under_way_the_page_does_not_say_what(
    house: WebHouse, fact: Fact
) -> None:
    link = await house.journey()
    await house.resources.hear_all([fact])

    page = await shown(house, link)

    assert "Nothing comes for now Something else with us is under way" in page
    assert "call with" not in page


async def test_every_end_reads_alike_but_the_one_they_asked_for(house: WebHouse) -> None:
    ended, unsafe, stopped = [await house.journey(number) for number in (1, 2, 3)]
    async with house.browser() as browser:
        await browser.post(f"{stopped}/stop")
    await house.resources.hear_all([flagged(2)])
    await house.pass_weeks(13)

    said = [(await shown(house, each)).partition("Read it")[0] for each in (ended, unsafe, stopped)]

    assert "The mails have come to their end" in said[0]
    assert "The mails have come to their end" in said[1]
    assert "The mails have stopped That is all right." in said[2]


async def test_when_it_has_ended_every_question_leads_to_the_page_that_says_so(house: WebHouse) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        await browser.post(f"{link}/stop")

    for below in ("stop", "pause", "resume", "pace", "keep"):
        assert "The mails have stopped" in await shown(house, f"{link}/{below}")
    assert "Are you ready?" in await shown(house, f"{link}/ready")


async def test_pages_are_kept_by_nobody_and_let_a_browser_send_forms_on_to_intake_alone(
    house: WebHouse,
) -> None:
    link = await house.journey()
    async with house.browser() as browser:
        home, ready = (await browser.get(link)).headers, (await browser.get(f"{link}/ready")).headers

    assert home["cache-control"] == "no-store"
    assert home["x-robots-tag"] == "noindex"
    assert home["referrer-policy"] == "same-origin"
    assert home["x-frame-options"] == "DENY"
    assert "script-src" not in home["content-security-policy"]
    assert "default-src 'none'" in home["content-security-policy"]
    assert "form-action 'self';" in home["content-security-policy"]
    assert "form-action 'self' https://intake.example.org;" in ready["content-security-policy"]


async def test_while_the_database_is_away_the_page_says_so_plainly(
    practice: Practice, catalogue: Catalogue
) -> None:
    away = Database.open("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    house = WebHouse(Resources(away, practice, catalogue))
    async with house.browser(**{"accept-language": "es"}) as browser:
        answer = await browser.get("/readiness/none")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "no se cambió nada" in text_of(answer.text)
