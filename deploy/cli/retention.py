"""`practice retention`: what the clocks took of each service's tables last, and what they would take now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

from deploy.cli.frame import AsJson, DataDir, environment, local, print_json, print_table, run, say
from deploy.house import SETTINGS, opened, practice_of
from services.matching.handlers import keeping as matching
from services.notifications import timers as notifications
from services.resources import timers as resources
from shared.clock import utc_now
from shared.messaging.retention import OF_MESSAGES, Rule, Standing, standings, sweep
from shared.practice.clocks import Retention

app = typer.Typer()

COLUMNS = ("service", "table", "kept for", "would go now", "went last", "looked last")


@app.command()
def retention(
    *,
    now: Annotated[bool, typer.Option("--run", help="Delete what is due now, as each service does.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """What has reached the end of its time in every service, and when something went last."""
    environ = environment(data_dir)
    practice = practice_of(environ)
    taken = run(_run(environ, practice.retention, utc_now())) if now else None
    found = run(_found(environ, practice.retention, utc_now()))
    if as_json:
        rows = [{"service": each, **_plain(one)} for each, ones in found.items() for one in ones]
        print_json({"taken": taken, "tables": rows})
        return
    for service, went in (taken or {}).items():
        told = ", ".join(f"{count} of {what}" for what, count in sorted(went.items()))
        say(f"{service}: {told or 'nothing was due'}")
    table = [_row(each, one, practice.zone) for each, ones in found.items() for one in ones]
    print_table("What is kept for how long", COLUMNS, table)


def rules_of(service: str, retention: Retention) -> Sequence[Rule]:
    """What a service keeps for how long, messages included."""
    own = {
        "matching": matching.rules,
        "notifications": notifications.rules,
        "resources": resources.rules,
    }
    return (*OF_MESSAGES, *(own[service](retention) if service in own else ()))


async def _run(
    environ: Mapping[str, str], retention: Retention, now: datetime
) -> Mapping[str, Mapping[str, int]]:
    """Sweeps each service, and scrubs what anything went from."""
    taken = {}
    for service in SETTINGS:
        async with opened(service, environ) as database:
            taken[service] = await sweep(database, rules_of(service, retention), now)
            if taken[service]:
                await database.scrub()
    return taken


async def _found(
    environ: Mapping[str, str], retention: Retention, now: datetime
) -> Mapping[str, Sequence[Standing]]:
    found = {}
    for service in SETTINGS:
        async with opened(service, environ) as database:
            found[service] = await standings(database, rules_of(service, retention), now)
    return found


def _row(service: str, one: Standing, zone: object) -> Sequence[str]:
    went = f"{one.last_taken}, {local(one.last_taken_at, zone)}" if one.last_taken_at else "nothing yet"
    looked = local(one.last_run_at, zone) if one.last_run_at else "never"
    return (service, one.what, _days(one.kept_for), str(one.due), went, looked)


def _plain(one: Standing) -> Mapping[str, object]:
    return {**asdict(one), "kept_for": one.kept_for.total_seconds()}


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):g} days"
