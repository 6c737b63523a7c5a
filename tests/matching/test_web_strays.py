"""Whoever comes with a bad link, a foreign form, or where no door is."""

from datetime import timedelta

import pytest

from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import (
    PUBLIC_URL,
    WebHouse,
    a_link,
    case_link,
    introduced_link,
    text_of,
    waiting_link,
)

PATHS = (
    "/referrals/case",
    "/referrals/offer",
    "/referrals/introduction",
    "/answers/introduction",
    "/answers/waiting",
)


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_every_link_that_is_not_good_is_told_the_same(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    good = case_link(referral_id)
    expired = case_link(referral_id, now=house.clock.now - timedelta(days=31))
    nobodys = case_link("no such referral")

    said = [
        await house.browser().get(page)
        for page in (
            f"{good[:-1]}!",
            f"{good}x",
            expired,
            nobodys,
            *(f"{path}/none" for path in PATHS),
            "/none",
        )
    ]

    assert {each.status_code for each in said} == {404}
    assert len({each.text for each in said}) == 1
    assert "This link does not open anything" in said[0].text
    assert "+1 323-555-0100" in said[0].text
    assert said[0].headers["cache-control"] == "no-store"


async def test_who_reads_spanish_is_told_so_in_spanish(house: WebHouse) -> None:
    said = await house.browser(**{"accept-language": "es-MX,es;q=0.9"}).get("/answers/waiting/none")

    assert 'lang="es"' in said.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_answered_with_a_page(house: WebHouse, method: str) -> None:
    page = case_link(await house.loop.request())

    said = await house.browser().request(method, page)

    assert said.status_code == 405
    assert "There is nothing to be done in this way." in text_of(said.text)


async def test_looking_at_a_door_that_is_for_forms_does_nothing(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    for below in ("contact", "undo", "code", "prove", "waitlist"):
        assert (await house.browser().get(f"{page}/{below}")).status_code == 405


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "null", "http://matching.example.org.evil.com"]
)
async def test_a_form_of_another_website_does_nothing(house: WebHouse, origin: str) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)

    said = await browser.post(f"{page}/contact", data={"version": "1"}, headers={"origin": origin})

    assert said.status_code == 403
    assert (await house.loop.get(referral_id)).version == 1


@pytest.mark.parametrize("headers", [{}, {"origin": PUBLIC_URL}])
async def test_a_form_of_ours_is_heard_with_its_origin_or_without(
    house: WebHouse, headers: dict[str, str]
) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)

    said = await browser.post(f"{page}/contact", data={"version": "1"}, headers=headers)

    assert said.status_code == 303


async def test_a_persons_answer_from_another_website_does_nothing(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    assert introduced.choice
    page = introduced_link(introduced.choice.offer_id, "q-1")

    said = await house.browser().post(f"{page}/else/yes", headers={"origin": "https://evil.example.com"})

    assert said.status_code == 403
    assert (await house.loop.get(introduced.referral_id)).version == introduced.version


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"x" * (64 * 1024 + 1), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 101, "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form_of_ours_is_turned_away(
    house: WebHouse, body: bytes, content_type: str, status: int
) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    browser = await house.proven(page)

    said = await browser.post(f"{page}/close", content=body, headers={"content-type": content_type})

    assert said.status_code == status
    assert (await house.loop.get(referral_id)).version == 1


async def test_a_body_that_lies_about_its_length_is_read_no_further_than_allowed(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    async def endless() -> object:
        for _ in range(100):
            yield b"note=" + b"x" * 1024

    said = await house.browser().post(
        f"{page}/code",
        content=endless(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert said.status_code == 413


async def test_while_the_database_is_away_pages_say_so_plainly(
    house: WebHouse, clock: TestClock, practice: Practice
) -> None:
    away = WebHouse(Database.open("postgresql+asyncpg://nobody@127.0.0.1:9/none"), clock, practice)

    staff = await away.browser().get(case_link("r-1"))
    person = await away.browser().get(waiting_link("r-1", "q-1"))

    assert {staff.status_code, person.status_code} == {503}
    assert "Try again in a minute." in text_of(staff.text)
    assert "nothing was changed" in text_of(person.text)
    assert staff.headers["retry-after"] == "60"


async def test_what_broke_shows_no_trace(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = await house.proven(page)
    house.intake.breaks = True

    said = await browser.post(f"{page}/read")

    assert said.status_code == 500
    assert "Something of ours is broken." in text_of(said.text)
    assert "Traceback" not in said.text


async def test_pages_carry_the_headers_that_keep_them(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    headers = (await house.browser().get(page)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "script-src" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


async def test_a_link_with_strange_letters_is_no_error_of_ours(house: WebHouse) -> None:
    for token in ("%00", "é", "a.b", "%F0%9F%92%9A", "x" * 4000):
        assert (await house.browser().get(f"/referrals/case/{token}")).status_code == 404


async def test_a_clinicians_page_is_no_coordinators(house: WebHouse) -> None:
    offered = await house.loop.offered()
    assert offered.choice
    page = a_link("/referrals/offer", "offer", "coordinator:dana", offered.choice.offer_id)

    assert (await house.browser().get(page)).status_code == 404
