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
    told = await asyncio.gather(*(_apart(ask, given) for ask in asked.values()))
    apart = {whose: each for whose, each in zip(asked, told, strict=True) if isinstance(each, timedelta)}
    silent = [whose for whose, each in zip(asked, told, strict=True) if each is None]
    found = [_told_apart(whose, each) for whose, each in apart.items() if abs(each) > MAY_DIFFER]
    if silent:
        what = f"no time is told by {', '.join(silent)}"
        found.append(
            doubtful("clock", what, "whether clocks agree is not known", "put what is silent right first")
        )
    return found or [well("clock", f"this machine's clock agrees with {', '.join(apart)}")]


async def _apart(ask: Asked, given: Round) -> timedelta | None:
    """How far this machine's clock is ahead of theirs; None where they do not tell."""
    before = given.clock()
    try:
        theirs = await ask()
    except PracticeError:
        return None
    return None if theirs is None else before + (given.clock() - before) / 2 - theirs


def _told_apart(whose: str, apart: timedelta) -> Finding:
    return wrong(
        "clock",
        f"this machine's clock and that of {whose} are {abs(apart).total_seconds():.0f} seconds apart",
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
