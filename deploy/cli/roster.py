"""`practice roster`: who the practice's clinicians are, and how much room they have."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.frame import AsJson, DataDir, environment, print_json, print_table, run, say, wrong_usage
from deploy.house import opened, practice_of
from services.matching import operations
from services.matching.domain.availability import NOTICE
from services.matching.domain.compare import RosterChange
from shared.clock import utc_now
from shared.practice.roster_csv import COLUMNS, MAY_BE_LEFT_OUT

RosterFile = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="A clinicians.yaml, or the same as a .csv.", show_default=False
    ),
]
NAMES = ", ".join(COLUMNS)
LEFT_OUT = ", ".join(name for name in COLUMNS if name in MAY_BE_LEFT_OUT)
AS_CSV = (
    "A spreadsheet, saved as “CSV UTF-8”, has one row a clinician and these columns, in any order: "
    f"{NAMES}. These may be left out: {LEFT_OUT}.\n\n"
    "In a cell, parts are separated by “;”. A specialty has its strength (grief_loss:3; couples:2), a "
    "licence its state, number and last day (CA LMFT000000 2027-05-31), a leave its first and last day "
    "(2026-12-20..2027-01-04). Accepting is yes or no."
)
COLUMN_NAMES = ("id", "clinician", "states", "load", "places", "to know")
LEGEND = (
    "load: proposals that wait for a choice; held: places kept for offers; taken: places given here.\n"
    f"Licences are named from {NOTICE.days} days before they end."
)

app = typer.Typer(help="Import, export and list the practice's clinicians.", no_args_is_help=True)


@app.command("import", epilog=AS_CSV)
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


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The .csv to write.", show_default=False)],
    *,
    data_dir: DataDir = None,
) -> None:
    """Write the roster to FILE as a spreadsheet that `import` reads again."""
    environ = environment(data_dir)

    async def work() -> str:
        async with opened("matching", environ) as database:
            return await operations.export_roster(database)

    text = run(work())
    try:
        file.write_text(
            text, encoding="utf-8-sig", newline=""
        )  # the mark tells a spreadsheet that it is UTF-8
    except OSError as error:
        wrong_usage(f"{file} cannot be written: {error.strerror}")
    say(f"the roster is in {file}")


@app.command("list")
def list_clinicians(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everybody on the roster: proposals that wait for a choice, places, leave, licences that end soon."""
    environ = environment(data_dir)

    async def work() -> list[operations.RosterEntry]:
        async with opened("matching", environ) as database:
            return await operations.list_roster(database)

    entries, today = run(work()), utc_now().astimezone(practice_of(environ).zone).date()
    if as_json:
        print_json([_entry(entry, today) for entry in entries])
        return
    print_table("Roster", COLUMN_NAMES, [_row(entry, today) for entry in entries])
    say(LEGEND)


def _row(entry: operations.RosterEntry, today: date) -> tuple[object, ...]:
    record = entry.record
    return (
        record.id,
        f"{record.name}, {record.credential}",
        ", ".join(licence.state for licence in record.licences),
        entry.open_proposals,
        _places(entry),
        "\n".join(_to_know(entry, today)),
    )


def _places(entry: operations.RosterEntry) -> str:
    given = ((entry.held, "held"), (entry.taken, "taken"))
    told = ", ".join(f"{count} {what}" for count, what in given if count)
    return f"{entry.free_places} of {entry.record.capacity} free" + (f"\n{told}" if told else "")


def _to_know(entry: operations.RosterEntry, today: date) -> Iterator[str]:
    """What keeps them from new clients, or soon will."""
    if not entry.record.accepting:
        yield "paused"
    away = entry.on_leave_until(today)
    if away:
        yield f"on leave until {away}"
    for licence in entry.ending_soon(today):
        yield f"{licence.state} licence {'ended' if licence.expires < today else 'ends'} {licence.expires}"


def _entry(entry: operations.RosterEntry, today: date) -> dict[str, Any]:
    return {
        **entry.record.model_dump(mode="json", by_alias=True),
        "version": entry.version,
        "open_proposals": entry.open_proposals,
        "held": entry.held,
        "taken": entry.taken,
        "free_places": entry.free_places,
        "on_leave_until": entry.on_leave_until(today),
        "licences_ending": [each.model_dump(mode="json") for each in entry.ending_soon(today)],
    }
