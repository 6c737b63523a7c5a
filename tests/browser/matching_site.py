"""Matching's doors on a port of their own, over referrals at every point of their life."""

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import BrowserContext

from services.matching import operations, storage
from services.matching.web.proof import PROOF
from shared import migrations
from shared.contracts.intake import AbsenceAsked
from shared.database import Database
from shared.practice import load_practice
from tests.conftest import TestClock
from tests.matching.builders import NOW, ZONE
from tests.matching.calls import attended, hear, missed, scheduled
from tests.matching.conftest import LOS_ANGELES
from tests.matching.loop import DANA
from tests.matching.webhouse import (
    LINKS,
    WebHouse,
    an_app,
    calendar_link,
    case_link,
    introduced_link,
    introduction_link,
    offer_link,
    waiting_link,
)

TODAY = timedelta(hours=8)


@dataclass(frozen=True)
class Site:
    """Where the doors are, and what links lead to them, by a name."""

    url: str
    links: Mapping[str, str]
    file: Path

    def prove(self, context: BrowserContext, recipient: str) -> None:
        """This browser has typed the digits of the recipient's mail today."""
        proof = LINKS.sign(PROOF.purpose, recipient, "a-proof", NOW, TODAY)
        context.add_cookies([{"name": PROOF.cookie(recipient), "value": proof, "url": self.url}])

    def digits(self) -> str:
        """What the newest mail says."""
        with sqlite3.connect(self.file) as connection:
            chosen = "SELECT proof_id FROM proofs ORDER BY asked_at DESC, rowid DESC LIMIT 1"
            return LINKS.code(connection.execute(chosen).fetchone()[0])


@contextmanager
def matching_served(file: Path) -> Iterator[Site]:
    """The doors over a fresh database in this file."""
    database_url = f"sqlite+aiosqlite:///{file}"
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    house = WebHouse(Database.open(database_url), TestClock(NOW), load_practice(LOS_ANGELES))
    server = uvicorn.Server(
        uvicorn.Config(an_app(replace(house.front, public_url=url)), log_config=None, proxy_headers=False)
    )
    links: dict[str, str] = {}
    ready = threading.Event()

    async def serve() -> None:
        await migrations.upgrade("matching", database_url)
        links.update(await _lives(house))
        ready.set()
        await server.serve(sockets=[listening])
        await house.front.database.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        yield Site(url, links, file)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


async def _lives(house: WebHouse) -> dict[str, str]:
    """A referral at each point, and the links of those whom it concerns."""
    loop, database = house.loop, house.front.database
    roster, practice = LOS_ANGELES / "clinicians.yaml", house.front.practice
    await operations.import_roster(database, roster, practice, NOW)
    wished = {"format": "online", "times": ["weekday_evening"], "fee_max": 180}
    house.intake.note("q-1", "Called twice, no answer. Prefers mornings.")
    links = {"proposed": case_link(await loop.request(1, preferences=wished))}
    links["crisis"] = case_link(await loop.request(2, safety_level="crisis"))
    links["held"] = case_link(await loop.request(3, state="unknown"))
    links["nobody"] = case_link(await loop.request(4, preferences={"fee_max": 5}))
    links["colleague"] = case_link(await loop.professional(5))
    await _offers(house, links)
    waits = await loop.request(10)
    await loop.acts.put_on_waitlist(waits, DANA, 1)
    await loop.pass_time()
    await house.checked_in(waits, timedelta(days=28))
    links["waiting"] = waiting_link(waits, "q-10")
    pending = await loop.request(9)
    await loop.choose(pending, (await _fitting(house, pending))[0])
    links["pending"] = case_link(pending)
    links["waiting_es"] = f"{links['waiting']}?lang=es"
    await _calls(house, links)
    return links


async def _calls(house: WebHouse, links: dict[str, str]) -> None:
    """Calls at each point, free times of two weeks in another zone than the person's, and a leave."""
    calendars, now = house.intake.calendars, house.clock.now
    calendars.zone = "America/New_York"
    first = now.replace(minute=0) + timedelta(days=1, hours=-1)
    for day in range(10):
        calendars.offer(*(first + timedelta(days=day, minutes=30 * each) for each in range(7)))
    states = {
        "called": (20, now + timedelta(days=1), ()),
        "begun": (21, now - timedelta(minutes=5), ()),
        "attended": (22, now - timedelta(hours=1), (attended,)),
        "missed": (23, now - timedelta(hours=1), (missed,)),
    }
    for name, (number, at, later) in states.items():
        links[name] = case_link(await house.loop.request(number, time_zone="America/New_York"))
        calendars.set(f"q-{number}", starts_at=at, interpreter=("es",), state="TX")
        await hear(
            house.loop, scheduled(number, starts_at=at), *(each(number, starts_at=at) for each in later)
        )
        if later:
            calendars.set(f"q-{number}", status=name, by=DANA)
    away = AbsenceAsked(absence_id="a-1", coordinator_id="dana", act="add", by=DANA)
    for each, begins, ends in (("a-1", 1, 2), ("a-2", 28, 33)):
        begins_at, ends_at = (midnight(now + timedelta(days=days)) for days in (begins, ends))
        said = {"absence_id": each, "begins_at": begins_at, "ends_at": ends_at}
        calendars.answer(away.model_copy(update=said))
    calendars.set("q-1", starts_at=now + timedelta(days=3))
    links["calendar"] = calendar_link()


def midnight(at: datetime) -> datetime:
    """The beginning of that day by the practice's clock."""
    return at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


async def _offers(house: WebHouse, links: dict[str, str]) -> None:
    loop = house.loop
    fits = await _fitting(house, await loop.request(6))
    await loop.choose(await loop.referral_of("q-6"), fits[0])
    links["chosen"] = case_link(await loop.referral_of("q-6"))
    offered = await loop.offered(7, fits[0])
    assert offered.choice
    links["offer"] = offer_link(offered.choice.offer_id, fits[0])
    introduced = await loop.introduced(8, fits[1])
    assert introduced.choice
    links["introduced"] = case_link(introduced.referral_id)
    links["introduction"] = introduction_link(introduced.choice.offer_id, fits[1])
    links["answer"] = introduced_link(introduced.choice.offer_id, "q-8")
    links["answer_es"] = f"{links['answer']}?lang=es"
    links["over"] = offer_link("an offer of long ago", fits[0])


async def _fitting(house: WebHouse, referral_id: str) -> list[str]:
    async with house.front.database.reading() as tx:
        decided = await storage.load_decided(tx, referral_id)
    assert decided
    return [each.clinician_id for each in decided.candidates]
