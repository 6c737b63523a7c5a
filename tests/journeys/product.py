"""The whole product in one process, on a clock that a test moves: four services, NATS, a mail server.

Everything between the website's post and the mail is real; only time is handed in. Links are opened as a
browser opens them, from the mails that arrived.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import nats as nats_client
import sqlalchemy as sa
from fastapi import FastAPI

from deploy.house import listened
from services.intake.app import create_app as intake
from services.intake.settings import IntakeSettings
from services.matching import operations as matching_operations
from services.matching.app import create_app as matching
from services.matching.settings import MatchingSettings
from services.notifications.app import create_app as notifications
from services.notifications.settings import NotificationsSettings
from services.resources.app import create_app as resources
from services.resources.settings import ResourcesSettings
from shared import migrations
from shared.messaging.provision import provision
from shared.messaging.rights import PROVISIONER
from shared.practice import load_practice
from tests.conftest import TestClock
from tests.guarded import GuardedNats
from tests.intake.webhouse import EVENT_SECRET
from tests.journeys.mail import Mail, read_mail
from tests.journeys.quiet import PATIENCE_SECONDS, Surroundings
from tests.notifications.mail_servers import MailServerDouble

PRACTICE = Path("deploy/practice/los_angeles")
PORTS = {"intake": 8001, "matching": 8002, "resources": 8004}
KEY = "k" * 40
VAULT = "k1:" + "A" * 43 + "="
HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
CODE = re.compile(r"^\s*(\d{3}) ?(\d{3})\s*$", re.MULTILINE)
BUSY_SECONDS = 3.0
ANSWER_SECONDS = 30.0  # how long NATS may take to say how it stands
TRIES = 6


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, posts forms as they are, and follows where it is sent."""

    client: httpx.AsyncClient
    product: "Product"

    async def get(self, path: str) -> httpx.Response:
        """The page."""
        return await self.client.get(path)

    async def post(self, path: str, page: str = "", **fields: str) -> httpx.Response:
        """Sends a form, with what its page hides in it, and follows to the next page."""
        hidden = dict(HIDDEN.findall(page))
        return await self.send(path, {name: unescape(value) for name, value in hidden.items()} | fields)

    async def send(self, path: str, data: Mapping[str, Any], *, wanted: int = 200) -> httpx.Response:
        """Posts this and follows, unless a redirect is wanted; again where the page asks to try again.

        On a busy machine one service's answer may come too late for another, and a page says so.
        """
        for _ in range(TRIES):
            answer = await self.client.post(path, data=data, follow_redirects=wanted == 200)
            if answer.status_code not in (200, 503) or answer.status_code == wanted:
                break
        return answer

    async def prove(self, path: str, address: str) -> None:
        """Asks for a code and types what the mail says."""
        before = len(self.product.codes(address))
        await self.post(f"{path}/code")
        await self.product.until(lambda: self.product.codes(address), before + 1)
        await self.product.around.quiet()  # whoever had to ask twice has two codes, and the last one counts
        answer = await self.post(f"{path}/prove", digits=self.product.codes(address)[-1])
        assert answer.status_code == 200, answer.text


@dataclass
class Product:
    """Four services and their surroundings."""

    clock: TestClock
    apps: Mapping[str, FastAPI]
    server: MailServerDouble
    website: httpx.AsyncClient
    browsers: AsyncExitStack
    folder: Path
    around: Surroundings
    sent: dict[int, Mail] = field(default_factory=dict)

    async def browser(self, service: str = "matching") -> Browser:
        """A browser that proved nothing yet."""
        transport = httpx.ASGITransport(app=self.apps[service])
        client = httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORTS[service]}")
        return Browser(await self.browsers.enter_async_context(client), self)

    @property
    def mails(self) -> Sequence[Mail]:
        """Every mail so far, in the order of arrival."""
        for place in range(len(self.sent), len(self.server.taken)):
            self.sent[place] = read_mail(self.server.taken[place].content)
        return [self.sent[place] for place in sorted(self.sent)]

    def to(self, address: str, about: str = "") -> list[Mail]:
        """What arrived at this address with this in its subject."""
        return [mail for mail in self.mails if mail.to == address and about in mail.subject]

    def codes(self, address: str) -> list[str]:
        """The six digits of every code that arrived at this address."""
        found = (CODE.search(mail.text) for mail in self.to(address))
        return ["".join(code.groups()) for code in found if code]

    async def until(self, look: Callable[[], Sequence[Any]], count: int = 1) -> list[Any]:
        """Waits until so many are there.

        On a busy machine one service's answer may come too late for another, which then tries again some
        seconds later: where nothing comes for a while, it tries at once.
        """
        loop = asyncio.get_running_loop()
        ends, hastens = loop.time() + PATIENCE_SECONDS, loop.time() + BUSY_SECONDS
        while len(found := look()) < count:
            if loop.time() > ends:
                raise TimeoutError([(mail.to, mail.subject) for mail in self.mails])
            if loop.time() > hastens:
                hastens += BUSY_SECONDS
                self.around.look()
                await self.around.hasten()
            await asyncio.sleep(0.01)
        return list(found)

    async def mail(self, address: str, about: str = "", count: int = 1) -> Mail:
        """The newest of so many mails to this address."""
        found: list[Mail] = await self.until(lambda: self.to(address, about), count)
        return found[-1]

    async def pass_time(self, by: timedelta) -> None:
        """Time passes; every service looks what is due, and what follows arrives.

        What is under way comes to its end first: a mail in the middle of being sent would be four days late.
        """
        await self.around.quiet()
        self.clock.move(by)
        await self.settle()

    async def pass_until(self, at: datetime) -> None:
        """The same, up to this instant."""
        await self.pass_time(at - self.clock.now)

    async def settle(self) -> None:
        """Returns when nothing more follows, wherever it may be under way."""
        await self.around.settle()

    async def rows(self, service: str, query: str) -> Sequence[Mapping[str, Any]]:
        """What a service's database says."""
        return await self.around.rows(service, sa.text(query))


@asynccontextmanager
async def running(
    folder: Path, nats: GuardedNats, urls: Mapping[str, str], clock: TestClock, config_dir: Path = PRACTICE
) -> AsyncIterator[Product]:
    """The product, ready, until the end of the block."""
    server = MailServerDouble()
    await server.start()
    apps = _apps({"config_dir": config_dir}, nats, urls, server, clock)
    for service, url in urls.items():
        await migrations.upgrade(service, url)
    practice = load_practice(config_dir)
    await matching_operations.import_roster(
        apps["matching"].state.database, config_dir / "clinicians.yaml", practice, clock.now
    )
    await provision(nats.settings(PROVISIONER), listened(), replay=False, allow_missing=False)
    async with AsyncExitStack() as stack:
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app=apps["intake"])
        website = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001")
        await stack.enter_async_context(website)
        browsers = await stack.enter_async_context(AsyncExitStack())
        looker = await nats_client.connect(nats.looker_url)
        stack.push_async_callback(looker.close)
        around = Surroundings(clock, apps, server, looker.jsm(timeout=ANSWER_SECONDS))
        yield Product(clock, apps, server, website, browsers, folder, around)
    await server.stop()


def _apps(
    settings: Mapping[str, Any],
    nats: GuardedNats,
    urls: Mapping[str, str],
    server: MailServerDouble,
    clock: TestClock,
) -> dict[str, FastAPI]:
    """The four services, told where everything is and who they are; none runs yet."""
    told = {
        service: {**settings, "nats_url": nats.url, "nats_seed": nats.seeds[service], "database_url": url}
        for service, url in urls.items()
    }
    return {
        "intake": intake(
            IntakeSettings(
                **told["intake"],
                vault_keys=VAULT,
                address_key=KEY,
                link_keys=KEY,
                event_secrets=f"website:{EVENT_SECRET}",
            ),
            clock=clock,
        ),
        "matching": matching(MatchingSettings(**told["matching"], link_keys=KEY), clock=clock),
        "notifications": notifications(
            NotificationsSettings(
                **told["notifications"],
                smtp_url=server.url,
                return_address="own",
                link_keys=KEY,
                MATCHING_LINK_KEYS=KEY,
                INTAKE_LINK_KEYS=KEY,
                RESOURCES_LINK_KEYS=KEY,
            ),
            clock=clock,
        ),
        "resources": resources(ResourcesSettings(**told["resources"], link_keys=KEY), clock=clock),
    }


def instant(said: Any) -> datetime:
    """An instant as either database gives it."""
    at = datetime.fromisoformat(said) if isinstance(said, str) else said
    return at if at.tzinfo else at.replace(tzinfo=UTC)
