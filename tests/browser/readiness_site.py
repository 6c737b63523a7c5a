"""The pages of journeys on a port of their own, with a journey in every state."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn

from shared import migrations
from shared.database import Database
from shared.pages.turnstile import Turnstile
from shared.practice import load_catalogue, load_practice
from tests.conftest import TestClock
from tests.resources.builders import NOW, call
from tests.resources.house import Resources
from tests.resources.webhouse import WebHouse, an_app

PATIENT = Turnstile("100000/minute", "100000/minute")
LOS_ANGELES = Path("deploy/practice/los_angeles")


@dataclass(frozen=True)
class Site:
    """Where the doors are, and what links lead to them, by a name."""

    url: str
    links: Mapping[str, str]
    house: WebHouse
    begin: str  # where somebody lands who is ready, on an origin of its own


class Landing(BaseHTTPRequestHandler):
    """Intake's page, as far as somebody who lands there sees."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title><h1>What is still true?</h1>")

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Writes nothing."""


@contextmanager
def readiness_served(file: Path) -> Iterator[Site]:
    """The doors over a fresh database in this file."""
    database_url = f"sqlite+aiosqlite:///{file}"
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    landing = ThreadingHTTPServer(("127.0.0.1", 0), Landing)
    intake_url = f"http://127.0.0.1:{landing.server_port}"
    practice = load_practice(LOS_ANGELES)
    resources = Resources(Database.open(database_url), practice, load_catalogue(LOS_ANGELES, practice))
    house = WebHouse(resources, TestClock(NOW - timedelta(weeks=12)))
    house.with_front(public_url=url, intake_url=intake_url, turnstile=PATIENT)
    house.intake.url = f"{intake_url}/begin/a-token"
    server = uvicorn.Server(uvicorn.Config(an_app(house.front), log_config=None, proxy_headers=False))
    links: dict[str, str] = {}
    ready = threading.Event()

    async def serve() -> None:
        await migrations.upgrade("resources", database_url)
        links.update(await _lives(house))
        ready.set()
        await server.serve(sockets=[listening])
        await house.front.database.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    threading.Thread(target=landing.serve_forever, daemon=True).start()
    try:
        assert ready.wait(60)
        yield Site(url, links, house, f"{intake_url}/begin/a-token?lang=en")
    finally:
        landing.shutdown()
        landing.server_close()
        server.should_exit = True
        thread.join()
        listening.close()


async def _lives(house: WebHouse) -> dict[str, str]:
    """A journey in every state, twelve weeks on."""
    acts = house.resources.acts
    links = {"ended": await house.journey(1)}
    links["kept"] = await house.journey(3, concerns=("grief_loss", "couples"))
    await house.pass_weeks(2)
    links["asked"] = await house.journey(2)
    await house.pass_weeks(6.6)
    links["running"] = await house.journey(4, concerns=("grief_loss", "couples"))
    links["resting"], links["held"] = await house.journey(5), await house.journey(6)
    links["stopped"], links["reached"] = await house.journey(7), await house.journey(8)
    links["pressed"], links["walked"] = await house.journey(9), await house.journey(10)
    await house.pass_weeks(1.6)
    await acts.keep(await house.resources.journey_id(3), house.clock.now)
    await house.pass_weeks(2.2)
    at = house.clock.now
    await acts.pause(await house.resources.journey_id(5), at)
    await house.resources.hear_all([call("scheduled", 6)], at=at)
    await acts.stop(await house.resources.journey_id(7), "person", at)
    await acts.ready(await house.resources.journey_id(8), at)
    links["fresh"] = await house.journey(11)
    return links
