"""Whoever may not come in is turned away alike, and nothing that was typed rightly or wrongly is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake import operations
from services.intake.domain.contact_change import LINK_LASTS
from services.intake.domain.decision import Quarantined
from services.intake.domain.submission import ContactRules
from services.intake.web import Front, Turnstile
from services.intake.web.contact import FIELDS
from services.intake.web.contact_inputs import LABELS
from services.intake.web.words import words_of
from tests.intake.builders import NOW, a_consultation, a_writer, assessed
from tests.intake.contacting import EVE, NEW, PAM, PHONE, SAM, Inbox
from tests.intake.test_web_contact import path_of
from tests.intake.webbook import sent_to, whole
from tests.intake.webhouse import FORM, PUBLIC_URL, WEBSITE, Page, a_browser, a_practice
from tests.intake.webposts import AwayDatabase, ReadsAlone

DOORS = ("", "/stop", "/allow", "/withdraw")


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def nobodys_links(inbox: Inbox, front: Front) -> dict[str, str]:
    """Every kind of link that opens nothing."""
    note, other, by_phone = await inbox.note(), await inbox.note(PAM), await inbox.note(None, PHONE)
    caught = await inbox.arrived(
        Quarantined(assessed(a_consultation(writer=a_writer(email=EVE))), ("honeypot",))
    )
    spam = await inbox.arrived(
        Quarantined(assessed(a_consultation(writer=a_writer(email=EVE))), ("honeypot",))
    )
    await operations.discard(inbox.database, spam.reference, NOW)
    erased, moved = await inbox.note(EVE), await inbox.note("moved@example.org")
    await inbox.erase(erased)
    await inbox.change(moved, NOW, NOW - timedelta(days=1), email=NEW)
    return {
        "nonsense": "/contact/nonsense",
        "changed": path_of(front, note)[:-1] + ("A" if path_of(front, note)[-1] != "A" else "B"),
        "another purpose": path_of(front, note, purpose="book"),
        "somebody else": path_of(front, note, recipient=f"person:{other.person_id}"),
        "a coordinator": path_of(front, note, recipient="coordinator:dana"),
        "another request": path_of(front, note, subject=other.request_id),
        "unknown": path_of(front, note, subject="nobody"),
        "too old": path_of(front, note, now=NOW - timedelta(days=60)),
        "too new": path_of(front, note, now=NOW, lifetime=LINK_LASTS + timedelta(days=1)),
        "no address": path_of(front, by_phone),
        "quarantined": path_of(front, caught),
        "discarded": path_of(front, spam),
        "erased": path_of(front, erased),
        "left": path_of(front, moved, now=NOW - timedelta(days=1)),
    }


async def test_every_link_that_is_not_good_is_turned_away_alike(inbox: Inbox, front: Front) -> None:
    links = await nobodys_links(inbox, front)
    before = await whole(inbox.database)

    async with a_browser(front) as browser:
        said = set()
        for kind, path in links.items():
            for below in DOORS:
                for answer in (
                    await browser.get(path + below),
                    await sent_to(browser, path + below, phone=PHONE, email=NEW),
                ):
                    assert answer.status_code == 404, kind
                    said.add(answer.text)

    assert len(said) == 1
    assert await whole(inbox.database) == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "sam", "error.email"),
        ("email", "sam@localhost", "error.email"),
        ("email", "žluťoučký kůň", "error.email"),
        ("phone", "12", "error.phone"),
        ("phone", "not a number", "error.phone"),
        ("from", "25:00", "error.clock_time"),
        ("to", "at noon", "error.too_long"),
        ("email_ok", "perhaps", "error.yes_or_no"),
        ("text_ok", "2", "error.yes_or_no"),
        ("voicemail_ok", "<b>", "error.yes_or_no"),
        ("discreet", "maybe", "error.yes_or_no"),
        ("any_hour", "soon", "error.yes_or_no"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_is_wrong_is_named_and_what_was_typed_is_kept(
    inbox: Inbox, front: Front, field: str, value: str, sentence: str, language: str
) -> None:
    note = await inbox.note()
    before = await whole(inbox.database)
    typed = {"email": NEW, "phone": "323 555 0177", field: value}

    async with a_browser(front) as browser:
        answer = await sent_to(browser, f"{path_of(front, note)}?lang={language}", **typed)

    page, say = Page.read(answer.text), words_of(language)
    assert answer.status_code == 422
    assert say(sentence, limit=5, names="") in page.text
    assert f"#{field}" in page.links
    assert say(LABELS[field]) in page.text
    shown = dict(page.submitted())
    for name in ("email", "phone", "from", "to"):
        assert shown[name] == typed.get(name, "")
    assert await whole(inbox.database) == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from": "08:00"}, "to"),
        ({"to": "12:00"}, "from"),
        ({"from": "08:00", "to": "12:00", "any_hour": "yes"}, "any_hour"),
        ({"to": "12:00", "any_hour": "yes"}, "any_hour"),
    ],
)
async def test_half_of_the_hours_or_two_answers_about_them_are_asked_about_again(
    inbox: Inbox, front: Front, typed: dict[str, str], field: str
) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        answer = await sent_to(browser, path_of(front, note), **typed)

    page = Page.read(answer.text)
    assert answer.status_code == 422
    assert page.described(field)
    assert typed.items() <= dict(page.submitted()).items()
    assert await inbox.facts() == []


@pytest.mark.parametrize(
    "typed", [{}, {"email": " ", "phone": "", "email_ok": ""}, {"unknown": "x", "name": "Eve"}]
)
async def test_nothing_filled_in_changes_nothing_and_says_so(
    inbox: Inbox, front: Front, typed: dict[str, str]
) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        answer = await sent_to(browser, path_of(front, note), **typed)

    assert answer.status_code == 422
    assert "Nothing is filled in" in Page.read(answer.text).text
    assert await inbox.facts() == []


@pytest.mark.parametrize("below", DOORS)
async def test_a_form_of_another_website_changes_nothing(inbox: Inbox, front: Front, below: str) -> None:
    note = await inbox.note()
    before = await whole(inbox.database)
    async with a_browser(front) as browser:
        path = path_of(front, note) + below
        for origin in (WEBSITE, "https://evil.example", "null"):
            answer = await browser.post(
                path, content="phone=323+555+0177", headers={**FORM, "Origin": origin}
            )
            assert answer.status_code == 403
        as_json = await browser.post(path, json={"phone": PHONE})
        too_large = await browser.post(path, content="email=" + "x" * 70_000, headers=FORM)
        with_nul = await browser.post(path, content="email=%00", headers=FORM)

    assert (as_json.status_code, too_large.status_code, with_nul.status_code) == (415, 413, 400)
    assert "Nothing was changed" in as_json.text
    assert await whole(inbox.database) == before


async def test_our_own_page_may_send_its_form(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    async with a_browser(front, origin=PUBLIC_URL) as browser:
        answer = await sent_to(browser, path_of(front, note), phone=PHONE)

    assert answer.status_code == 200


@pytest.mark.parametrize("below", DOORS)
async def test_who_sends_too_often_is_asked_to_wait_with_what_they_typed(
    inbox: Inbox, front: Front, below: str
) -> None:
    note = await inbox.note()
    slow = replace(front, turnstile=Turnstile(per_address="1/day"))
    async with a_browser(slow) as browser:
        await sent_to(browser, path_of(front, note), discreet="no")
        before = await whole(inbox.database)
        answer = await sent_to(browser, path_of(front, note) + below, email=NEW)

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Nothing has changed yet" in answer.text
    assert below or dict(Page.read(answer.text).submitted())["email"] == NEW
    assert await whole(inbox.database) == before


@pytest.mark.parametrize("below", DOORS)
async def test_what_cannot_be_kept_is_not_lost(inbox: Inbox, front: Front, below: str) -> None:
    note = await inbox.note()
    async with a_browser(replace(front, database=ReadsAlone(inbox.database))) as browser:
        answer = await sent_to(browser, path_of(front, note) + below, email=NEW)
    async with a_browser(replace(front, database=AwayDatabase())) as browser:
        away = await browser.get(path_of(front, note) + below)

    assert (answer.status_code, away.status_code) == (503, 503)
    assert a_practice().phone in answer.text
    assert below or dict(Page.read(answer.text).submitted())["email"] == NEW


async def test_one_inbox_is_named_a_few_times_a_day_at_most(inbox: Inbox, front: Front) -> None:
    notes = [await inbox.note(f"eve{number}@example.org") for number in range(7)]
    async with a_browser(replace(front, turnstile=Turnstile())) as browser:
        done = [await sent_to(browser, path_of(front, note), email=PAM) for note in notes]
        elsewhere = await sent_to(browser, path_of(front, notes[-1]), email=NEW)

    assert [answer.status_code for answer in done] == [200] * 5 + [429] * 2
    assert a_practice().phone in done[-1].text
    assert dict(Page.read(done[-1].text).submitted())["email"] == PAM
    assert elsewhere.status_code == 200


RUBBISH = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["yes", "no", "08:00", "24:00", NEW, SAM, PHONE, "a@b.c", "+1", "0" * 5000, "\ud7ff\u2028", "=&?;"]
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "lang", "act", "person_id", "unsafe_at_home"]), RUBBISH, max_size=6
    )
)
async def test_rubbish_in_any_field_is_answered_and_does_no_harm(
    inbox: Inbox, front: Front, typed: dict[str, Any]
) -> None:
    note = await inbox.note("rubbish@example.org", contact=ContactRules())
    before = await whole(inbox.database)

    async with a_browser(front) as browser:
        answer = await sent_to(browser, path_of(front, note), **typed)

    assert answer.status_code in (200, 400, 422, 429), typed
    if answer.status_code != 200:
        assert await whole(inbox.database) == before
    assert not (await inbox.reach(note)).permissions.unsafe_at_home
