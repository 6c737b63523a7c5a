"""Services as processes, several of each where a test wants it, over one PostgreSQL and one NATS."""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from deploy.house import listened
from deploy.local.ports import free_ports
from services.matching import operations as matching
from shared.clock import utc_now
from shared.database import Database
from shared.messaging.entrance import BusSettings
from shared.messaging.provision import provision
from shared.practice import load_practice
from tests.notifications.mail_servers import MailServerDouble, Received
from tests.stack import REPOSITORY, post_until_accepted

PRACTICE = REPOSITORY / "deploy" / "practice" / "los_angeles"
SITE_KEY = "the-site-key-of-these-tests"
KEYS = {f"{service}_LINK_KEYS": "k" * 40 for service in ("INTAKE", "MATCHING", "NOTIFICATIONS", "RESOURCES")}


@dataclass
class Replica:
    """One process of a service."""

    service: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def counted(self, name: str, **labels: str) -> float:
        """What its `/metrics` say of this counter, added up over whatever else it goes by."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        lines = httpx.get(f"{self.url}/metrics", timeout=10).text.splitlines()
        mine = [one for one in lines if one.startswith(f"{name}{{") and all(each in one for each in wanted)]
        return sum(float(one.rsplit(" ", 1)[1]) for one in mine)

    def kill(self) -> None:
        """As the kernel does to a process that takes too much memory."""
        self.process.kill()
        self.process.wait()


@dataclass
class Fleet:
    """What runs, and where it all is."""

    folder: Path
    nats_url: str
    urls: Mapping[str, str]
    mails: MailServerDouble
    seeds: Mapping[str, str] = field(default_factory=dict)  # by user, where NATS lets in none but those
    replicas: list[Replica] = field(default_factory=list)

    async def prepare(self, *, replicas: int = 1) -> None:
        """The roster is there, and the streams; databases are given migrated."""
        database = Database.open(self.urls["matching"])
        practice = load_practice(PRACTICE)
        await matching.import_roster(database, PRACTICE / "clinicians.yaml", practice, utc_now())
        await database.close()
        await provision(self.bus("provisioner"), listened(), replicas=replicas)

    def bus(self, user: str) -> BusSettings:
        """How this user comes in to NATS."""
        return BusSettings(self.nats_url, seed=self.seeds.get(user))

    def start(self, service: str) -> Replica:
        """One more process of this service; not yet ready."""
        port = getattr(free_ports(), service)
        with (self.folder / f"{service}-{port}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"services.{service}"],
                env=self._told(service, port),
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )
        self.replicas.append(Replica(service, port, process))
        return self.replicas[-1]

    def of(self, service: str) -> list[Replica]:
        """The processes of this service that run."""
        return [each for each in self.replicas if each.service == service and each.process.poll() is None]

    async def until_ready(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        for each in self.replicas:
            while each.process.poll() is None and not await asyncio.to_thread(each.is_ready):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not ready: {each.service}\n{self.said()[-4000:]}")
                await asyncio.sleep(0.1)

    async def until_mails(self, wanted: Any, seconds: float = 120) -> Sequence[Received]:
        """Waits until `wanted(mails)` holds; gives the mails. Raises TimeoutError with what came instead."""
        deadline = time.monotonic() + seconds
        while not wanted(self.mails.taken):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.mails.taken)} mails\n{self.said()[-4000:]}")
            await asyncio.sleep(0.05)
        return list(self.mails.taken)

    async def rows(self, service: str, query: str) -> Sequence[asyncpg.Record]:
        """What a service's database says."""
        connection = await asyncpg.connect(self.urls[service].replace("+asyncpg", ""))
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    def said(self) -> str:
        """Every line that any process has logged."""
        return "".join(file.read_text("utf-8") for file in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        for each in self.replicas:
            each.process.kill()
        for each in self.replicas:
            each.process.wait()

    def _told(self, service: str, port: int) -> dict[str, str]:
        name = service.upper()
        own = {
            "PATH": os.environ["PATH"],
            "PRACTICE_NATS_URL": self.nats_url,
            "PRACTICE_CONFIG_DIR": str(PRACTICE),
            f"{name}_DATABASE_URL": self.urls[service],
            f"{name}_PORT": str(port),
        }
        seed = {"PRACTICE_NATS_SEED": self.seeds[service]} if self.seeds else {}
        intake = {
            "INTAKE_VAULT_KEYS": "k1:" + "A" * 43 + "=",
            "INTAKE_ADDRESS_KEY": "k" * 40,
            "INTAKE_SITE_KEYS": f"website:{hashlib.sha256(SITE_KEY.encode()).hexdigest()}",
        }
        mail = {"NOTIFICATIONS_SMTP_URL": self.mails.url}
        return {**own, **KEYS, **(intake if service == "intake" else {}), **mail, **seed}


@asynccontextmanager
async def running(
    folder: Path, nats_url: str, urls: Mapping[str, str], seeds: Mapping[str, str] | None = None
) -> AsyncIterator[Fleet]:
    """A fleet of nobody yet; nothing outlives the block."""
    mails = MailServerDouble()
    await mails.start()
    fleet = Fleet(folder, nats_url, urls, mails, seeds or {})
    try:
        yield fleet
    finally:
        fleet.stop()
        await mails.stop()


async def post_all(
    fleet: Fleet, numbers: Sequence[int], *, at_once: int = 8, seconds: float = 60
) -> dict[str, str]:
    """One request a number, each at the next intake, again until it is accepted: address by reference."""
    limit, intakes = asyncio.Semaphore(at_once), fleet.of("intake")

    async def post(number: int, client: httpx.AsyncClient) -> tuple[str, str]:
        async with limit:
            url = f"{intakes[number % len(intakes)].url}/v1/consultation-requests"
            accepted = await post_until_accepted(client, url, request(number), f"key-{number}", seconds)
            return accepted["reference"], address(number)

    async with website() as client:
        return dict(await asyncio.gather(*(post(number, client) for number in numbers)))


def website() -> httpx.AsyncClient:
    """The practice's website."""
    return httpx.AsyncClient(headers={"Authorization": f"Bearer {SITE_KEY}"}, timeout=10)


def address(number: int) -> str:
    return f"sam{number}@example.org"


def request(number: int) -> Mapping[str, object]:
    return {
        "name": f"Sam Rivera {number}",
        "email": address(number),
        "contact": {"email_ok": True},
        "for": "self",
        "state": "CA",
        "age": 34,
        "concerns": ["grief_loss"],
        "message": "I would like to talk to somebody about my mother.",
        "preferences": {"format": "online", "times": ["weekday_evening"]},
    }


def all_there(accepted: dict[str, str], mails: Sequence[Received]) -> bool:
    """Whether everybody has an acknowledgement, and a coordinator a mail about every request."""
    to = {mail.recipients[0] for mail in mails}
    subjects = " ".join(str(mail.message["Subject"]) for mail in mails)
    return to.issuperset(accepted.values()) and all(reference in subjects for reference in accepted)


async def check_once(fleet: Fleet, accepted: dict[str, str], mails: Sequence[Received]) -> None:
    """Every request has one referral, one mail to its coordinator and one to its person.

    A mail that was being sent when its replica was killed may come again, under the same Message-ID.
    """
    [referrals] = await fleet.rows("matching", "SELECT count(*) FROM referrals")
    assert referrals["count"] == len(accepted)
    uncertain = {
        row["message_id"]
        for row in await fleet.rows("notifications", "SELECT message_id FROM deliveries WHERE uncertain")
    }
    once = {mail.message_id: mail for mail in mails}
    persons = Counter(mail.recipients[0] for mail in once.values())
    assert {persons[each] for each in accepted.values()} == {1}
    subjects = [str(mail.message["Subject"]) for mail in once.values()]
    about = Counter(each.split(":")[0] for each in subjects if each.startswith("R-"))
    assert about == Counter(accepted.keys()), about - Counter(accepted.keys())
    repeated = Counter(mail.message_id for mail in mails) - Counter(once.keys())
    assert repeated.keys() <= uncertain
    print(f"\n{len(accepted)} requests, {len(mails)} mails, {repeated.total()} of them repeated")
