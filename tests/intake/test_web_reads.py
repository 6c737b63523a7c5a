"""What can be read: the status, the options; and what strays are told."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webhouse import (
    GENEROUS,
    a_browser,
    a_colleagues_request,
    a_front,
    a_reading_request,
    a_request,
)
from tests.intake.webposts import CONSULTATION, PROFESSIONAL, READINESS, WHOLE, AwayDatabase


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


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
    groups = ("specialties", "concern_phrases", "formats", "languages", "times", "clinician", "context")
    for group in (*groups, "topics", "roles"):
        assert said[group]
        assert all(each["en"] and each["es"] for each in said[group])


NO_CODES = ("practice", "page_languages", "crisis_lines")


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
        between_colleagues = [
            await browser.post(PROFESSIONAL, json=a_colleagues_request(topic=topic, role=role))
            for topic in codes["topics"]
            for role in codes["roles"]
        ]

    assert answer.status_code == 202, answer.text
    assert reading.status_code == 202
    assert {each.status_code for each in (*states, *between_colleagues)} == {202}


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


async def test_no_post_is_sent_on_to_the_host_that_the_caller_named(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        answer = await browser.post(f"{CONSULTATION}/", json=WHOLE, headers={"Host": "evil.example.net"})

    assert answer.status_code == 404
    assert "location" not in answer.headers


class BrokenDatabase(AwayDatabase):
    """A database that breaks in a way nobody thought of."""

    def transaction(self) -> NoReturn:
        raise ZeroDivisionError("sam@example.org")


async def test_a_defect_of_ours_promises_nothing_and_repeats_nothing(
    database: Database, clock: TestClock
) -> None:
    front = replace(a_front(database, clock), database=BrokenDatabase())
    async with a_browser(front) as browser:
        answer = await browser.post(CONSULTATION, json=WHOLE)

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:practice:error:broken"
    assert answer.json()["crisis_lines"]
    assert "sam@" not in answer.text
