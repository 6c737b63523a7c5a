"""`practice restored`: mails that a restore keeps back, since the system before may have sent them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from deploy.cli.frame import AsJson, DataDir, environment, local, not_found, print_json, print_table, run, say
from deploy.house import opened, practice_of
from services.notifications import operations
from services.notifications.storage import ListedDelivery
from shared.clock import utc_now
from shared.database import Database

app = typer.Typer(no_args_is_help=True, help="Mails that a restore keeps back: list them, let them go.")


@app.command(name="list")
def list_(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the mails that a restore keeps back, oldest first."""
    environ = environment(data_dir)

    async def all_of_them() -> Sequence[ListedDelivery]:
        async with opened("notifications", environ) as database:
            return await _kept_back(database)

    found = run(all_of_them())
    if as_json:
        print_json([asdict(each) for each in found])
        return
    zone = practice_of(environ).zone
    rows = [
        (each.id, each.reference, each.template, f"{each.role} {each.recipient_id}", local(each.due_at, zone))
        for each in found
    ]
    print_table(f"{len(found)} mails kept back", ("Id", "Request", "Mail", "To", "Was due"), rows)


@app.command()
def release(
    which: Annotated[
        list[str] | None, typer.Argument(help="Ids of `practice restored list`, or requests' references.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All of them, whoever got one before.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Let mails go that are known not to have arrived; each is sent under its own Message-ID."""
    environ, wanted = environment(data_dir), set(which or ())

    async def let_go() -> int:
        async with opened("notifications", environ) as database:
            kept = await _kept_back(database)
            ids = [each.id for each in kept if everything or {each.id, each.reference} & wanted]
            return await operations.let_go(database, ids, utc_now())

    count = run(let_go())
    if not count:
        not_found("none of these is kept back: see `practice restored list`")
    say(f"{count} mails go now, if they may")


async def _kept_back(database: Database) -> list[ListedDelivery]:
    found, after = await operations.kept_back(database)
    listed = list(found)
    while after is not None:
        found, after = await operations.kept_back(database, after)
        listed += found
    return listed
