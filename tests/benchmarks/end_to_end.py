"""How fast the whole job is: POST, 202, event, match, event, two rendered mails accepted.

    python -m tests.benchmarks.end_to_end [--seconds 20] [--rate 20] [--callers 16] [--requests 1500]

Prints the time from the 202 to both mails at a steady rate, the rate of a closed loop, what the stack costs
at rest, each beside the table in the measured facts. Machines differ: read the ratios, not the figures.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx
import psutil

from tests.stack import PARTS, Stack, read_mail

TUTORIAL, FLOOR = 88, 1040  # requests a second in a closed loop, from the measured facts


def body(number: int) -> dict[str, object]:
    return {
        "name": f"Sam Rivera {number}",
        "email": f"sam{number}@example.org",
        "contact": {"email_ok": True},
        "for": "self",
        "state": "CA",
        "age": 34,
        "concerns": ["grief_loss"],
        "message": "My mother died in March and evenings online would suit me.",
        "preferences": {"format": "online", "times": ["weekday_evening"]},
    }


class Load:
    """Posts requests and remembers when each was accepted, in nanoseconds of the wall clock."""

    def __init__(self, stack: Stack, client: httpx.AsyncClient, first: int) -> None:
        self.accepted: dict[str, tuple[str, int]] = {}
        self._url, self._client = f"{stack.url('intake')}/v1/consultation-requests", client
        self._numbers = itertools.count(first)

    async def post(self) -> None:
        number = next(self._numbers)
        answer = await self._client.post(self._url, json=body(number))
        answer.raise_for_status()
        self.accepted[answer.json()["reference"]] = (f"sam{number}@example.org", time.time_ns())

    async def steady(self, rate: float, seconds: float) -> None:
        began, posting = time.monotonic(), []
        for turn in range(int(rate * seconds)):
            await asyncio.sleep(max(0, began + turn / rate - time.monotonic()))
            posting.append(asyncio.create_task(self.post()))
        await asyncio.gather(*posting)

    async def closed_loop(self, callers: int, requests: int) -> None:
        turns = iter(range(requests))

        async def caller() -> None:
            for _ in turns:
                await self.post()

        await asyncio.gather(*(caller() for _ in range(callers)))


class MailFolder:
    """Reads each accepted mail once: when it was stored, and whose it was."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._read = folder, set[str]()
        self.by_email: dict[str, int] = {}
        self.by_reference: dict[str, int] = defaultdict(int)

    def look(self) -> None:
        for file in self._folder.glob("*.eml"):
            if file.name in self._read:
                continue
            self._read.add(file.name)
            mail, stored = read_mail(file), file.stat().st_mtime_ns
            self.by_email[mail.to] = stored
            self.by_reference[mail.subject.split(":")[0]] = stored

    def delays_ms(self, accepted: dict[str, tuple[str, int]]) -> list[float]:
        return [
            (max(self.by_email[address], self.by_reference[reference]) - at) / 1e6
            for reference, (address, at) in accepted.items()
        ]

    def last_stored(self, accepted: dict[str, tuple[str, int]]) -> int:
        return max(max(self.by_email[a], self.by_reference[r]) for r, (a, _) in accepted.items())

    async def until_all(self, accepted: dict[str, tuple[str, int]]) -> None:
        """Counts files before it reads any: reading would take the processors from what is measured."""
        expected = len(self._read) + 2 * len(accepted)
        async with asyncio.timeout(120):
            while True:
                while sum(1 for _ in self._folder.glob("*.eml")) < expected:
                    await asyncio.sleep(0.2)
                self.look()
                if all(r in self.by_reference and a in self.by_email for r, (a, _) in accepted.items()):
                    return
                await asyncio.sleep(0.2)


def cpu_seconds(stack: Stack) -> float:
    times = [psutil.Process(pid).cpu_times() for part in PARTS if (pid := stack.pid(part))]
    return sum(one.user + one.system for one in times)


def at_rest(stack: Stack, seconds: float) -> float:
    before = cpu_seconds(stack)
    time.sleep(seconds)
    return (cpu_seconds(stack) - before) / seconds


async def measure(stack: Stack, asked: argparse.Namespace) -> None:
    headers = {"Authorization": f"Bearer {stack.site_key}"}
    folder = MailFolder(stack.folder / "mail")
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        await Load(stack, client, 0).closed_loop(2, 20)  # warm
        steady = Load(stack, client, 100_000)
        await steady.steady(asked.rate, asked.seconds)
        await folder.until_all(steady.accepted)
        delays = sorted(folder.delays_ms(steady.accepted))
        p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
        print(f"202 -> both mails at {asked.rate:g}/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms")

        loop = Load(stack, client, 200_000)
        cpu, began, began_at = cpu_seconds(stack), time.monotonic(), time.time_ns()
        await loop.closed_loop(asked.callers, asked.requests)
        posted = time.monotonic() - began
        await folder.until_all(loop.accepted)
        whole, cpu = (folder.last_stored(loop.accepted) - began_at) / 1e9, cpu_seconds(stack) - cpu
        rate = asked.requests / whole
        accepted = asked.requests / posted
        print(f"closed loop, {asked.callers} callers: {accepted:.0f} accepted/s, {rate:.0f} done/s")
        print(f"  CPU: {cpu / asked.requests * 1000:.1f} s / 1,000 requests")
        print(f"  x{rate / TUTORIAL:.1f} of the tutorial's {TUTORIAL}/s, x{rate / FLOOR:.2f} of the floor's")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("seconds", 20.0), ("rate", 20.0), ("rest", 10.0)):
        parser.add_argument(f"--{name}", type=float, default=default)
    for name, default in (("callers", 16), ("requests", 1500)):
        parser.add_argument(f"--{name}", type=int, default=int(default))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="practice-benchmark-") as folder:
        stack = Stack(Path(folder) / "data")
        stack.start()
        try:
            print(f"at rest: {at_rest(stack, asked.rest) * 100:.1f} % of a core")
            asyncio.run(measure(stack, asked))
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
