"""*How we reach you* and *Please stop*: pages behind a mailed link that tell nothing and do what they say."""

import re
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.intake.domain.contact_change import LINK_LASTS
from services.intake.domain.submission import ContactRules, SafeHours
from services.intake.handlers import Receipt
from services.intake.web import Front
from services.notifications.links import Doors
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import NOW, at
from tests.intake.calling import Office
from tests.intake.contacting import NEW, OTHER_PHONE, PHONE, SAM, Inbox
from tests.intake.test_pages import NEVER_IN_A_TITLE
from tests.intake.webbook import form_on, sent_to, whole
from tests.intake.webhouse import PUBLIC_URL, Page, a_browser, a_practice

PAGES = ("", "/stop", "/allow", "/withdraw")


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


def path_of(front: Front, note: Receipt, **said: Any) -> str:
    """The path of the link in a mail about this note."""
    mailed = {
        "recipient": f"person:{note.person_id}",
        "subject": note.request_id,
        "now": NOW,
        "lifetime": LINK_LASTS,
    }
    return "/contact/" + front.links.sign(**{"purpose": "contact", **mailed, **said})


async def written(browser: AsyncClient, path: str) -> str:
    """What a page says, its style aside."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.split("</style>")[1]


async def test_the_link_in_a_mail_opens_the_page(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    keys = ["a link key of the tests, long enough to be one"]
    mails = Doors.of(
        matching=(keys, "https://matching.example.org"),
        intake=(keys, PUBLIC_URL),
        resources=(keys, "https://resources.example.org"),
    )

    async with a_browser(front) as browser:
        answer = await browser.get(mails.contact(note.person_id, note.request_id, NOW))

    assert answer.status_code == 200
    assert "How we reach you" in answer.text


@pytest.mark.parametrize("below", PAGES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_a_page_changes_nothing_whoever_opens_it(
    inbox: Inbox, front: Front, below: str, method: str
) -> None:
    note = await inbox.note(SAM, PHONE)
    before = await whole(inbox.database)

    async with a_browser(front) as browser:
        for _ in range(3):
            answer = await browser.request(method, path_of(front, note) + below)

    assert answer.status_code == 200
    assert await whole(inbox.database) == before


@pytest.mark.parametrize("below", PAGES)
async def test_a_page_looks_alike_however_somebody_is_reached(inbox: Inbox, front: Front, below: str) -> None:
    hours = SafeHours(at("08:15"), at("11:45"))
    strict = ContactRules(email_ok=True, text_ok=True, voicemail_ok=True, discreet=False, safe_hours=hours)
    plain = await inbox.note("pam@example.org")
    known = await inbox.note(SAM, PHONE, contact=strict, message="my mom died in March")
    await inbox.stop(known, NOW)

    async with a_browser(front) as browser:
        said = await written(browser, path_of(front, known) + below)
        of_another = await written(browser, path_of(front, plain) + below)

    assert said.replace(path_of(front, known), "") == of_another.replace(path_of(front, plain), "")
    for value in (SAM, PHONE, '323-555-0100"', "Sam", "Rivera", "08:15", "8:15", "mom", known.reference):
        assert value not in said


async def test_what_the_address_of_a_page_says_is_not_repeated(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        said = await written(
            browser, f"{path_of(front, note)}?email=eve@example.org&phone=PHONE&lang=x&said=stopped"
        )

    assert "eve@" not in said
    assert "PHONE" not in said
    assert 'value="' not in re.sub(r'value="(yes|no|)"', "", said)


@pytest.mark.parametrize("below", PAGES)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_is_discreet_and_has_the_lines_and_a_way_to_leave(
    inbox: Inbox, front: Front, below: str, language: str
) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        answer = await browser.get(f"{path_of(front, note)}{below}?lang={language}")

    page = Page.read(answer.text)
    (title,) = re.findall(r"<title>(.*?)</title>", answer.text)
    assert not NEVER_IN_A_TITLE.search(title)
    assert a_practice().name not in page.text
    assert a_practice().discreet_name.text(page.language) in page.text
    assert {"tel:988", "tel:911", "https://www.weather.gov/"} <= set(page.links)
    assert f'<html lang="{language}"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "<script" not in answer.text


async def test_a_page_speaks_the_language_in_which_they_wrote(inbox: Inbox, front: Front) -> None:
    note = await inbox.note(language="es")
    async with a_browser(front) as browser:
        said = await written(browser, path_of(front, note))
        page = Page.read((await browser.get(path_of(front, note))).text)
        other = await written(browser, next(link for link in page.links if "lang=en" in link))

    assert "Cómo nos comunicamos con usted" in said
    assert "How we reach you" in other


async def test_what_is_filled_in_counts_at_once(inbox: Inbox, front: Front) -> None:
    note = await inbox.note(SAM, contact=ContactRules(voicemail_ok=True))
    async with a_browser(front) as browser:
        path = path_of(front, note)
        form = await form_on(browser, path)
        answer = await sent_to(
            browser,
            path,
            **{
                **form,
                "email": f" {NEW} ",
                "phone": "323 555 0177",
                "from": "08:00",
                "to": "12:00",
                "text_ok": "yes",
            },
        )

    assert answer.status_code == 200
    reach = await inbox.reach(note)
    assert (reach.writer.email, reach.writer.phone) == (NEW, OTHER_PHONE)
    hours = SafeHours(at("08:00"), at("12:00"))
    assert reach.permissions.rules == ContactRules(text_ok=True, voicemail_ok=True, safe_hours=hours)
    page = Page.read(answer.text)
    for said in (NEW, "+1 323-555-0177", "8:00", "12:00", "We may text you."):
        assert said in page.text
    assert "voicemail" not in page.text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_any_hour_may_be_said_instead_of_hours(inbox: Inbox, front: Front, language: str) -> None:
    note = await inbox.note(contact=ContactRules(safe_hours=SafeHours(at("08:00"), at("12:00"))))
    async with a_browser(front) as browser:
        answer = await sent_to(browser, f"{path_of(front, note)}?lang={language}", any_hour="yes")

    assert answer.status_code == 200
    assert (await inbox.reach(note)).permissions.rules.safe_hours is None


async def test_a_form_sent_twice_is_answered_alike_and_done_once(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        first = await sent_to(browser, path_of(front, note), email=NEW)
        second = await sent_to(browser, path_of(front, note), email=NEW)

    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert len(await inbox.facts()) == 1


async def test_stop_stops_and_says_what_happens_now(inbox: Inbox, front: Front, database: Database) -> None:
    office = Office.of(database)
    note = await inbox.note(SAM, PHONE)
    await office.booked(note.request_id)

    async with a_browser(front) as browser:
        first = await sent_to(browser, f"{path_of(front, note)}/stop")
        second = await sent_to(browser, f"{path_of(front, note)}/stop")

    assert (first.status_code, first.text) == (second.status_code, second.text)
    page = Page.read(first.text)
    assert "We have stopped" in page.text
    assert a_practice().phone in page.text
    assert "January 22" in page.text  # until when the link works
    assert await inbox.silenced(note) == [True]
    assert [each["fact"] for each in await office.facts()] == ["scheduled", "cancelled"]


async def test_the_page_after_a_stop_offers_to_allow_mail_again(inbox: Inbox, front: Front) -> None:
    note = await inbox.note(SAM, PHONE)
    async with a_browser(front) as browser:
        stopped = Page.read((await sent_to(browser, f"{path_of(front, note)}/stop")).text)
        answer = await sent_to(browser, stopped.action)

    assert "We may write to you again" in Page.read(answer.text).text
    assert await inbox.silenced(note) == [False]


async def test_a_change_by_somebody_silent_says_that_it_stays_so(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    await inbox.stop(note, NOW)
    async with a_browser(front) as browser:
        answer = await sent_to(browser, path_of(front, note), email_ok="yes", phone=PHONE)

    page = Page.read(answer.text)
    assert "You asked us to stop, and that stands" in page.text
    assert page.action.startswith(f"{path_of(front, note)}/allow")
    assert await inbox.silenced(note) == [True]


async def test_a_form_on_a_page_goes_where_the_link_of_its_reader_leads(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    async with a_browser(front) as browser:
        path = path_of(front, note)
        form = Page.read((await browser.get(f"{path}?lang=es")).text)

    assert form.action == f"{path}?lang=es"
    assert set(dict(form.submitted())) == {
        *("email", "phone", "from", "to", "email_ok", "text_ok", "voicemail_ok", "discreet")
    }
    assert not any(value for _, value in form.submitted())


async def test_a_link_to_the_call_ends_with_the_address_to_which_it_went(
    inbox: Inbox, front: Front, clock: TestClock
) -> None:
    note = await inbox.note(phone=PHONE)
    await inbox.change(note, now=front.clock(), email=NEW)
    pages = Doors.of(
        matching=(["a link key of the tests, long enough to be one"], "https://matching.example.org"),
        intake=(["a link key of the tests, long enough to be one"], PUBLIC_URL),
        resources=(["a link key of the tests, long enough to be one"], "https://resources.example.org"),
    )
    before, after = (pages.book(note.person_id, note.request_id, at) for at in (NOW, front.clock()))

    async with a_browser(front) as browser:
        slip = [(await browser.get(link)).status_code for link in (before, after)]
        clock.move(timedelta(hours=1))
        later = [(await browser.get(link)).status_code for link in (before, after)]
        posted = await sent_to(browser, f"{before}/cancel")

    assert slip == [200, 200]
    assert later == [404, 200]
    assert posted.status_code == 404
