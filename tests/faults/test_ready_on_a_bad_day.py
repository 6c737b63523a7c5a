"""Whoever says that they are ready is noted, answered for and matched once, though the broker dies."""

import asyncio
import os
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.faults.visitors import Postbox
from tests.stack import Stack, post_until_accepted

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

PAGE = re.compile(r"(/readiness/[\w-]+)/ready")
WAITS_TO_BE_TOLD = (
    "SELECT 1 FROM outbox WHERE published_at IS NULL AND subject = 'resources.readiness.reached.v1' LIMIT 1"
)
PATIENCE = 120.0
NOTED, LED_ON = 200, 303
GROWN_UP = {"for": "self", "age": "34", "state": "CA", "message": "it is spring"}


class Reader:
    """Somebody who asked for something to read."""

    def __init__(self, stack: Stack, number: int) -> None:
        self.stack, self.address = stack, f"ana{number}@example.org"
        self.browser = httpx.AsyncClient(timeout=15)
        self.reference = self.page = ""

    async def ask(self, box: Postbox) -> None:
        """They ask, and have their list."""
        wish = {"name": "Ana Flores", "email": self.address, "state": "CA", "concerns": ["grief_loss"]}
        wish |= {"contact": {"email_ok": True}, "opt_in": True}
        door = f"{self.stack.url('intake')}/v1/readiness-requests"
        key = {"Authorization": f"Bearer {self.stack.site_key}"}
        async with httpx.AsyncClient(headers=key, timeout=10) as website:
            kept = await post_until_accepted(website, door, wish, self.address)
        self.reference = str(kept["reference"])
        mail = await box.until(f"the list of {self.address}", lambda mail: mail.to == self.address)
        found = PAGE.search(mail.text)
        assert found, mail.text
        self.page = f"{self.stack.url('resources')}{found[1]}"

    async def ready(self) -> httpx.Response:
        """They press; what they get is a page or a way on, never an error."""
        answer = await self.browser.post(f"{self.page}/ready", headers={"Origin": _origin(self.page)})
        assert answer.status_code in (NOTED, LED_ON), answer.text
        if answer.status_code == NOTED:
            assert "It is noted" in answer.text
        return answer

    async def go_on(self) -> None:
        """They press until they are led on, and tell what is still true, pressing twice."""
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.ready()).status_code != LED_ON:
                await asyncio.sleep(0.2)
        page = answer.headers["location"]
        for _ in range(2):
            told = await self.browser.post(page, data=GROWN_UP, headers={"Origin": _origin(page)})
            assert told.status_code == LED_ON, told.text

    def requests(self) -> Sequence[Mapping[str, Any]]:
        """How intake has them."""
        return self.stack.rows("intake", "SELECT * FROM requests WHERE reference = ?", self.reference)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def until(look: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not look():
            await asyncio.sleep(0.01)


async def kill_broker(stack: Stack) -> None:
    """Ends the broker with SIGKILL, once it is there."""
    await until(lambda: stack.pid("nats") and stack.is_back("nats"))
    pid = stack.pid("nats")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def before(stack: Stack, reader: Reader) -> None:
    """The broker is gone when they press."""
    await kill_broker(stack)
    await reader.ready()


async def meanwhile(stack: Stack, reader: Reader) -> None:
    """The broker goes while they press."""
    await asyncio.gather(reader.ready(), kill_broker(stack))


async def between(stack: Stack, reader: Reader) -> None:
    """The broker goes once it is kept that they are ready, and before anybody is told."""

    async def kill_then() -> None:
        await until(lambda: stack.rows("resources", WAITS_TO_BE_TOLD) or _is_reached(stack, reader))
        await kill_broker(stack)

    await asyncio.gather(reader.ready(), kill_then())


def _is_reached(stack: Stack, reader: Reader) -> bool:
    query = "SELECT 1 FROM journeys WHERE reference = ? AND state = 'reached'"
    return bool(stack.rows("resources", query, reader.reference))


@pytest.mark.parametrize("moment", [before, meanwhile, between], ids=lambda one: one.__name__)
async def test_whoever_is_ready_when_the_broker_dies_is_answered_for_and_matched_once(
    stack: Stack, moment: Callable[[Stack, Reader], Awaitable[None]]
) -> None:
    box, readers = Postbox(stack), [Reader(stack, number) for number in range(3)]
    await asyncio.gather(*(each.ask(box) for each in readers))
    silent, *eager = readers

    await moment(stack, silent)
    await asyncio.gather(*(each.ready() for each in eager))
    await asyncio.gather(*(each.go_on() for each in eager))

    await until(lambda: all(row["ready_since"] for row in silent.requests()))
    [waiting] = silent.requests()
    assert (waiting["path"], waiting["next_action"], bool(waiting["owner"])) == (
        "readiness",
        "confirm_ready",
        True,
    )
    for each in eager:
        await box.until(
            f"the referral of {each.reference}",
            lambda mail, wanted=each.reference: wanted in mail.subject and "reach out" in mail.subject,
        )
        [told] = each.requests()
        assert (told["path"], told["ready_since"], bool(told["reopened_at"])) == ("consultation", None, True)
        matched = stack.rows("matching", "SELECT 1 FROM referrals WHERE reference = ?", each.reference)
        assert len(matched) == 1
    subjects = Counter(row["subject"] for row in stack.rows("intake", "SELECT subject FROM outbox"))
    assert subjects["intake.consultation.requested.v1"] == len(eager)
    for each in readers:
        await each.browser.aclose()
