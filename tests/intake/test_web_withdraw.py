"""*I no longer need this*: a page behind the link in a mail, which asks first."""

from datetime import timedelta

import pytest

from services.intake.domain.decision import Admitted
from services.intake.domain.submission import Submission
from services.intake.web import Front
from tests.intake.builders import a_colleague, a_readiness, assessed
from tests.intake.contacting import PHONE, SAM, Inbox
from tests.intake.test_web_contact import path_of, written
from tests.intake.webbook import whole
from tests.intake.webhouse import Page, a_browser


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


async def test_it_asks_first_and_is_so_after_a_press(inbox: Inbox, front: Front) -> None:
    note = await inbox.note(SAM, PHONE)
    link = path_of(front, note)

    async with a_browser(front) as browser:
        home = Page.read(await written(browser, link))
        asked = Page.read(await written(browser, f"{link}/withdraw"))
        before = await inbox.trail(note)
        done = await browser.post(asked.action)
        again = await browser.post(asked.action)

    assert f"{link}/withdraw?lang=en" in home.links
    assert asked.action == f"{link}/withdraw?lang=en"
    assert [name for name, _ in before] == ["consultation.requested"]
    assert "Your note is closed" in done.text
    assert again.text == done.text
    assert [name for name, _ in await inbox.trail(note)] == [
        "consultation.requested",
        "consultation.withdrawn",
    ]


async def test_in_spanish_too(inbox: Inbox, front: Front) -> None:
    note = await inbox.note(language="es")
    async with a_browser(front) as browser:
        asked = await written(browser, f"{path_of(front, note)}/withdraw?lang=es")
        done = await browser.post(f"{path_of(front, note)}/withdraw?lang=es")

    assert "Ya no lo necesito" in asked
    assert "Su nota está cerrada" in done.text
    assert "988" in done.text


async def test_afterwards_their_status_says_so_and_their_settings_stay_theirs(
    inbox: Inbox, front: Front
) -> None:
    note = await inbox.note()
    link = path_of(front, note)
    status = front.links.sign("status", note.person_id, note.request_id, front.clock(), timedelta(days=1))

    async with a_browser(front) as browser:
        await browser.post(f"{link}/withdraw")
        stands = await browser.get(f"/v1/consultation-requests/{note.request_id}?token={status}")
        home = Page.read(await written(browser, link))
        stopped = await browser.post(f"{link}/stop")

    assert stands.json()["status"] == "closed"
    assert stands.json()["booking_url"] is None
    assert not [each for each in home.links if "withdraw" in each]
    assert stopped.status_code == 200
    assert await inbox.silenced(note) == [True]


@pytest.mark.parametrize("submission", [a_readiness(), a_colleague()])
async def test_where_nobody_waits_for_anybody_there_is_no_such_page(
    inbox: Inbox, front: Front, submission: Submission
) -> None:
    note = await inbox.arrived(Admitted(assessed(submission)))
    link = path_of(front, note)

    async with a_browser(front) as browser:
        home = Page.read(await written(browser, link))
        answers = [await browser.get(f"{link}/withdraw"), await browser.post(f"{link}/withdraw")]

    assert not [each for each in home.links if "withdraw" in each]
    assert [each.status_code for each in answers] == [404, 404]


async def test_another_website_s_form_takes_nothing_back(inbox: Inbox, front: Front) -> None:
    note = await inbox.note()
    before = await whole(inbox.database)
    async with a_browser(front) as browser:
        answer = await browser.post(
            f"{path_of(front, note)}/withdraw", headers={"origin": "https://evil.example.net"}
        )

    assert answer.status_code == 403
    assert await whole(inbox.database) == before
