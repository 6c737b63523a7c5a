"""Who may knock, how often, with how much; and what knocks twice."""

from datetime import timedelta

import pytest

from services.intake.web import Turnstile
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webhouse import SITE_KEY, WEBSITE, a_browser, a_front
from tests.intake.webposts import CONSULTATION, WHOLE, kept_in


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_the_same_key_and_body_give_the_same_answer_and_nothing_new(
    database: Database, clock: TestClock
) -> None:
    headers = {"Idempotency-Key": "one visit"}
    async with a_browser(a_front(database, clock)) as browser:
        first = await browser.post(CONSULTATION, json=WHOLE, headers=headers)
        clock.move(timedelta(hours=3))
        second = await browser.post(CONSULTATION, json=WHOLE, headers=headers)

    assert second.status_code == 202
    assert second.json() == first.json()
    assert await kept_in(database) == 1


async def test_the_same_key_with_another_body_is_a_conflict(database: Database, clock: TestClock) -> None:
    headers = {"Idempotency-Key": "one visit"}
    async with a_browser(a_front(database, clock)) as browser:
        await browser.post(CONSULTATION, json=WHOLE, headers=headers)
        answer = await browser.post(CONSULTATION, json={**WHOLE, "age": 35}, headers=headers)

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:practice:error:conflict"
    assert await kept_in(database) == 1


async def test_nobody_takes_the_key_of_a_website_that_has_a_site_key(
    database: Database, clock: TestClock
) -> None:
    headers = {"Idempotency-Key": "visit-4711"}
    as_website = headers | {"Authorization": f"Bearer {SITE_KEY}"}
    async with a_browser(a_front(database, clock)) as browser:
        await browser.post(CONSULTATION, json={**WHOLE, "name": "Somebody else"}, headers=headers)
        first = await browser.post(CONSULTATION, json=WHOLE, headers=as_website)
        second = await browser.post(CONSULTATION, json=WHOLE, headers=as_website)

    assert first.status_code == 202
    assert second.json() == first.json()
    assert await kept_in(database) == 2


async def test_a_key_of_256_characters_is_refused(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        longest = await browser.post(CONSULTATION, json=WHOLE, headers={"Idempotency-Key": "k" * 255})
        longer = await browser.post(CONSULTATION, json=WHOLE, headers={"Idempotency-Key": "k" * 256})

    assert (longest.status_code, longer.status_code) == (202, 400)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 202),
        (WEBSITE, 202),
        ("https://intake.example.org", 202),
        ("https://evil.example.net", 403),
        ("http://www.example.org", 403),
        ("https://www.example.org.example.net", 403),
        ("null", 403),
        ("", 403),
        ("https://[", 403),
    ],
)
async def test_a_page_may_post_when_its_origin_is_listed_or_ours(
    database: Database, clock: TestClock, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE, headers=headers)

    assert answer.status_code == status


async def test_only_a_listed_website_s_script_may_read_the_answer(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        asked = await browser.options(CONSULTATION, headers={"Origin": WEBSITE})
        stranger = await browser.options(CONSULTATION, headers={"Origin": "https://evil.example.net"})
        answer = await browser.post(CONSULTATION, json={}, headers={"Origin": WEBSITE})

    assert asked.headers["access-control-allow-origin"] == WEBSITE
    assert "idempotency-key" in asked.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-origin" not in stranger.headers
    assert answer.headers["access-control-allow-origin"] == WEBSITE


async def test_an_address_that_posts_too_often_is_told_when_to_come_back(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock, turnstile=Turnstile("2/minute", "100/minute", "100/minute"))
    async with a_browser(front) as browser:
        codes = [(await browser.post(CONSULTATION, json=WHOLE)).status_code for _ in range(2)]
        answer = await browser.post(CONSULTATION, json=WHOLE)
        with_key = await browser.post(
            CONSULTATION, json=WHOLE, headers={"Authorization": f"Bearer {SITE_KEY}"}
        )

    assert codes == [202, 202]
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert with_key.status_code == 202


async def test_everybody_together_may_not_post_without_end(database: Database, clock: TestClock) -> None:
    turnstile = Turnstile("100/minute", "2/minute", "100/minute")
    front = a_front(database, clock, turnstile=turnstile, trusted_proxies=1)
    async with a_browser(front) as browser:
        codes = [
            (await browser.post(CONSULTATION, json=WHOLE, headers={"X-Forwarded-For": ip})).status_code
            for ip in ("192.0.2.1", "192.0.2.2", "192.0.2.3")
        ]

    assert codes == [202, 202, 429]


async def test_a_claimed_address_counts_only_behind_a_proxy_of_ours(
    database: Database, clock: TestClock
) -> None:
    one_a_minute = Turnstile("1/minute", "100/minute", "100/minute")
    async with a_browser(a_front(database, clock, turnstile=one_a_minute)) as browser:
        codes = [
            (await browser.post(CONSULTATION, json=WHOLE, headers={"X-Forwarded-For": ip})).status_code
            for ip in ("192.0.2.1", "192.0.2.2")
        ]

    assert codes == [202, 429]


async def test_a_site_key_that_nobody_holds_is_refused(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE, headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401
    assert await kept_in(database) == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1,", "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"name=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"f%d=1" % n for n in range(600)), "application/x-www-form-urlencoded", 400),
        (b"null", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b"hello", "text/plain", 415),
        (b"<a/>", "multipart/form-data; boundary=x", 415),
        (b"", "", 415),
        (b" " * (64 * 1024) + b"{}", "application/json", 413),
    ],
)
async def test_what_cannot_be_read_is_answered_with_a_problem(
    database: Database, clock: TestClock, body: bytes, kind: str, status: int
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, content=body, headers={"content-type": kind})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["crisis_lines"]


async def test_a_body_without_a_length_is_read_no_further_than_allowed(
    database: Database, clock: TestClock
) -> None:
    sent = 0

    async def endless() -> object:
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b" " * 8192

    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(
            CONSULTATION, content=endless(), headers={"content-type": "application/json"}
        )

    assert answer.status_code == 413
    assert sent < 100
