"""Signed events: refused when they are nobody's, of another kind, or wrong; and told where."""

import json
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from services.intake.web import Turnstile
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webevents import (
    CONSULTATION_SUBMITTED,
    EVENTS,
    MODES,
    OTHER_SECRET,
    STRUCTURED,
    Server,
    an_event,
)
from tests.intake.webhouse import WEBSITE, a_browser, a_front, a_request
from tests.intake.webposts import AwayDatabase, kept_in


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


def pointers(answer: Response) -> list[str]:
    return [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"webhook-signature": ""},
        {"webhook-id": "another"},
        {"webhook-timestamp": "1614265330"},
        {"webhook-timestamp": "soon"},
    ],
)
async def test_what_nobody_signed_is_not_looked_at(
    database: Database, clock: TestClock, mode: str, headers: dict[str, str]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await getattr(Server(browser, clock, headers=headers), mode)(an_event(specversion="0.3"))

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:practice:error:signature"
    assert await kept_in(database) == 0


async def test_a_body_changed_by_one_byte_is_not_looked_at(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        good = await Server(browser, clock).send(an_event())
        request = good.request
        changed = request.content.replace(b'"age": 34', b'"age": 35')
        answer = await browser.post(EVENTS, content=changed, headers=request.headers)
        unsigned = await browser.post(EVENTS, json=an_event(), headers={"content-type": STRUCTURED})

    assert changed != request.content
    assert (good.status_code, answer.status_code, unsigned.status_code) == (202, 401, 401)


@pytest.mark.parametrize(("late", "status"), [(299, 202), (301, 401), (-299, 202), (-301, 401)])
async def test_a_message_is_taken_for_five_minutes(
    database: Database, clock: TestClock, late: int, status: int
) -> None:
    website = TestClock(clock() - timedelta(seconds=late))
    async with a_browser(a_front(database, clock)) as browser:
        answer = await Server(browser, website).send(an_event())

    assert answer.status_code == status


async def test_a_secret_that_is_not_current_any_more_opens_nothing(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        retired = await Server(browser, clock, OTHER_SECRET).send(an_event())
    async with a_browser(a_front(database, clock, event_secrets=())) as browser:
        without = await Server(browser, clock).send(an_event())

    assert (retired.status_code, without.status_code) == (401, 401)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"type": None}, "/type"),
        ({"type": "website.newsletter.joined.v1"}, "/type"),
        ({"specversion": "0.3"}, "/specversion"),
        ({"id": ""}, "/id"),
        ({"source": None}, "/source"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
async def test_an_event_of_another_kind_is_told_what_is_wrong_with_it(
    database: Database, clock: TestClock, mode: str, said: dict[str, Any], wrong: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await getattr(Server(browser, clock), mode)(an_event(**said))

    assert answer.status_code == 422
    assert pointers(answer) == [wrong]
    assert "newsletter" not in answer.text
    if said.get("type"):
        assert CONSULTATION_SUBMITTED in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"data": None}, ["/data"]),
        ({"data": []}, ["/data"]),
        ({"data": "Sam"}, ["/data"]),
        ({"id": 7, "type": ["x"]}, ["/id", "/type"]),
        ({"datacontenttype": "text/xml"}, ["/datacontenttype"]),
        ({"data": a_request(state="ZZ", concerns=["nobody-knows"])}, ["/data/concerns/0", "/data/state"]),
        ({"data": a_request(age="34")}, ["/data/age"]),
    ],
)
async def test_a_mistake_is_named_where_it_stands_in_what_was_sent(
    database: Database, clock: TestClock, said: dict[str, Any], wrong: list[str]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await Server(browser, clock).send(an_event(**said))

    assert answer.status_code == 422
    assert sorted(pointers(answer)) == wrong
    assert not {"ZZ", "nobody-knows"} & set(answer.text.split('"'))
    assert answer.json()["crisis_lines"]


async def test_in_a_binary_event_the_body_is_the_request(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        wrong = await Server(browser, clock).send_binary(an_event(data=a_request(state="ZZ")))
        nothing = await Server(browser, clock).send_binary(an_event(data=None), "msg-2")

    assert (wrong.status_code, pointers(wrong)) == (422, ["/state"])
    assert (nothing.status_code, pointers(nothing)) == (422, [""])


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", STRUCTURED, 400),
        ("[]", STRUCTURED, 400),
        ("", STRUCTURED, 400),
        ('{"specversion": NaN}', STRUCTURED, 400),
        ('{"data_base64": "%"}', STRUCTURED, 400),
        ('{"data_base64": 7}', STRUCTURED, 400),
        ("[" * 5000, STRUCTURED, 400),
        ("{", "application/json", 400),
        ("{}", "application/cloudevents-batch+json", 415),
        ("{}", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
        (json.dumps(an_event(data=a_request(message="x" * 70_000))), STRUCTURED, 413),
    ],
)
async def test_rubbish_is_refused_by_its_kind(
    database: Database, clock: TestClock, body: str, content_type: str, status: int
) -> None:
    attributes = {f"ce-{name}": an_event()[name] for name in ("specversion", "id", "source", "type")}
    async with a_browser(a_front(database, clock)) as browser:
        headers = {"content-type": content_type, "accept": "text/html", **attributes}
        answer = await Server(browser, clock).post(body, "msg-1", headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert await kept_in(database) == 0


async def test_a_website_that_sends_too_much_is_told_when_to_come_back(
    database: Database, clock: TestClock
) -> None:
    turnstile = Turnstile("1/minute", "1/minute", "2/minute")
    async with a_browser(a_front(database, clock, turnstile=turnstile)) as browser:
        server = Server(browser, clock)
        answers = [await server.send(an_event(id=f"evt-{each}"), f"msg-{each}") for each in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60


async def test_a_page_of_another_website_has_no_business_here(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        stranger = await Server(browser, clock).send(an_event(), origin="https://evil.example.net")
        listed = await Server(browser, clock).send(an_event(), origin=WEBSITE)

    assert (stranger.status_code, listed.status_code) == (403, 202)


async def test_an_event_that_cannot_be_kept_is_to_be_sent_again(clock: TestClock) -> None:
    async with a_browser(a_front(AwayDatabase(), clock)) as browser:
        answer = await Server(browser, clock).send(an_event())

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
