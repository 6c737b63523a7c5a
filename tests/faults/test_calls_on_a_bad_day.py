"""A booked call stands and is told to both sides once, whatever is killed meanwhile."""

import asyncio
import itertools
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.callers import Caller
from tests.faults.visitors import Postbox
from tests.stack import PATIENCE_SECONDS, SERVICES, Stack, post_until_accepted, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

KILLED = ("intake", "nats", "matching", "notifications", "mail")
CALL_MAIL = "template IN ('call_confirmed', 'call_moved', 'call_cancelled')"
MOMENTS: Mapping[str, tuple[str, str]] = {
    "a booking waits to be told": (
        "intake",
        "SELECT 1 FROM outbox WHERE published_at IS NULL AND subject LIKE 'intake.consultation.%' LIMIT 1",
    ),
    "its mail waits": (
        "notifications",
        f"SELECT 1 FROM deliveries WHERE {CALL_MAIL} AND state = 'planned' LIMIT 1",
    ),
    "its mail leaves": (
        "notifications",
        f"SELECT 1 FROM deliveries WHERE {CALL_MAIL} AND state = 'sending' LIMIT 1",
    ),
}
NOTICES = {"call_booked_notice", "call_moved_notice", "call_cancelled_notice"}
FEWEST, MOST = 24, 60  # people
A_NEW_ONE_EVERY = 1.0  # seconds
TRIED_AGAIN_WITHIN = timedelta(minutes=5)  # whatever the mail server did not take; nobody is called so soon
MINUTES_KEPT = 6  # pieces of five minutes: the call and the time kept free after it
WAYS = (("call_confirmed",), ("call_confirmed", "call_moved"), ("call_confirmed", "call_cancelled"))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The whole product behind a proxy, which tells from where each visitor comes."""
    yield from running(tmp_path / "data", INTAKE_TRUSTED_PROXIES="1")


class Day:
    """The people who book on one day."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.box = stack, Postbox(stack)
        self._website = httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.site_key}"}, timeout=10)
        self.callers: dict[str, Caller] = {}  # by reference
        self.ways: dict[str, Sequence[str]] = {}  # which mails about their call each must have

    async def follow(self, number: int) -> None:
        """Somebody writes and books; every third moves the call, every third calls it off."""
        address = f"sam{number}@example.org"
        url = f"{self.stack.url('intake')}/v1/consultation-requests"
        accepted = await post_until_accepted(self._website, url, request(address), f"key-{number}")
        caller = Caller(self.stack, self.box, address)
        await caller.begin()
        await caller.book(number * 5, mails=2)
        if number % 3 == 1:
            await caller.book(number * 7 + 3, mails=3)
        elif number % 3 == 2:
            await caller.cancel(mails=3)
        self.callers[str(accepted["reference"])] = caller
        self.ways[str(accepted["reference"])] = WAYS[number % len(WAYS)]

    async def close(self) -> int:
        """The day ends; how often somebody had to ask again."""
        await self._website.aclose()
        for each in self.callers.values():
            await each.close()
        return sum(each.refused for each in self.callers.values())


def request(address: str) -> Mapping[str, object]:
    return {
        "name": "Sam Rivera",
        "email": address,
        "contact": {"email_ok": True},
        "for": "self",
        "state": "CA",
        "age": 34,
        "concerns": ["grief_loss"],
        "preferences": {"format": "online"},
    }


async def spoil(stack: Stack, coming: asyncio.Event) -> Counter[str]:
    """Kills every part at every moment.

    Nobody new comes while a part starts again: on a slow machine all would have come before the last kill.
    """
    kills: Counter[str] = Counter()
    for moment, part in itertools.product(MOMENTS, KILLED):
        async with asyncio.timeout(PATIENCE_SECONDS):
            coming.clear()
            while not await asyncio.to_thread(stack.is_back, part):
                await asyncio.sleep(0.05)
            coming.set()
            service, query = MOMENTS[moment]
            while not stack.rows(service, query):
                await asyncio.sleep(0.002)
        pid = stack.pid(part)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        kills[moment] += 1
    return kills


async def live(day: Day) -> Counter[str]:
    """People come until everything has been killed; each is followed to the end of their way."""
    count, coming = 0, asyncio.Event()
    async with asyncio.TaskGroup() as group:
        spoiling = group.create_task(spoil(day.stack, coming))
        while count < FEWEST or (not spoiling.done() and count < MOST):
            group.create_task(day.follow(count))
            count += 1
            await asyncio.sleep(A_NEW_ONE_EVERY)
            await coming.wait()
    return spoiling.result()


async def until_quiet(stack: Stack) -> None:
    """Every fact is published, and every mail whose time has come is settled."""
    async with asyncio.timeout(150):
        while any(
            stack.rows(service, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")
            for service in SERVICES
        ) or _is_due(stack):
            await asyncio.sleep(0.2)


def _is_due(stack: Stack) -> bool:
    query = "SELECT due_at, stopped FROM deliveries WHERE state IN ('planned', 'sending')"
    rows = stack.rows("notifications", query)
    soon = datetime.now(UTC) + TRIED_AGAIN_WITHIN
    return any(row["stopped"] or _instant(row["due_at"]) <= soon for row in rows)


def check_calls(day: Day) -> None:
    """What the person was last told is so; each booked call keeps its minutes, and nothing else does."""
    stack, booked = day.stack, 0
    for reference, caller in day.callers.items():
        rows = stack.rows(
            "intake",
            "SELECT calls.* FROM calls JOIN requests ON requests.id = calls.request_id WHERE reference = ?",
            reference,
        )
        [row] = rows
        assert (row["status"] == "booked") is (caller.at is not None), reference
        assert caller.at in (None, _instant(row["starts_at"])), reference
        booked += row["status"] == "booked"
    minutes = stack.rows("intake", "SELECT coordinator_id, at FROM call_minutes")
    assert len(minutes) == booked * MINUTES_KEPT
    assert len({(row["coordinator_id"], row["at"]) for row in minutes}) == len(minutes)


def check_mails(day: Day) -> tuple[int, int]:
    """Each change is told to each side by one mail; gives how many arrived, and how many twice."""
    rows = {row["message_id"]: row for row in day.stack.rows("notifications", "SELECT * FROM deliveries")}
    arrived = Counter(mail.message_id for mail in day.stack.mails())
    for message_id, row in rows.items():
        told = (row["template"], row["state"], row["reason"], arrived[message_id])
        assert arrived[message_id] == (row["state"] == "sent") or row["uncertain"], told
    assert len({row["dedup_key"] for row in rows.values()}) == len(rows)
    for reference, way in day.ways.items():
        mine = [row for row in rows.values() if row["reference"] == reference]
        sent = sorted(
            row["template"] for row in mine if row["role"] == "client" and arrived[row["message_id"]]
        )
        assert sent == sorted(("acknowledgement", *way)), (reference, sent)
        check_notices(mine, arrived, way)
        check_planned(mine, booked=day.callers[reference].at is not None)
    return len(arrived), arrived.total() - len(arrived)


def check_notices(mine: Sequence[Mapping[str, Any]], arrived: Counter[str], way: Sequence[str]) -> None:
    """The coordinator is told of the booking, of the move and of the end, each once a coordinator."""
    sent = Counter(
        row["template"] for row in mine if row["template"] in NOTICES and arrived[row["message_id"]]
    )
    moves = sent["call_moved_notice"] + sent["call_booked_notice"] - 1
    assert moves == ("call_moved" in way), sent
    relieved = sent["call_booked_notice"] - 1  # another coordinator calls now
    assert sent["call_cancelled_notice"] == ("call_cancelled" in way) + relieved, sent


def check_planned(mine: Sequence[Mapping[str, Any]], *, booked: bool) -> None:
    """What is still to come is of the call as it stands, each once; of a call that is off, nothing."""
    calls = [row for row in mine if row["template"].startswith("call_")]
    ahead = [row for row in calls if row["state"] == "planned" and not row["stopped"]]
    if not booked:
        assert ahead == []
        return
    assert len({row["subject_version"] for row in ahead}) == 1, ahead
    assert Counter(row["template"] for row in ahead)["call_outcome"] == 1
    offsets = [json.loads(row["codes"])["offset"] for row in ahead if row["template"] == "call_reminder"]
    assert len(offsets) == len(set(offsets))


def check_referrals(day: Day) -> None:
    """Whoever is called is owned by who calls; whoever called off is to be reached again."""
    for reference, caller in day.callers.items():
        [row] = day.stack.rows("matching", "SELECT * FROM referrals WHERE reference = ?", reference)
        wanted = "call" if caller.at is not None else "reach_out"
        assert row["next_action"] == wanted, (reference, row["next_action"])
        if caller.at is None:
            continue
        [call] = day.stack.rows("intake", "SELECT * FROM calls WHERE request_id = ?", row["request_id"])
        assert row["owner"] == call["coordinator_id"]
        assert _instant(row["due_at"]) > _instant(call["ends_at"])


async def test_every_booking_is_kept_and_told_once_whatever_is_killed_meanwhile(stack: Stack) -> None:
    began, day = time.monotonic(), Day(stack)
    kills = await live(day)
    refused = await day.close()
    stack.until_ready()
    await until_quiet(stack)

    check_calls(day)
    mails, repeats = check_mails(day)
    check_referrals(day)
    for service in SERVICES:
        assert stack.rows(service, "SELECT subject, why FROM dead_letters") == [], service
    print(
        f"\n{len(day.callers)} people, {kills.total()} kills {dict(kills)}, {mails} mails,"
        f" {repeats} sent twice under one Message-ID, {refused} posts and looks repeated,"
        f" {time.monotonic() - began:.0f} s"
    )
    assert kills.total() == len(MOMENTS) * len(KILLED)


def _instant(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
