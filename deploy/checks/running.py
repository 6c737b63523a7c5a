"""The services and what they leave behind: ready, and no message parked."""

from collections.abc import Sequence

from deploy.checks.configuration import DATA_DIR
from deploy.checks.finding import Finding, Round, well, wrong
from deploy.house import SETTINGS, opened
from deploy.local.parts import services
from deploy.local.ports import ports_from
from deploy.local.readiness import is_ready
from shared.messaging import dead_letters


async def parked(given: Round) -> Sequence[Finding]:
    """No message waits for somebody to look at it."""
    counts = {}
    for service in SETTINGS:
        async with opened(service, given.environ) as database, database.reading() as tx:
            counts[service] = await dead_letters.count_open(tx)
    waiting = [f"{service} {count}" for service, count in counts.items() if count]
    if waiting:
        why = "they could not be handled, so what they tell has not happened there"
        do = "run `practice dead-letters list`, then replay or discard each"
        return [wrong("dead letters", f"parked: {', '.join(waiting)}", why, do)]
    return [well("dead letters", "no message is parked")]


async def running(given: Round) -> Sequence[Finding]:
    """On one machine: every service says that it is ready."""
    environ = given.environ
    if DATA_DIR not in environ:
        return []
    parts = services(ports_from(environ), environ, environ)
    silent = [part.name for part in parts if not await is_ready(part)]
    if silent:
        why = "nobody is answered, and nothing is sent, until they are"
        do = f"look at the end of {environ[DATA_DIR]}/logs/<service>.log; start with `practice up`"
        return [wrong("services", f"not ready: {', '.join(silent)}", why, do)]
    return [well("services", "all four are ready")]
