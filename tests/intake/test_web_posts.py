"""What a website may send, and what it is answered."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from services.intake import storage
from services.intake.storage.tables import requests as requests_table
from services.intake.web import Turnstile
from shared.database import Database
from shared.errors import Retryable
from tests.conftest import TestClock
from tests.intake.builders import a_vault
from tests.intake.webhouse import (
    GENEROUS,
    SITE_KEY,
    WEBSITE,
    a_browser,
    a_front,
    a_reading_request,
    a_request,
)


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


CONSULTATION, READINESS = "/v1/consultation-requests", "/v1/readiness-requests"
WHOLE = {
    "name": "Sam Rivera",
    "pronouns": "they/them",
    "email": "sam@example.org",
    "phone": "+13235550100",
    "contact": {
        "email_ok": True,
        "text_ok": False,
        "voicemail_ok": False,
        "discreet": True,
        "safe_hours": None,
    },
    "for": "self",
    "client": None,
    "partners": [],
    "state": "CA",
    "time_zone": None,
    "age": 34,
    "unit": "individual",
    "concerns": ["grief_loss", "couples"],
    "message": "free text, up to 5000 characters",
    "preferences": {
        "format": "online",
        "sites": [],
        "languages": ["en"],
        "language_required": False,
        "modalities": ["emdr"],
        "clinician": ["lgbtqia_identified"],
        "times": ["weekday_evening"],
        "fee_max": 180,
    },
    "safety": {"unsafe_at_home": False, "partner_violence": False},
    "language": "en",
    "privacy_notice": "2026-11",
}


async def kept_in(database: Database) -> int:
    async with database.reading() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(requests_table))).scalar_one())


async def status_of(database: Database, reference: str) -> str:
    async with database.reading() as tx:
        found = await storage.load_request(tx, reference)
    assert found
    return found.status


class AwayDatabase:
    """A database that is not there."""

    def transaction(self) -> "AwayDatabase":
        return self

    reading = transaction

    async def __aenter__(self) -> None:
        raise Retryable

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_a_whole_request_is_kept_and_answered_with_everything_a_website_needs(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)

    assert answer.status_code == 202
    said = answer.json()
    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}", said["reference"])
    assert said["received_at"] == "2026-11-23T18:00:00Z"
    assert said["booking_url"] is None
    assert said["message"]
    assert {"988", "911", "1-800-799-7233"} <= {line["call"] for line in said["crisis_lines"]}
    assert await status_of(database, said["reference"]) == "announced"


async def test_somebody_not_ready_yet_is_kept_and_thanked(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(READINESS, json=a_reading_request(context=["bereaved"]))

    assert answer.status_code == 202
    assert await status_of(database, answer.json()["reference"]) == "announced"


@pytest.mark.parametrize(
    "words", ["Thích Nhất Hạnh", "🌱 día a día 👩‍👧", "أمّي ماتت في آذار", "nul\u0000les\u200d"]
)
async def test_words_of_every_script_survive(database: Database, clock: TestClock, words: str) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(CONSULTATION, json=a_request(message=words))

    async with database.reading() as tx:
        kept = await storage.load_words(tx, answer.json()["id"], a_vault())
    assert kept
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
    front = replace(a_front(database, clock), database=AwayDatabase())  # type: ignore[arg-type]
    async with a_browser(front) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)
        wrong = await browser.post(CONSULTATION, json={})

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["crisis_lines"]
    assert wrong.status_code == 422


async def test_the_status_link_shows_codes_to_its_holder_alone(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        said = (await browser.post(CONSULTATION, json=WHOLE)).json()
        other = (await browser.post(CONSULTATION, json=WHOLE)).json()
        link = urlsplit(said["status_url"])
        shown = await browser.get(said["status_url"])
        page = await browser.get(said["status_url"], headers={"Accept": "text/html"})
        without = await browser.get(link.path)
        swapped = await browser.get(f"/v1/consultation-requests/{other['id']}?{link.query}")
        clock.move(timedelta(days=91))
        old = await browser.get(said["status_url"])

    assert shown.json()["status"] == "received"
    assert shown.json()["reference"] == said["reference"]
    assert "Sam" not in shown.text + page.text
    assert "grief" not in shown.text + page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert [each.status_code for each in (without, swapped, old)] == [404, 404, 404]


async def test_options_offer_what_a_form_needs_in_both_languages(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        said = (await browser.get("/v1/options")).json()

    assert {"code": "couple", "en": "For my partner and me", "es": "Para mi pareja y para mí"} in said["for"]
    assert [state["code"] for state in said["states"] if state["served"]] == ["CA"]
    for group in ("specialties", "concern_phrases", "formats", "languages", "times", "clinician", "context"):
        assert said[group]
        assert all(each["en"] and each["es"] for each in said[group])


async def test_every_code_that_options_offer_is_accepted(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock, turnstile=GENEROUS)) as browser:
        said = (await browser.get("/v1/options")).json()
        codes = {name: [each["code"] for each in said[name]] for name in said if name not in NO_CODES}
        wishes = {name: codes[name] for name in ("sites", "languages", "times", "modalities", "clinician")}
        answer = await browser.post(
            CONSULTATION,
            json=a_request(
                concerns=codes["specialties"] + codes["concern_phrases"],
                preferences={**wishes, "format": codes["formats"][0]},
            ),
        )
        states = [await browser.post(CONSULTATION, json=a_request(state=code)) for code in codes["states"]]
        reading = await browser.post(READINESS, json=a_reading_request(context=codes["context"]))

    assert answer.status_code == 202, answer.text
    assert reading.status_code == 202
    assert {each.status_code for each in states} == {202}


NO_CODES = ("practice", "page_languages", "crisis_lines")


async def test_whoever_comes_where_no_door_is_gets_an_answer_too(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        nowhere = await browser.get("/v1/nothing-here")
        page = await browser.get("/nothing-here", headers={"Accept": "text/html"})
        wrong_method = await browser.get(CONSULTATION)

    assert (nowhere.status_code, page.status_code, wrong_method.status_code) == (404, 404, 405)
    assert nowhere.json()["type"] == "urn:practice:error:not-found"
    assert wrong_method.headers["allow"] == "POST"
    assert "tel:988" in page.text
    assert "nothing-here" not in nowhere.text + page.text


class BrokenDatabase(AwayDatabase):
    """A database that breaks in a way nobody thought of."""

    async def __aenter__(self) -> None:
        raise ZeroDivisionError("sam@example.org")


async def test_a_defect_of_ours_promises_nothing_and_repeats_nothing(
    database: Database, clock: TestClock
) -> None:
    front = replace(a_front(database, clock), database=BrokenDatabase())  # type: ignore[arg-type]
    async with a_browser(front) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:practice:error:broken"
    assert answer.json()["crisis_lines"]
    assert "sam@" not in answer.text
