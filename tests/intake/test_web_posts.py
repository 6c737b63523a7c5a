"""What a website may send, and what it is answered."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from services.intake import storage
from services.intake.web.inputs import ClientIn, ContactIn, PreferencesIn, SafetyIn
from services.intake.web.visit import MODELS
from shared.contracts.intake import Path
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import a_vault
from tests.intake.webhouse import a_browser, a_colleagues_request, a_front, a_reading_request, a_request
from tests.intake.webposts import CONSULTATION, READINESS, WHOLE, AwayDatabase, kept_in, status_of


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_a_whole_request_is_kept_and_answered_with_everything_a_website_needs(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)

    assert answer.status_code == 202
    said = answer.json()
    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}", said["reference"])
    assert said["received_at"] == "2026-11-23T18:00:00Z"
    assert said["booking_url"].startswith("https://intake.example.org/book/")
    assert said["message"]
    assert {"988", "911", "1-800-799-7233"} <= {line["call"] for line in said["crisis_lines"]}
    assert await status_of(database, said["reference"]) == "announced"


async def test_somebody_not_ready_yet_is_kept_and_thanked(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(READINESS, json=a_reading_request(context=["bereaved"]))

    assert answer.status_code == 202
    assert await status_of(database, answer.json()["reference"]) == "announced"


async def test_null_says_as_little_as_an_absent_field(database: Database, clock: TestClock) -> None:
    parts = {
        "contact": dict.fromkeys(ContactIn.model_fields),
        "safety": dict.fromkeys(SafetyIn.model_fields),
        "preferences": dict.fromkeys(PreferencesIn.model_fields),
        "partners": [{"name": "Kim", "email": None, "contact": None}],
        "client": dict.fromkeys(ClientIn.model_fields),
    }
    answers = []
    wholes: dict[Path, dict[str, Any]] = {
        "consultation": a_request(),
        "readiness": a_reading_request(),
        "professional": a_colleagues_request(),
    }
    async with a_browser(a_front(database, clock)) as browser:
        for kind, whole in wholes.items():
            path, model = f"/v1/{kind}-requests", MODELS[kind]
            absent = {each.alias or name: None for name, each in model.model_fields.items()}
            answers.append(await browser.post(path, json=absent | whole))
            answers.append(await browser.post(path, json=whole | parts))

    assert [answer.status_code for answer in answers] == [202] * 6, [answer.text for answer in answers]
    async with database.reading() as tx:
        request = await storage.load_request(tx, answers[0].json()["reference"])
    assert request
    assert (request.for_, request.unit, request.language) == ("self", "individual", "en")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"state": None}, "/state"),
        ({"concerns": [None]}, "/concerns/0"),
        ({"partners": [None]}, "/partners/0"),
        ({"contact": {"txt_ok": None}}, "/contact"),
        ({"contact": {"safe_hours": {"from": None, "to": "17:00"}}}, "/contact/safe_hours/from"),
    ],
)
async def test_null_is_no_answer_where_one_is_needed(
    database: Database, clock: TestClock, said: dict[str, object], pointer: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json={**a_request(), **said})

    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_a_byte_order_mark_before_the_json_is_ignored(database: Database, clock: TestClock) -> None:
    headers = {"content-type": "application/json", "Idempotency-Key": "one visit"}
    body = json.dumps(a_request(language="es")).encode()
    async with a_browser(a_front(database, clock)) as browser:
        marked = await browser.post(CONSULTATION, content=b"\xef\xbb\xbf" + body, headers=headers)
        plain = await browser.post(CONSULTATION, content=body, headers=headers)

    assert marked.status_code == 202
    assert marked.json()["message"].startswith("Gracias")
    assert plain.json() == marked.json()


@pytest.mark.parametrize(
    "words", ["Thích Nhất Hạnh", "🌱 día a día 👩‍👧", "أمّي ماتت في آذار", "nul\u0000les\u200d"]
)
async def test_words_of_every_script_survive(database: Database, clock: TestClock, words: str) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(message=words))

    async with database.reading() as tx:
        (kept,) = await storage.load_words(tx, [answer.json()["id"]], a_vault())
    assert kept.message == words.replace("\u0000", "")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "Sam\r\nBcc: somebody@example.net"}, "/name"),
        ({"name": "S\u0000am"}, "/name"),
        ({"email": None}, "/email"),
        ({"email": "sam at example"}, "/email"),
        ({"email": "sam@example.org>\r\nRCPT TO:<x@example.net"}, "/email"),
        ({"phone": "12"}, "/phone"),
        ({"state": None}, "/state"),
        ({"state": "Atlantis"}, "/state"),
        ({"age": None}, "/age"),
        ({"age": "34"}, "/age"),
        ({"age": 999}, "/age"),
        ({"message": "x" * 5001}, "/message"),
        ({"concerns": ["grief_loss", "couples", "no such code"]}, "/concerns/2"),
        ({"concerns": "grief_loss"}, "/concerns"),
        ({"contact": {"safe_hours": {"from": "9 o'clock", "to": "17:00"}}}, "/contact/safe_hours/from"),
        ({"contact": {"txt_ok": True}}, "/contact"),
        ({"preferences": {"times": ["weekday_evening", "midnight"]}}, "/preferences/times/1"),
        ({"for": "child", "client": {"name": "Lou"}}, "/client/age"),
        ({"partners": [{"email": "a@example.org"}]}, "/partners/0/name"),
        ({"safety": {"unsafe_at_hom": True}}, "/safety"),
        ({"language": "tlh"}, "/language"),
    ],
)
async def test_a_mistake_is_pointed_at_and_never_repeated(
    database: Database, clock: TestClock, said: dict[str, object], pointer: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(**said))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:practice:error:invalid"
    assert [each["pointer"] for each in problem["errors"]] == [pointer]
    assert problem["crisis_lines"]
    for value in (
        "Bcc",
        "sam at",
        "RCPT",
        "Atlantis",
        "no such code",
        "midnight",
        "txt_ok",
        "o'clock",
        "tlh",
    ):
        assert value not in answer.text
    assert await kept_in(database) == 0
    async with database.reading() as tx:
        (refusal,) = await storage.load_refusals(tx, 10)
    assert [reason.pointer for reason in refusal.reasons] == [pointer]


async def test_every_mistake_is_named_at_once(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        wrong = await browser.post(CONSULTATION, json={"email": "nobody", "age": "x", "phone": "1"})
        missing = await browser.post(CONSULTATION, json={})

    pointers = {each["pointer"] for each in wrong.json()["errors"]}
    assert pointers == {"/name", "/email", "/age", "/phone", "/state"}
    pointers = {each["pointer"] for each in missing.json()["errors"]}
    assert pointers == {"/name", "/email", "/age", "/state"}


@pytest.mark.parametrize(
    ("said", "pointers"),
    [
        ({"email": "nobody", "concerns": ["x"]}, ["/concerns/0", "/email"]),
        ({"phone": "1", "email": None, "for": "x"}, ["/for", "/phone"]),
        ({"name": None, "state": 7, "unit": "x", "age": "x"}, ["/age", "/name", "/state", "/unit"]),
        ({"birth_year": "x", "age": None, "language": "tlh"}, ["/birth_year", "/language"]),
        ({"for": "child", "message": 7}, ["/client", "/message"]),
        ({"for": "child", "client": {"age": "x"}, "unit": "x"}, ["/client/age", "/unit"]),
        (
            {"contact": {"discreet": "x"}, "preferences": {"format": "x"}},
            ["/contact/discreet", "/preferences/format"],
        ),
        ({"preferences": {"format": "x", "times": 7}, "state": "Atlantis"}, ["/preferences/times", "/state"]),
    ],
)
async def test_unknown_codes_are_named_together_with_mistakes_of_shape(
    database: Database, clock: TestClock, said: dict[str, object], pointers: list[str]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(**said))

    assert answer.status_code == 422
    assert sorted(each["pointer"] for each in answer.json()["errors"]) == pointers


@pytest.mark.parametrize(
    "body",
    [
        '{"age": 34, "age": "x", "email": "x"}',
        '{"age": "x", "age": 34, "email": "x"}',
        '{"email": "x", "fee": NaN, "other": [1e999], "deep": ' + "[" * 150 + "]" * 150 + "}",
        '{"email": "x", "phone": {"_started": 1}, "_started": 1, "website": 2, "for_": 3}',
        "[]",
        "null",
    ],
)
async def test_no_body_is_too_odd_to_be_answered(database: Database, clock: TestClock, body: str) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.json()["crisis_lines"]


async def test_fields_that_a_form_builder_adds_are_ignored(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(utm_source="x", _wpnonce="y"))

    assert answer.status_code == 202


async def test_the_numbers_and_mistakes_of_a_spanish_site_are_in_spanish(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        refused = await browser.post(CONSULTATION, json={"language": "es"})
        kept = await browser.post(CONSULTATION, json=a_request(language="es"))

    assert "Falta llenar esto." in refused.text
    assert kept.json()["message"].startswith("Gracias")
    assert "Línea" in kept.json()["crisis_lines"][0]["name"]


async def test_a_filled_honeypot_is_kept_aside_with_the_same_answer(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        plain = await browser.post(CONSULTATION, json=a_request())
        filled = await browser.post(CONSULTATION, json=a_request(website="https://spam.example.net"))

    assert filled.status_code == 202
    assert filled.json().keys() == plain.json().keys()
    assert filled.json()["message"] == plain.json()["message"]
    assert await status_of(database, filled.json()["reference"]) == "quarantined"


async def test_a_person_in_crisis_is_told_first_where_somebody_answers_now(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(message="I want to kill myself tonight"))

    assert answer.status_code == 202
    assert "at any hour" in answer.json()["message"]


async def test_nothing_is_promised_when_the_database_is_away(database: Database, clock: TestClock) -> None:
    front = replace(a_front(database, clock), database=AwayDatabase())
    async with a_browser(front) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)
        wrong = await browser.post(CONSULTATION, json={})

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["crisis_lines"]
    assert wrong.status_code == 422
