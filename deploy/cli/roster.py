"""`practice roster`: who the practice's clinicians are."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import AsJson, DataDir, environment, print_json, print_table, run, say
from deploy.house import opened, practice_of
from services.matching import operations
from services.matching.domain.compare import RosterChange
from shared.clock import utc_now

RosterFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A clinicians.yaml.", show_default=False)
]

app = typer.Typer(help="Import and list the practice's clinicians.", no_args_is_help=True)


@app.command("import")
def import_file(
    file: RosterFile,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make the roster what FILE says, all of it or nothing; who is not in it leaves."""
    environ = environment(data_dir)
    practice = practice_of(environ)

    async def work() -> RosterChange:
        async with opened("matching", environ) as database:
            return await operations.import_roster(database, file, practice, utc_now(), dry_run=dry_run)

    change = run(work())
    if as_json:
        print_json({**asdict(change), "dry_run": dry_run})
        return
    for line in change.lines():
        say(line)
    say("nothing changes" if change.empty else "only looked; nothing was written" if dry_run else "done")


@app.command("list")
def list_clinicians(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everybody on the roster, with their free places and the proposals that wait for a choice."""
    environ = environment(data_dir)

    async def work() -> list[operations.RosterEntry]:
        async with opened("matching", environ) as database:
            return await operations.list_roster(database)

    entries = run(work())
    if as_json:
        print_json([_entry(entry) for entry in entries])
        return
    rows = [
        (
            entry.record.id,
            f"{entry.record.name}, {entry.record.credential}",
            ", ".join(licence.state for licence in entry.record.licences),
            "yes" if entry.record.accepting else "no",
            entry.free_places,
            entry.open_proposals,
        )
        for entry in entries
    ]
    print_table("Roster", ("id", "clinician", "states", "accepting", "free places", "open proposals"), rows)


def _entry(entry: operations.RosterEntry) -> dict[str, object]:
    return {
        **entry.record.model_dump(mode="json", by_alias=True),
        "version": entry.version,
        "free_places": entry.free_places,
        "open_proposals": entry.open_proposals,
    }
