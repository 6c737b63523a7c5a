"""From the choice to the introduction everything happens once, whatever is killed while it is under way."""

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.faults.day import Day
from tests.stack import PATIENCE_SECONDS, SERVICES, Stack, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

PRACTICE = Path("deploy/practice/los_angeles")
KILLED = ("matching", "notifications", "mail", "nats", "intake")
MOMENTS: Mapping[str, tuple[str, str]] = {
    "an act waits to settle": ("matching", "SELECT 1 FROM referrals WHERE settles_at IS NOT NULL LIMIT 1"),
    "an offer is out": (
        "matching",
        "SELECT 1 FROM referrals WHERE stage IN ('offered', 'received') AND settles_at IS NULL LIMIT 1",
    ),
    "an introduction leaves": (
        "notifications",
        "SELECT 1 FROM deliveries WHERE template LIKE 'introduction%' AND state IN ('planned', 'sending')"
        " LIMIT 1",
    ),
}
FEWEST, MOST = 30, 48  # referrals; there are places for more
A_NEW_ONE_EVERY = 1.0  # seconds
AT_ONCE = 8  # who are under way; a slow machine is given no more to do than it can
BROKER_AWAY_SECONDS = 5
# What may have happened to a referral, step by step: nothing is done twice, nothing left out.
WAY = re.compile(
    r"proposed "
    r"(choose undo )?choose requested (receive )?"
    r"(decline proposed choose requested (receive )?)?"
    r"(accept in_progress )?"
)


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Stack]:
    """The whole product, in which an act settles after three seconds, at any hour of the day."""
    config = tmp_path / "practice"
    shutil.copytree(PRACTICE, config)
    far = (datetime.now(ZoneInfo("America/Los_Angeles")) + timedelta(hours=12)).hour
    clocks = f'introduction_delay: "3 seconds", quiet_hours: "{far:02}:00-{far:02}:30"'
    with (config / "practice.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nclocks: {{{clocks}}}\n")
    yield from running(tmp_path / "data", PRACTICE_CONFIG_DIR=str(config))


async def kill_at(stack: Stack, part: str, moment: str, coming: asyncio.Event) -> float:
    """Ends the part with SIGKILL just when this is so; gives how many seconds that was waited for."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        coming.clear()
        while not await asyncio.to_thread(stack.is_back, part):
            await asyncio.sleep(0.05)
        coming.set()
        since, (service, query) = time.monotonic(), MOMENTS[moment]
        while not stack.rows(service, query):
            await asyncio.sleep(0.005)
    pid = stack.pid(part)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return time.monotonic() - since


async def spoil(stack: Stack, coming: asyncio.Event) -> Counter[str]:
    """Kills every part at every moment, and stops the broker for a while in between.

    Nobody new comes while a part starts again: on a slow machine all would have come before the last kill.
    """
    kills: Counter[str] = Counter()
    for moment, part in itertools.product(MOMENTS, KILLED):
        await kill_at(stack, part, moment, coming)
        kills[moment] += 1
        if (moment, part) == ("an offer is out", "nats"):
            await halt_broker(stack)
    coming.set()
    return kills


async def halt_broker(stack: Stack) -> None:
    """The broker stands still: it takes connections and answers nobody."""
    await asyncio.to_thread(stack.until_ready)
    pid = stack.pid("nats")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(BROKER_AWAY_SECONDS)
    os.kill(pid, signal.SIGCONT)


async def live(day: Day) -> tuple[Sequence[str], Counter[str]]:
    """Requests come until everything has been killed; each is followed to its end."""
    followed: list[asyncio.Task[str]] = []
    coming = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        spoiling = group.create_task(spoil(day.stack, coming))
        while len(followed) < FEWEST or (not spoiling.done() and len(followed) < MOST):
            followed.append(group.create_task(day.follow(len(followed))))
            await asyncio.sleep(A_NEW_ONE_EVERY)
            await coming.wait()
            while sum(not each.done() for each in followed) >= AT_ONCE:
                await asyncio.sleep(0.1)
    return [each.result() for each in followed], spoiling.result()


def facts(stack: Stack, name: str) -> list[dict[str, Any]]:
    """What matching announced of this kind."""
    rows = stack.rows(
        "matching", "SELECT payload FROM outbox WHERE subject = ?", f"matching.referral.{name}.v1"
    )
    return [json.loads(row["payload"]) for row in rows]


async def until_quiet(stack: Stack) -> None:
    """Every fact is published and every mail is settled."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(
            stack.rows(service, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")
            for service in SERVICES
        ) or stack.rows(
            "notifications", "SELECT 1 FROM deliveries WHERE state IN ('planned', 'sending') LIMIT 1"
        ):
            await asyncio.sleep(0.2)


def check_ways(day: Day, references: Sequence[str]) -> Counter[str]:
    """Everybody went one way, step by step, and stands where it leads; gives how many stand where."""
    stages: Counter[str] = Counter()
    for number, reference in enumerate(references):
        way = day.steps(reference)
        assert WAY.fullmatch(" ".join(way) + " "), (reference, way)
        [row] = day.stack.rows("matching", "SELECT * FROM referrals WHERE reference = ?", reference)
        assert (row["stage"] == "introduced") is (number % 9 != 8), (reference, row["stage"], way)
        assert row["settles_at"] is None
        assert all(row[name] for name in ("owner", "next_action", "due_at")), reference
        stages[row["stage"]] += 1
    assert (
        len(set(references)) == len(references) == len(day.stack.rows("matching", "SELECT 1 FROM referrals"))
    )
    return stages


def check_mails(day: Day) -> tuple[int, int]:
    """One offer mail an offer, one introduction a person and clinician; gives how many mails, and repeats."""
    stack = day.stack
    rows = {row["message_id"]: row for row in stack.rows("notifications", "SELECT * FROM deliveries")}
    arrived = Counter(mail.message_id for mail in stack.mails())
    assert arrived.keys() <= rows.keys()
    for message_id, row in rows.items():
        told = (row["template"], row["state"], row["reason"], arrived[message_id])
        assert arrived[message_id] == (row["state"] == "sent") or row["uncertain"], told
    came = Counter((rows[mail]["template"], rows[mail]["dedup_key"]) for mail in arrived)
    asked, introduced = facts(stack, "requested"), facts(stack, "in_progress")
    wanted = [("offer", f"offer:{fact['offer_id']}:{fact['clinician_id']}") for fact in asked]
    for fact in introduced:
        wanted += [
            ("introduction", f"introduction:{fact['request_id']}:{fact['offer_id']}"),
            (
                "introduction_clinician",
                f"introduction_clinician:{fact['referral_id']}:{fact['version']}:{fact['clinician_id']}",
            ),
        ]
    kinds = {"offer", "introduction", "introduction_clinician"}
    assert {key: count for key, count in came.items() if key[0] in kinds} == Counter(wanted)
    return len(arrived), arrived.total() - len(arrived)


def check_steps_announced(stack: Stack) -> None:
    """Each settled act was announced once."""
    names = Counter(row["name"] for row in stack.rows("matching", "SELECT name FROM referral_steps"))
    for fact in ("requested", "accepted", "in_progress"):
        step = {"accepted": "in_progress"}.get(fact, fact)
        assert len(facts(stack, fact)) == names[f"referral.{step}.v1"] > 0, fact
    assert len(facts(stack, "rejected")) == names["referral.decline"] > 0


GIVEN = "SELECT clinician_id, place FROM referrals WHERE place IS NOT NULL"


def check_places(stack: Stack) -> None:
    """The counters of places say what the referrals say."""
    given = Counter((row["clinician_id"], row["place"]) for row in stack.rows("matching", GIVEN))
    for row in stack.rows("matching", "SELECT clinician_id, held, taken, capacity, caseload FROM clinicians"):
        who = row["clinician_id"]
        assert (row["held"], row["taken"]) == (given[who, "held"], given[who, "taken"]), row
        assert row["caseload"] + row["held"] + row["taken"] <= row["capacity"], row


async def test_every_choice_leads_to_one_introduction_whatever_is_killed_meanwhile(hasty: Stack) -> None:
    began, day = time.monotonic(), Day(hasty)
    references, kills = await live(day)
    refused = await day.close()
    hasty.until_ready()
    await until_quiet(hasty)

    stages = check_ways(day, references)
    mails, repeats = check_mails(day)
    check_steps_announced(hasty)
    check_places(hasty)
    for service in SERVICES:
        assert hasty.rows(service, "SELECT subject, why FROM dead_letters") == [], service
    print(
        f"\n{len(references)} referrals {dict(stages)}, {kills.total()} kills {dict(kills)}, {mails} mails,"
        f" {repeats} sent twice under one Message-ID, {refused} posts and looks repeated,"
        f" {time.monotonic() - began:.0f} s"
    )
    assert kills.total() == len(MOMENTS) * len(KILLED)
