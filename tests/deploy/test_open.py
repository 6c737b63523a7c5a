"""`practice open` tells everything that is open, and the same as the coordinators' morning digests."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.cli.work import Waiting, everything
from deploy.house import SETTINGS
from services.intake.domain.decision import Admitted, Decision, Quarantined
from services.intake.handlers import Post, receive
from services.intake.vault import answer_duties
from services.matching import operations as matching
from services.matching.handlers.answers import answer_open_referrals
from services.matching.settings import Terms, terms_of
from services.notifications import words
from shared.clock import utc_now
from shared.contracts.intake import DutiesAsked
from shared.contracts.matching import OpenReferralsAsked
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import PRACTICE_DIR, CountedIds, a_desk, assessed, calm, key, the_practice
from tests.intake.readying import Reader, reached
from tests.matching.loop import DANA, Loop

MORNING = datetime.fromisoformat("2024-11-26T08:30:00-08:00")  # long ago: the command reads the real clock
DAY_BEFORE = MORNING - timedelta(hours=20)
DECISIONS: tuple[Decision, ...] = (
    Admitted(assessed()),
    Admitted(assessed(safety=calm("crisis"))),
    Quarantined(assessed(), ("honeypot",)),
)


class Open:
    """A practice in which everything is open that can be, and its four databases."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self.databases = databases
        self.terms: Terms = terms_of(the_practice(), PRACTICE_DIR)
        self.loop = Loop(databases["matching"], TestClock(DAY_BEFORE), terms=self.terms)

    async def begin(self) -> None:
        """Requests come, and one is offered to a clinician."""
        ids = CountedIds()
        for decision in DECISIONS:
            async with self.databases["intake"].transaction() as tx:
                await receive(tx, Post(decision), a_desk(), DAY_BEFORE, ids)
        reader = Reader(self.databases["intake"], ids=ids)
        await reader.hear(reached(await reader.asked(), at=DAY_BEFORE), now=DAY_BEFORE)
        roster = PRACTICE_DIR / "clinicians.yaml"
        await matching.import_roster(self.databases["matching"], roster, the_practice(), DAY_BEFORE)
        await self.loop.request(901)
        await self.loop.request(902, flags=("danger_at_home",))
        await self.loop.request(903, test=True)
        await self.loop.professional(904)
        self.loop.clock.now = MORNING - timedelta(hours=1)
        offered = await self.loop.request(905, concerns=())
        await self.loop.acts.contact(offered, DANA, (await self.loop.get(offered)).version)
        await self.loop.choose(offered, "c-rivera")
        await self.loop.pass_time()

    async def digests(self) -> set[tuple[Any, ...]]:
        """What the digests of all coordinators tell together."""
        told: set[tuple[Any, ...]] = set()
        for who in self.terms.read_digests:
            mine = await answer_open_referrals(
                OpenReferralsAsked(coordinator_id=who, asked_by="notifications"),
                self.databases["matching"],
                MORNING,
                self.terms,
            )
            duties = await answer_duties(
                DutiesAsked(coordinator_id=who, asked_by="notifications"),
                self.databases["intake"],
                MORNING,
                the_practice(),
            )
            told |= {_said(each, each.stage) for each in mine.referrals}
            told |= {_said(each, each.kind) for each in duties.duties}
        return told


def _said(each: Any, stage: str) -> tuple[Any, ...]:
    return each.reference, stage, each.owner, each.next_action, each.due_at, each.overdue


@pytest.fixture
async def urls(database_url: Callable[[str], Awaitable[str]]) -> dict[str, str]:
    """Where the four databases of a practice are."""
    return {service: await database_url(service) for service in SETTINGS}


@pytest.fixture
async def practice_open(urls: dict[str, str]) -> AsyncIterator[Open]:
    house = Open({service: Database.open(url) for service, url in urls.items()})
    await house.begin()
    yield house
    for each in house.databases.values():
        await each.close()


async def listed(house: Open) -> list[Waiting]:
    return await everything(house.databases, MORNING)


async def test_it_tells_what_the_digests_tell_and_tests_beside(practice_open: Open) -> None:
    waiting = await listed(practice_open)

    told = {_said(each, each.stage) for each in waiting if not each.test}
    assert told == await practice_open.digests()
    assert {stage for _, stage, *_ in told} >= {
        "crisis",
        "quarantined",
        "ready",
        "held",
        "offered",
        "professional",
    }
    assert [each.reference for each in waiting if each.test] == ["R-00903"]


async def test_the_most_pressing_comes_first_and_what_is_late_is_marked(practice_open: Open) -> None:
    waiting = await listed(practice_open)

    assert [each.due_at for each in waiting] == sorted(each.due_at for each in waiting)
    assert waiting[0].stage == "crisis"
    assert {each.overdue for each in waiting} == {True, False}
    assert all(each.overdue == (each.due_at <= MORNING) for each in waiting)


async def test_whom_a_referral_waits_for_is_named(practice_open: Open) -> None:
    (offered,) = [each for each in await listed(practice_open) if each.stage == "offered"]

    assert (offered.clinician_id, offered.next_action) == ("c-rivera", "await_answer")


async def test_everything_open_has_its_own_words(practice_open: Open) -> None:
    for each in await listed(practice_open):
        assert each.stage in words.STAGES
        assert each.next_action in words.NEXT_ACTIONS


async def printed(urls: Mapping[str, str], *arguments: str) -> Result:
    """What the command says to somebody at a wide terminal."""
    told = {
        **{f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()},
        **{f"{service.upper()}_LINK_KEYS": "of-the-tests" * 4 for service in urls},
        "INTAKE_VAULT_KEYS": key("k1"),
        "INTAKE_ADDRESS_KEY": "an address key of the tests, long enough",
        "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1025",
        "PRACTICE_CONFIG_DIR": str(PRACTICE_DIR),
        "COLUMNS": "240",
    }
    return await asyncio.to_thread(CliRunner().invoke, app, ["open", *arguments], env=told)


async def test_a_person_reads_words_and_a_program_codes(practice_open: Open, urls: dict[str, str]) -> None:
    text, document = await printed(urls), await printed(urls, "--json")

    rows = {each["reference"]: each for each in json.loads(document.stdout) if each["about"] == "referral"}
    assert rows["R-00901"]["next_action"] == "reach_out"
    assert rows["R-00905"] | {"clinician_id": "c-rivera", "stage": "offered"} == rows["R-00905"]
    owner = the_practice().coordinator(rows["R-00905"]["owner"])
    assert owner is not None
    (offered,) = [line for line in text.stdout.splitlines() if "R-00905" in line]
    assert "offered to a clinician (Alex Rivera)" in offered
    assert f"{owner.name} " in offered
    assert words.next_action("await_answer") in offered
    (probe,) = [line for line in text.stdout.splitlines() if "R-00903" in line]
    assert "(test)" in probe
    assert f"{len(json.loads(document.stdout))} open" in text.stdout


async def test_what_is_late_is_marked_for_whoever_looks(practice_open: Open, urls: dict[str, str]) -> None:
    """The command looks at its own time, long after everything here was due."""
    text = (await printed(urls)).stdout

    late = {each.reference for each in await everything(practice_open.databases, utc_now()) if each.overdue}
    assert late
    assert {line.split()[1] for line in text.splitlines() if "OVERDUE" in line} == late


async def test_with_nothing_open_it_says_so(urls: dict[str, str]) -> None:
    assert (await printed(urls)).stdout.strip() == "nothing waits for anybody"
    assert json.loads((await printed(urls, "--json")).stdout) == []
