"""How long the loop stands still when many journeys are due at once: `python -m tests.benchmarks.readiness`.

Ten thousand people opted in, and nothing ran for a month: all of them are due, on SQLite. Beside how long
each part took it prints the longest time between two beats of the loop, on the wall and of our own work; more
than fifty milliseconds of that would be felt by whoever opens a page. Prints, judges nothing.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from services.resources import storage
from services.resources.timers import ticks
from shared import migrations
from shared.database import Database
from shared.logs import configure
from shared.practice import load_catalogue, load_practice
from tests.benchmarks.overdue import timed
from tests.conftest import TestClock
from tests.resources.builders import NOW, a_readiness_request
from tests.resources.conftest import SAMPLE
from tests.resources.house import Resources

PEOPLE = 10_000
AT_ONCE = 64
ZONES = ("America/Los_Angeles", "America/New_York", "America/Denver", "America/Chicago")
OUTAGE = timedelta(days=30)


async def opt_in(house: Resources) -> None:
    for start in range(0, PEOPLE, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, PEOPLE))
        await house.hear(
            *(
                a_readiness_request(one, reference=f"R-{one:05d}", time_zone=ZONES[one % len(ZONES)])
                for one in numbers
            )
        )


async def measure(url: str) -> None:
    practice = load_practice(SAMPLE)
    database, clock = Database.open(url), TestClock(NOW)
    house = Resources(database, practice, load_catalogue(SAMPLE, practice))
    tick = next(each for each in ticks(database, practice, house.catalogue, clock) if each.name == "go_on")

    async def look() -> None:
        await tick.run()

    await timed(f"{PEOPLE:,} people opt in", opt_in(house))
    await timed("a look when nothing is due", look())
    clock.now = NOW + OUTAGE
    await timed(f"{PEOPLE:,} journeys due after an outage", look())
    clock.now += timedelta(days=8)
    await timed(f"{PEOPLE:,} journeys due a week later", look())
    async with database.reading() as tx:
        mails = await tx.scalar(sa.select(sa.func.count()).select_from(storage.readiness_steps))
    print(f"{mails:,} mails announced in all")
    await database.close()


def main() -> None:
    configure("benchmark", "console")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'resources.db'}"
        asyncio.run(migrations.upgrade("resources", url))
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
