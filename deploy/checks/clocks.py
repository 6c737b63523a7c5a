"""This machine's clock against those of the broker and the databases: every due time is compared with one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.house import SETTINGS, bus_settings, database_url, opened
from shared.errors import PracticeError, Retryable
from shared.messaging.visit import look

MAY_DIFFER = timedelta(seconds=5)
POSTGRESQL = "postgresql"

Asked = Callable[[], Awaitable[datetime | None]]


async def clocks(given: Round) -> Sequence[Finding]:
    """No two clocks are further apart than five seconds. SQLite has this machine's own."""
    asked: dict[str, Asked] = {"the broker": partial(_broker, given)}
    for service in SETTINGS:
        if database_url(service, given.environ).startswith(POSTGRESQL):
            asked[f"the database of {service}"] = partial(_database, service, given)
    told = await asyncio.gather(*(_apart(whose, ask, given) for whose, ask in asked.items()))
    agree = [whose for whose, finding in zip(asked, told, strict=True) if finding is None]
    bad = [finding for finding in told if finding is not None]
    return bad or [well("clock", f"this machine's clock agrees with {', '.join(agree)}")]


async def _apart(whose: str, ask: Asked, given: Round) -> Finding | None:
    before = given.clock()
    try:
        theirs = await ask()
    except PracticeError:
        what = f"{whose} does not tell its time"
        return doubtful("clock", what, "whether clocks agree is not known", f"put {whose} right first")
    if theirs is None:
        return None
    ours = before + (given.clock() - before) / 2
    if abs(ours - theirs) <= MAY_DIFFER:
        return None
    seconds = abs(ours - theirs).total_seconds()
    return wrong(
        "clock",
        f"this machine's clock and that of {whose} are {seconds:.0f} seconds apart",
        "one of them is not set by NTP: mails go out early or late, and links run out at the wrong time",
        "turn on time synchronisation on both machines (`timedatectl set-ntp true`)",
    )


async def _broker(given: Round) -> datetime | None:
    return (await look(bus_settings(given.environ))).time


async def _database(service: str, given: Round) -> datetime | None:
    async with opened(service, given.environ) as database, database.reading() as tx:
        now = (await tx.exec_driver_sql("SELECT now()")).scalar_one()
    if not isinstance(now, datetime):
        raise Retryable("the database does not tell its time")
    return now
