"""What tests do on the pages of a call, and how they look at what became of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from httpx import AsyncClient, Response

from services.intake import storage
from services.intake.domain.call import Call
from services.intake.domain.contact import Reach
from services.intake.storage.tables import metadata, requests
from services.intake.web import Front
from services.intake.web.book_times import code_of
from shared.database import Database
from shared.tokens import Link
from tests.conftest import TestClock
from tests.intake.builders import a_vault, reached
from tests.intake.webhouse import FORM, Page, a_request
from tests.intake.webposts import CONSULTATION

PHONE = "+13235550100"


async def a_link(browser: AsyncClient, **said: Any) -> str:
    """The path of the page that somebody gets who has just written."""
    answer = await browser.post(CONSULTATION, json=a_request(**{"phone": PHONE, **said}))
    assert answer.status_code == 202, answer.text
    return str(urlsplit(answer.json()["booking_url"]).path)


async def times_on(browser: AsyncClient, path: str) -> list[str]:
    """The times that this page offers, as its form would send them."""
    page = await browser.get(path)
    return offered_in(page)


def offered_in(page: Response) -> list[str]:
    assert "</html>" in page.text
    return [part.partition('"')[0] for part in page.text.split('name="time" value="')[1:]]


async def sent_to(browser: AsyncClient, path: str, **said: str) -> Response:
    """What the door says to a form with these fields."""
    return await browser.post(path, content=urlencode(said), headers=FORM)


async def form_on(browser: AsyncClient, path: str) -> dict[str, str]:
    """What the page's own form would send as it stands."""
    return dict(Page.read((await browser.get(path)).text).submitted())


async def chosen(browser: AsyncClient, link: str, time: str, **said: str) -> Response:
    """Somebody opens the times, chooses this one and sends the form."""
    form = await form_on(browser, f"{link}/book")
    return await sent_to(browser, f"{link}/book", **{**form, "time": time, **said})


async def a_booking(browser: AsyncClient, link: str, number: int = 0, **said: str) -> str:
    """The time of the call that they have then."""
    time = (await times_on(browser, f"{link}/book"))[number]
    answer = await chosen(browser, link, time, **said)
    assert answer.status_code == 303, answer.text
    return time


async def whole(database: Database) -> Mapping[str, list[Any]]:
    """Every row of every table."""
    async with database.reading() as tx:
        return {
            table.name: sorted(repr(tuple(row)) for row in await tx.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }


async def steps_in(database: Database, reference: str) -> list[str]:
    """What has happened to the request, in order."""
    async with database.reading() as tx:
        kept = await storage.load_request(tx, reference)
        assert kept
        return [each.name for each in await storage.load_steps(tx, kept.id)]


def at(text: str) -> str:
    """`2026-11-24 10:30` in UTC as a form sends it."""
    return code_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


async def the_call(front: Front, link: str, clock: TestClock) -> Call:
    """The latest call of whoever holds this link."""
    offer = await front.calls.offer(link_in(front, link, clock).subject, clock())
    assert offer
    assert offer.call
    return offer.call


async def reach_of(database: Database, front: Front, link: str, clock: TestClock) -> Reach:
    """How whoever holds this link may be reached."""
    (reach,) = await reached(database, a_vault(), link_in(front, link, clock).subject)
    return reach


def link_in(front: Front, path: str, clock: TestClock) -> Link:
    """What the token in this path says."""
    link = front.links.read(path.rpartition("/")[2], "book", clock())
    assert link
    return link


async def ended(database: Database, *, so: bool = True) -> None:
    """Matching has said of every request whether it has come to its end."""
    async with database.transaction() as tx:
        await tx.execute(sa.update(requests).values(referral_ended=so))
