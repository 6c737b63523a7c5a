"""Looking never changes anything: mail scanners and curious people may open every link, and often."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.matching.storage.tables import metadata
from services.matching.web.case_actions import ROOMS
from services.notifications.discretion import gives_away
from shared.contracts.intake import CalendarAsked, SlotsAsked
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import (
    ADDRESS,
    MESSAGE,
    NAME,
    PUBLIC_URL,
    WebHouse,
    calendar_link,
    case_link,
    introduced_link,
    introduction_link,
    offer_link,
    waiting_link,
)

LOOKS = 10_000
AT_ONCE = 50
PHONE = "13235550177"
NOTE = "she fears her brother"


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    house = WebHouse(with_three, clock, practice)
    house.intake.note("q-1", NOTE)
    house.intake.calendars.set("q-1")
    return house


async def every_link(house: WebHouse) -> list[str]:
    """The links of every mail, over referrals at different points of their life."""
    loop = house.loop
    proposed, crisis = await loop.request(1), await loop.request(2, safety_level="crisis")
    held, colleague = await loop.request(3, state="unknown"), await loop.professional(4)
    offered, introduced = await loop.offered(5, "c-a"), await loop.introduced(6, "c-b")
    waiting = await loop.request(7)
    await loop.acts.put_on_waitlist(waiting, "coordinator:dana", 1)
    await loop.pass_time()
    await loop.acts.close(colleague, "coordinator:dana", 1, "duplicate")
    assert offered.choice
    assert introduced.choice
    ids = (proposed, crisis, held, colleague, offered.referral_id, introduced.referral_id, waiting)
    return [
        *(case_link(each) for each in ids),
        offer_link(offered.choice.offer_id, "c-a"),
        introduction_link(introduced.choice.offer_id, "c-b"),
        introduced_link(introduced.choice.offer_id, "q-6"),
        waiting_link(waiting, "q-7"),
        calendar_link(),
    ]


def every_page(links: list[str]) -> list[str]:
    """Every address that can be looked at: the pages, and the rooms of a coordinator's."""
    rooms = [f"{link}/{room}" for link in links if "/case/" in link for room in sorted(ROOMS)]
    return [*links, *rooms, *(f"{link}?lang=es&said=choose" for link in links)]


async def content(house: WebHouse) -> Mapping[str, str]:
    """A fingerprint of every table."""
    async with house.front.database.reading() as tx:
        rows = {table.name: (await tx.execute(sa.select(table))).all() for table in metadata.sorted_tables}
    return {
        name: hashlib.sha256(repr(sorted(map(repr, kept))).encode()).hexdigest()
        for name, kept in rows.items()
    }


async def proven(house: WebHouse, links: list[str]) -> httpx.AsyncClient:
    """A browser that was proven to be of everybody for whom there is a link."""
    browser = house.browser()
    for kind in ("case", "offer", "introduction"):
        await house.prove(browser, next(link for link in links if f"/referrals/{kind}/" in link))
    return browser


class Scanner:
    """Looks at pages as fast as it can: straight at the application."""

    def __init__(self, house: WebHouse, browser: httpx.AsyncClient) -> None:
        self._app = house.app
        held = "; ".join(f"{each.name}={each.value}" for each in browser.cookies.jar)
        host = (b"host", b"matching.example.org")
        self._headers = [host, (b"cookie", held.encode())] if held else [host]

    async def look(self, method: str, page: str) -> int:
        """The status of the answer."""
        path, _, query = page.partition("?")
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            statuses.extend([message["status"]] if "status" in message else [])

        scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
        more = {"headers": self._headers, "http_version": "1.1", "scheme": "https", "root_path": ""}
        await self._app(scope | more, receive, send)
        return statuses[0]


@pytest.mark.timeout(600)
async def test_ten_thousand_looks_leave_every_table_as_it_was(house: WebHouse) -> None:
    links = await every_link(house)
    pages = every_page(links)
    anybody, them = Scanner(house, house.browser()), Scanner(house, await proven(house, links))
    before = await content(house)
    calendars = (dict(house.intake.calendars.calls), dict(house.intake.calendars.absences))
    seen: Counter[int] = Counter()

    async def look(number: int) -> None:
        scanner = them if number % 10 == 0 else anybody
        page = pages[(number + number // len(pages)) % len(pages)]  # each round begins one further on
        seen[await scanner.look("HEAD" if number % 3 == 0 else "GET", page)] += 1

    for first in range(0, LOOKS, AT_ONCE):
        await asyncio.gather(*(look(number) for number in range(first, first + AT_ONCE)))

    assert await content(house) == before
    assert {type(each) for each in house.intake.asked} == {SlotsAsked, CalendarAsked}  # times, and no person
    assert calendars == (house.intake.calendars.calls, house.intake.calendars.absences)
    assert seen.total() == LOOKS
    assert set(seen) == {200, 409}  # 409: a page for what cannot be done at this point, to those proven
    assert seen[200] > 9 * LOOKS // 10


async def test_no_look_shows_what_a_person_wrote_or_how_to_reach_them(house: WebHouse) -> None:
    links = await every_link(house)
    browser = await proven(house, links)

    for page in every_page(links):
        said = await browser.get(page)
        shown = said.text + str(said.headers)
        assert not any(canary in shown for canary in (NAME, MESSAGE, ADDRESS, PHONE, NOTE)), page


async def test_a_post_shows_them_to_whom_it_should_and_to_nobody_else(house: WebHouse) -> None:
    links = await every_link(house)
    browser, stranger = await proven(house, links), house.browser()
    case, introduction = links[0], next(link for link in links if "/introduction/" in link)

    for page in (f"{case}/read", f"{introduction}/who"):
        assert NAME in (await browser.post(page)).text
        assert NAME not in (await stranger.post(page)).text


async def test_no_address_names_anybody(house: WebHouse) -> None:
    for link in await every_link(house):
        assert not any(said in link for said in ("dana", "c-a", "c-b", "R-0000"))
    assert not gives_away("".join(link.rpartition("/")[0] for link in await every_answer(house)))


async def every_answer(house: WebHouse) -> list[str]:
    """What a discreet mail may hold."""
    return [f"{PUBLIC_URL}{waiting_link('r', 'q')}", f"{PUBLIC_URL}{introduced_link('o', 'q')}"]
