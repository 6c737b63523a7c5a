"""Whoever sends rubbish, too much or at a bad moment: told what to put right, and nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.domain.contact_change import SLIP
from services.intake.handlers import Receipt
from services.intake.web import Front
from services.intake.web.begin import FIELDS
from services.intake.web.begin_inputs import LABELS
from services.intake.web.words import words_of
from shared.database import Database
from shared.pages.turnstile import Turnstile
from tests.conftest import TestClock
from tests.intake.builders import NOW
from tests.intake.contacting import NEW, Inbox
from tests.intake.readying import Reader, reached
from tests.intake.webbegin import A_DAY, GROWN_UP, on_behalf, path_of, told_on
from tests.intake.webbook import whole
from tests.intake.webhouse import FORM, PUBLIC_URL, WEBSITE, Page, a_browser
from tests.intake.webposts import AwayDatabase, ReadsAlone

DOORS = ("", "/not-now")
CANARY = "Wilhelmina Quisenberry"


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.fixture
async def ana(database: Database) -> Receipt:
    reader = Reader(database)
    receipt = await reader.asked()
    await reader.hear(reached(receipt, at=NOW))
    return receipt


WRONG: Sequence[tuple[str, str]] = (
    ("age", ""),
    ("age", "old"),
    ("age", "121"),
    ("age", "-1"),
    ("age", "99999999999999999999"),
    ("state", ""),
    ("state", "XX"),
    ("state", "C" * 81),
    ("for", "nobody"),
    ("concerns", "nonsense"),
    ("concerns", "a\x07b"),
    ("message", "x" * 5001),
    ("preferences.format", "nonsense"),
    ("preferences.fee_max", "much"),
    ("preferences.fee_max", "-5"),
    ("preferences.times", "midnight"),
    ("preferences.languages", "xx"),
    ("preferences.clinician", "nonsense"),
    ("client.age", "old"),
    ("partners.0.email", "not an address"),
    ("safety.unsafe_at_home", "perhaps"),
)


@pytest.mark.parametrize(("field", "typed"), WRONG, ids=[f"{name}={value[:12]!r}" for name, value in WRONG])
async def test_what_is_wrong_is_named_and_what_was_typed_stays(
    ana: Receipt, front: Front, database: Database, field: str, typed: str
) -> None:
    before = await whole(database)
    async with a_browser(front) as browser:
        answer = await told_on(browser, path_of(front, ana), (field, typed), ("client.name", CANARY))
    page = Page.read(answer.text)
    say = words_of("en")
    assert answer.status_code == 422
    assert say("summary.heading") in answer.text
    shown = LABELS.get(field)
    assert shown is None or say(shown) in page.text.partition("<form")[0]
    assert ("client.name", CANARY) in page.submitted()
    assert ("message", typed) in page.submitted() or field != "message"
    assert typed not in page.texts.get("summary-heading", "") or not typed
    assert await whole(database) == before


async def test_where_they_will_be_is_asked_of_a_form_that_leaves_it_out(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        answer = await browser.post(path_of(front, ana), content="for=self&age=34", headers=FORM)
    assert answer.status_code == 422
    said = words_of("en")
    assert f"{said('you.state')}: {said('error.required')}" in " ".join(Page.read(answer.text).text.split())


async def test_everything_wrong_is_told_at_once_in_the_order_of_the_page(ana: Receipt, front: Front) -> None:
    wrong = (("preferences.fee_max", "much"), ("state", ""), ("age", "old"), ("concerns", "nonsense"))
    async with a_browser(front) as browser:
        answer = await told_on(browser, path_of(front, ana), *wrong)
    summary = answer.text.partition('role="alert"')[2].partition("</section>")[0]
    places = [summary.index(f'href="#{field}"') for field in ("age", "state", "concerns")]
    assert places == sorted(places)
    assert "4 things" in summary


async def test_mistakes_are_told_in_spanish_to_who_reads_spanish(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        answer = await told_on(browser, path_of(front, ana) + "?lang=es", ("age", "x"))
    assert answer.status_code == 422
    assert words_of("es")("summary.heading") in answer.text
    assert 'lang="es"' in answer.text


async def test_too_much_from_one_place_waits_and_loses_nothing(ana: Receipt, front: Front) -> None:
    strict = replace(front, turnstile=Turnstile("1/minute", "1000/minute"))
    async with a_browser(strict) as browser:
        for below in DOORS:
            await browser.post(path_of(front, ana) + below, content="", headers=FORM)
            body = urlencode([*GROWN_UP, ("message", CANARY)])
            answer = await browser.post(path_of(front, ana), content=body, headers=FORM)
            assert (answer.status_code, CANARY in answer.text) == (429, True)
            assert int(answer.headers["retry-after"]) > 0


async def test_while_nothing_can_be_kept_what_was_typed_stays(
    ana: Receipt, front: Front, database: Database
) -> None:
    before = await whole(database)
    broken = replace(front, database=ReadsAlone(database))
    async with a_browser(broken) as browser:
        answer = await told_on(browser, path_of(front, ana), ("message", CANARY))
        waits = await browser.post(path_of(front, ana) + "/not-now", headers=FORM)
    assert (answer.status_code, waits.status_code) == (503, 503)
    assert CANARY in answer.text
    assert front.practice.phone in answer.text
    assert await whole(database) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("below", DOORS)
async def test_while_nothing_can_be_read_a_page_says_so(
    ana: Receipt, front: Front, method: str, below: str
) -> None:
    async with a_browser(replace(front, database=AwayDatabase())) as browser:
        answer = await browser.request(method, path_of(front, ana) + below, headers=FORM)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"origin": WEBSITE}, b"age=34", 403),
        ({"origin": "https://evil.example.net"}, b"age=34", 403),
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-encoding": "gzip"}, b"age=34", 415),
        ({}, b"message=" + b"x" * 70_000, 413),
        ({}, b"message=%ff%fe", 400),
        ({}, b"message=a%00b", 400),
        ({}, b"&".join(b"a=%d" % n for n in range(600)), 400),
    ],
)
@pytest.mark.parametrize("below", DOORS)
async def test_what_is_no_form_of_ours_is_not_read(
    ana: Receipt,
    front: Front,
    database: Database,
    below: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    before = await whole(database)
    async with a_browser(front) as browser:
        answer = await browser.post(path_of(front, ana) + below, content=body, headers={**FORM, **headers})
    assert answer.status_code == status
    assert await whole(database) == before


@pytest.mark.parametrize(
    "said",
    [
        {"purpose": "book"},
        {"recipient": "person:somebody-else"},
        {"recipient": "dana"},
        {"recipient": "coordinator:"},
        {"now": NOW - A_DAY},
    ],
)
async def test_a_link_that_is_not_for_this_opens_nothing(
    ana: Receipt, front: Front, database: Database, said: dict[str, object]
) -> None:
    before = await whole(database)
    async with a_browser(front) as browser:
        for path in (path_of(front, ana, **said), "/begin/nobodys"):
            assert (await browser.get(path)).status_code == 404
            assert (await told_on(browser, path)).status_code == 404
    assert await whole(database) == before


async def test_a_link_from_the_inbox_that_somebody_left_opens_nothing_and_a_newer_one_does(
    ana: Receipt, front: Front, database: Database, clock: TestClock
) -> None:
    left, on_behalf_of_her = path_of(front, ana), on_behalf(front, ana)
    await Inbox(database).change(ana, now=clock.now, email=NEW)
    clock.move(SLIP)
    newer = path_of(front, ana, now=clock.now)
    before = await whole(database)
    async with a_browser(front) as browser:
        for below in DOORS:
            assert (await browser.get(left + below)).status_code == 404
            assert (await told_on(browser, left + below)).status_code == 404
        assert await whole(database) == before
        for path in (newer, on_behalf_of_her):
            assert (await browser.get(path)).status_code == 200


async def test_a_form_of_our_own_page_is_read(ana: Receipt, front: Front) -> None:
    async with a_browser(front) as browser:
        assert (await told_on(browser, path_of(front, ana), origin=PUBLIC_URL)).status_code == 303


async def test_what_was_typed_is_never_part_of_an_address_or_of_markup(ana: Receipt, front: Front) -> None:
    nasty = '"><script>alert(1)</script>'
    async with a_browser(front) as browser:
        answer = await told_on(browser, path_of(front, ana), ("age", nasty), ("message", nasty))
        assert answer.status_code == 422
        assert "<script" not in answer.text
        done = await told_on(browser, path_of(front, ana), ("message", nasty))
        page = await browser.get(done.headers["location"])
    assert "script" not in done.headers["location"]
    assert "alert(1)" not in page.text


@given(
    st.lists(
        st.tuples(st.sampled_from([*FIELDS, "partners.1.name", "for.x", "x"]), st.text(max_size=60)),
        max_size=25,
    )
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_whatever_is_sent_is_told_or_refused_and_never_breaks_anything(
    ana: Receipt, front: Front, pairs: list[tuple[str, str]]
) -> None:
    async with a_browser(front) as browser:
        body = urlencode(pairs).encode("utf-8", "replace")
        answer = await browser.post(path_of(front, ana), content=body, headers=FORM)
    assert answer.status_code in (303, 400, 422)
