"""After a 202 nothing is lost and nothing is done twice, whatever is killed in between."""

import asyncio
import itertools
import os
import signal
from collections import defaultdict
from collections.abc import Mapping, Sequence

import httpx
import pytest

from tests.fleet import request
from tests.stack import PARTS, PATIENCE_SECONDS, Mail, Stack, post_until_accepted

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

REQUESTS = 500
KILLS = 42
WIPED_REQUESTS = 120


async def post_all(stack: Stack, count: int, at_once: int = 4) -> Sequence[Mapping[str, str]]:
    limit = asyncio.Semaphore(at_once)
    url = f"{stack.url('intake')}/v1/consultation-requests"
    headers = {"Authorization": f"Bearer {stack.site_key}"}

    async def post(number: int, client: httpx.AsyncClient) -> Mapping[str, str]:
        async with limit:
            accepted = await post_until_accepted(client, url, request(number), key=f"key-{number}")
            await asyncio.sleep(0.25)
            return {"reference": accepted["reference"], "email": f"sam{number}@example.org"}

    async with httpx.AsyncClient(headers=headers, timeout=10) as client:
        return await asyncio.gather(*(post(number, client) for number in range(count)))


async def kill_in_turn(stack: Stack, times: int, done: asyncio.Event) -> int:
    """Kills one part after another, each as soon as it is back; gives how many."""
    killed = 0
    parts = itertools.cycle(PARTS)
    while killed < times or not done.is_set():
        part = next(parts)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(stack.kill_once_back, part):
                await asyncio.sleep(0.05)
        killed += 1
        await asyncio.sleep(1.5)
    return killed


def sorted_mail(
    accepted: Sequence[Mapping[str, str]], mails: Sequence[Mail]
) -> tuple[dict[str, list[Mail]], dict[str, list[Mail]]]:
    """The coordinator mails and the acknowledgements, by reference."""
    by_email = {one["email"]: one["reference"] for one in accepted}
    coordinator, client = defaultdict(list), defaultdict(list)
    for mail in mails:
        if mail.to in by_email:
            client[by_email[mail.to]].append(mail)
        else:
            coordinator[mail.subject.split(":")[0]].append(mail)
    return coordinator, client


def everything_arrived(accepted: Sequence[Mapping[str, str]], mails: Sequence[Mail]) -> bool:
    coordinator, client = sorted_mail(accepted, mails)
    return all(one["reference"] in coordinator and one["reference"] in client for one in accepted)


def check_kept_once(stack: Stack, accepted: Sequence[Mapping[str, str]]) -> int:
    """Every request has exactly one mail of each kind; a repeat is the same mail, known to be uncertain."""
    mails = stack.until_mails(lambda mails: everything_arrived(accepted, mails), seconds=180)
    uncertain = {
        row["message_id"]
        for row in stack.rows("notifications", "SELECT message_id FROM deliveries WHERE uncertain")
    }
    repeats = 0
    for by_reference in sorted_mail(accepted, mails):
        for one in accepted:
            found = by_reference[one["reference"]]
            message_ids = {mail.message_id for mail in found}
            assert len(message_ids) == 1, (one, [mail.subject for mail in found])
            if len(found) > 1:
                repeats += 1
                assert message_ids <= uncertain, one
    assert len({one["reference"] for one in accepted}) == len(accepted)
    return repeats


async def test_every_202_has_its_mails_though_each_part_is_killed_in_turn(stack: Stack) -> None:
    done = asyncio.Event()
    killer = asyncio.create_task(kill_in_turn(stack, KILLS, done))

    accepted = await post_all(stack, REQUESTS)
    done.set()
    killed = await killer

    stack.until_ready()
    repeats = check_kept_once(stack, accepted)
    print(f"\n{len(accepted)} requests, {killed} kills, {repeats} mails sent twice under one Message-ID")
    assert killed >= 40


async def test_every_202_has_its_mails_though_the_brokers_store_is_wiped(stack: Stack) -> None:
    """The listeners stand still meanwhile, so that the broker alone holds what was published."""
    listeners = [pid for part in ("matching", "notifications") if (pid := stack.pid(part))]
    for pid in listeners:
        os.kill(pid, signal.SIGSTOP)
    posting = asyncio.create_task(post_all(stack, WIPED_REQUESTS))
    published = "SELECT count(*) AS facts FROM outbox WHERE published_at IS NOT NULL"
    while (await asyncio.to_thread(stack.rows, "intake", published))[0]["facts"] < 20:
        await asyncio.sleep(0.1)
    stack.wipe_broker()
    for pid in listeners:
        os.kill(pid, signal.SIGCONT)
    accepted = await posting

    stack.until_ready()
    check_kept_once(stack, accepted)


async def test_requests_are_accepted_while_nats_is_down(stack: Stack) -> None:
    broker = stack.pid("nats")
    assert broker is not None
    os.kill(broker, signal.SIGSTOP)
    accepted = await post_all(stack, 5)
    os.kill(broker, signal.SIGCONT)

    check_kept_once(stack, accepted)
