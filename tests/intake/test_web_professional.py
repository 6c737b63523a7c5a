"""The door and the page for therapists and practice owners: the same machinery as for everybody."""

from datetime import timedelta

import pytest

from services.intake import storage
from services.intake.web import Turnstile
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import a_vault
from tests.intake.webhouse import (
    SITE_KEY,
    WEBSITE,
    Page,
    a_browser,
    a_colleagues_request,
    a_front,
    a_request,
)
from tests.intake.webposts import CONSULTATION, PROFESSIONAL, kept_in, reference_in, sent, status_of

KIM = (("name", "Kim Ode"), ("email", "kim@example.org"), ("topic", "supervision"))


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_a_colleague_is_kept_and_answered_like_everybody(database: Database, clock: TestClock) -> None:
    whole = a_colleagues_request(
        pronouns="she/her",
        phone="(323) 555-0142",
        role="practice_owner",
        state="ca",
        message="Looking for a supervisor.\r\nEvenings.",
        contact={"discreet": False, "voicemail_ok": True, "safe_hours": {"from": "09:00", "to": "17:00"}},
        language="es",
        privacy_notice="2026-11",
    )
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(PROFESSIONAL, json=whole)
        said = answer.json()
        status = await browser.get(said["status_url"])
        page = await browser.get(said["status_url"], headers={"Accept": "text/html"})

    assert answer.status_code == 202
    assert said["message"].startswith("Gracias por escribir.")
    assert {"988", "911", "1-800-799-7233"} <= {line["call"] for line in said["crisis_lines"]}
    assert (status.json()["status"], status.json()["reference"]) == ("received", said["reference"])
    assert said["reference"] in page.text
    async with database.reading() as tx:
        (request,) = await storage.load_requests(tx, [said["id"]])
        (words,) = await storage.load_words(tx, [said["id"]], a_vault())
        (reach,) = await storage.load_reaches(tx, [said["id"]], a_vault())
    assert (request.path, request.topic, request.role, request.state) == (
        "professional",
        "supervision",
        "practice_owner",
        "CA",
    )
    assert (words.message, words.privacy_notice) == ("Looking for a supervisor.\nEvenings.", "2026-11")
    assert (reach.writer.phone, reach.permissions.rules.discreet) == ("+13235550142", False)


async def test_words_of_crisis_get_the_lines_and_no_alarm(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(
            PROFESSIONAL, json=a_colleagues_request(message="My client said: I want to kill myself tonight")
        )

    assert answer.status_code == 202
    assert answer.json()["message"].startswith("Thank you for writing.")
    assert answer.json()["crisis_lines"]
    async with database.reading() as tx:
        assert await storage.load_open(tx) == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"topic": None}, "/topic"),
        ({"topic": "astrology"}, "/topic"),
        ({"role": "wizard"}, "/role"),
        ({"email": None}, "/email"),
        ({"email": "nobody at"}, "/email"),
        ({"name": None}, "/name"),
        ({"state": "ZZ"}, "/state"),
        ({"message": "x" * 5001}, "/message"),
        ({"contact": {"txt_ok": True}}, "/contact"),
    ],
)
async def test_what_a_colleague_can_put_right_is_pointed_at(
    database: Database, clock: TestClock, said: dict[str, object], pointer: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(PROFESSIONAL, json=a_colleagues_request(**said))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert answer.json()["crisis_lines"]
    assert await kept_in(database) == 0


async def test_mistakes_of_shape_and_of_code_are_told_together(database: Database, clock: TestClock) -> None:
    wrong = a_colleagues_request(topic="astrology", email="nobody at", role="wizard")
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(PROFESSIONAL, json=wrong)

    assert {each["pointer"] for each in answer.json()["errors"]} == {"/topic", "/email", "/role"}


async def test_the_same_key_gets_the_same_answer_and_is_no_other_doors(
    database: Database, clock: TestClock
) -> None:
    keyed = {"Idempotency-Key": "visit-1"}
    async with a_browser(a_front(database, clock)) as browser:
        first = await browser.post(PROFESSIONAL, json=a_colleagues_request(), headers=keyed)
        again = await browser.post(PROFESSIONAL, json=a_colleagues_request(), headers=keyed)
        other = await browser.post(PROFESSIONAL, json=a_colleagues_request(topic="other"), headers=keyed)
        elsewhere = await browser.post(CONSULTATION, json=a_request(), headers=keyed)

    assert first.json() == again.json()
    assert (other.status_code, elsewhere.status_code) == (409, 202)
    assert await kept_in(database) == 2


async def test_origins_keys_and_rates_hold_here_too(database: Database, clock: TestClock) -> None:
    front = a_front(database, clock, turnstile=Turnstile("1/minute", "100/minute", "100/minute"))
    body = a_colleagues_request()
    async with a_browser(front) as browser:
        stranger = await browser.post(PROFESSIONAL, json=body, headers={"Origin": "https://evil.example.net"})
        wrong_key = await browser.post(PROFESSIONAL, json=body, headers={"Authorization": "Bearer x"})
        may = await browser.options(PROFESSIONAL, headers={"Origin": WEBSITE})
        first = await browser.post(PROFESSIONAL, json=body, headers={"Origin": WEBSITE})
        second = await browser.post(PROFESSIONAL, json=body)
        keyed = await browser.post(PROFESSIONAL, json=body, headers={"Authorization": f"Bearer {SITE_KEY}"})

    assert [each.status_code for each in (stranger, wrong_key, may)] == [403, 401, 204]
    assert [each.status_code for each in (first, second, keyed)] == [202, 429, 202]
    assert may.headers["access-control-allow-origin"] == WEBSITE
    assert first.headers["access-control-allow-origin"] == WEBSITE


async def test_a_form_ends_on_a_page_that_says_thank_you_or_on_the_website(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        ours = await sent(browser, PROFESSIONAL, [*KIM, ("language", "es")])
        theirs = await sent(browser, PROFESSIONAL, [*KIM, ("_return", f"{WEBSITE}/thanks")])
        page = await browser.get(ours.headers["location"])

    assert (ours.status_code, theirs.headers["location"]) == (303, f"{WEBSITE}/thanks")
    assert "path=colleague" in ours.headers["location"]
    assert reference_in(ours) in page.text
    assert "Gracias por escribir." in page.text
    assert await status_of(database, reference_in(ours)) == "announced"


async def test_the_page_sends_what_was_ticked_on_it(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        page = Page.read((await browser.get("/?path=colleague&lang=en")).text)
        clock.move(timedelta(minutes=1))
        answer = await sent(browser, page.action, [*page.submitted(), *KIM, ("role", "therapist")])
        again = await sent(browser, page.action, [*page.submitted(), *KIM, ("role", "therapist")])

    assert page.action == PROFESSIONAL
    assert reference_in(answer) == reference_in(again)
    async with database.reading() as tx:
        kept = await storage.load_request(tx, reference_in(answer))
    assert kept is not None
    assert (kept.topic, kept.role, kept.state, kept.status) == ("supervision", "therapist", None, "announced")


async def test_a_form_with_mistakes_comes_back_with_everything_that_was_typed(
    database: Database, clock: TestClock
) -> None:
    pairs = [
        *[("name", "Kim Ode"), ("email", "nobody at"), ("phone", "323"), ("role", "practice_owner")],
        *[("state", "NY"), ("message", "line one\nline two"), ("contact.discreet", "no")],
        *[("practice_name", "Willow"), ("contact.safe_hours.from", "09:00")],
    ]
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, PROFESSIONAL, pairs)

    page = Page.read(answer.text)
    assert answer.status_code == 422
    assert page.action == PROFESSIONAL
    assert set(pairs) <= set(page.submitted())
    assert {"#email", "#phone", "#topic", "#contact.safe_hours.to"} <= set(page.links)
    assert page.described("topic") == "Please fill this in."
    assert await kept_in(database) == 0


@pytest.mark.parametrize("trap", [("website", "https://offers.example.net"), ("_started", "nonsense")])
async def test_the_traps_stand_at_this_door_too(
    database: Database, clock: TestClock, trap: tuple[str, str]
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await sent(browser, PROFESSIONAL, [*KIM, trap])

    assert answer.status_code == 303
    assert await status_of(database, reference_in(answer)) == "quarantined"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_three_ways_stand_on_every_form_and_the_own_one_is_marked(
    database: Database, clock: TestClock, language: str
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        for path in ("talk", "not_yet", "colleague"):
            html = (await browser.get(f"/?path={path}&lang={language}")).text
            ways = [f"/?path={each}&lang={language}" for each in ("talk", "not_yet", "colleague")]
            assert [link for link in Page.read(html).links if link in ways] == ways
            assert f'path={path}&amp;lang={language}" aria-current="page"' in html
            assert html.count('aria-current="page"') == 1
