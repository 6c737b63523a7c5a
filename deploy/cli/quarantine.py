"""`practice quarantine`: requests that looked like spam and wait for somebody's eye."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import typer

from deploy.cli.frame import (
    AsJson,
    DataDir,
    Reference,
    environment,
    local,
    not_found,
    print_json,
    print_table,
    run,
    say,
)
from deploy.house import opened, practice_of
from services.intake import operations
from services.intake.domain.request import Request
from shared.clock import utc_now
from shared.database import Database

app = typer.Typer(help="See, release and discard requests that looked like spam.", no_args_is_help=True)


@app.command("list")
def list_quarantined(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Every request in quarantine, the most pressing first; `practice show` tells what it says."""
    environ = environment(data_dir)

    async def work() -> list[Request]:
        async with opened("intake", environ) as database:
            return await operations.quarantine(database)

    waiting = run(work())
    if as_json:
        print_json([_plain(each) for each in waiting])
    elif waiting:
        zone = practice_of(environ).zone
        rows = [
            (
                each.reference,
                each.path,
                ", ".join(each.quarantine_why).replace("_", " "),
                local(each.received_at, zone),
                each.duty.owner if each.duty else "",
                local(each.duty.due_at, zone) if each.duty else "",
            )
            for each in waiting
        ]
        print_table(f"Quarantine ({zone.key})", ("reference", "path", "why", "came", "owner", "due"), rows)
    else:
        say("nothing is in quarantine")


@app.command()
def release(reference: Reference, *, data_dir: DataDir = None) -> None:
    """It is no spam: the request goes on as if it came now."""
    _settle(reference, data_dir, operations.release)
    say(f"{reference} goes on as if it came now")


@app.command()
def discard(reference: Reference, *, data_dir: DataDir = None) -> None:
    """It is spam: the request is closed and nobody is written to."""
    _settle(reference, data_dir, operations.discard)
    say(f"{reference} is closed")


def _settle(
    reference: str,
    data_dir: Any,
    how: Callable[[Database, str, datetime], Awaitable[Request | None]],
) -> None:
    environ = environment(data_dir)

    async def work() -> Request | None:
        async with opened("intake", environ) as database:
            return await how(database, reference, utc_now())

    if run(work()) is None:
        not_found(f"{reference} is not in quarantine")


def _plain(request: Request) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "path": request.path,
        "why": list(request.quarantine_why),
        "received_at": request.received_at,
        "owner": request.duty.owner if request.duty else None,
        "next_action": request.duty.next_action if request.duty else None,
        "due_at": request.duty.due_at if request.duty else None,
        "safety_level": request.safety_level,
    }
