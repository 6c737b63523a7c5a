"""What it costs when many want one time: `python -m tests.benchmarks.booking_rush`.

Two hundred people have the page of their call open and press the same time at once; a few get it, the others
the page that shows fresh times. Beside it, in the same run: two hundred who look at the times, and as many
who each book a time of their own. On SQLite, through the doors, in one process. Prints, judges nothing; the
ratios count, and they are of our own work, whatever else the machine does.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time

from httpx import AsyncClient, Response

from services.intake.web import Front
from shared import migrations
from shared.clock import utc_now
from shared.database import Database
from shared.logs import configure
from shared.practice import Practice
from tests.intake.calling import a_coordinator
from tests.intake.webbook import times_on
from tests.intake.webhouse import FORM, a_browser, a_front, a_practice, a_request

PEOPLE = 200
MILLISECONDS = 1000


def the_practice() -> Practice:
    """Five coordinators who take calls all day, every day."""
    who = tuple(a_coordinator(f"c{number}", languages=("en",)) for number in range(5))
    return a_practice(coordinators=who, holidays=None, owner="c0", on_call=("c0",))


async def links(browser: AsyncClient, group: str) -> list[str]:
    """The booking pages of people who have just written."""
    found = []
    for number in range(PEOPLE):
        said = a_request(email=f"{group}{number}@example.org", phone=f"+1323555{number:04d}")
        found.append((await browser.post("/v1/consultation-requests", json=said)).json()["booking_url"])
    return found


async def timed(name: str, each: Sequence[Callable[[], Awaitable[Response]]]) -> float:
    """All of them at once: the work that it takes, until the last is answered."""
    began, began_work = perf_counter(), process_time()
    answers = await asyncio.gather(*(one() for one in each))
    took, work = perf_counter() - began, process_time() - began_work
    statuses = dict(Counter(answer.status_code for answer in answers))
    ms_each = work / len(each) * MILLISECONDS
    print(f"{name:<26}{took * MILLISECONDS:7.0f} ms on the wall, {ms_each:6.2f} ms of work each  {statuses}")
    return work


async def rush(front: Front) -> None:
    async with a_browser(front) as browser:
        lookers, rushers, bookers = [await links(browser, group) for group in ("look", "rush", "book")]
        times = await times_on(browser, f"{lookers[0]}/book")

        def books(link: str, time: str) -> Callable[[], Awaitable[Response]]:
            return lambda: browser.post(f"{link}/book", data={"time": time, "version": "0"}, headers=FORM)

        look = await timed("look at the times", [lambda one=one: browser.get(one) for one in lookers])
        own = await timed(
            "book a time of their own",
            [books(link, times[-1 - number]) for number, link in enumerate(bookers)],
        )
        same = await timed("want the same time", [books(link, times[0]) for link in rushers])
        print(f"\na refusal costs {same / look:.2f} looks, or {same / own:.2f} bookings")


async def main() -> None:
    configure("benchmark", "console")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'intake.db'}"
        await migrations.upgrade("intake", url)
        database = Database.open(url)
        front = a_front(database, utc_now, practice=the_practice())
        await rush(front)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
