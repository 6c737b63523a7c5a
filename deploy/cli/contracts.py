"""`practice contracts`: the snapshots of everything that others build against."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import FOUND_A_PROBLEM, complain, say
from deploy.cli.snapshots import snapshots
from deploy.compatible import broken_promises

app = typer.Typer()

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Where the snapshots are kept.")]


@app.command()
def contracts(
    folder: Folder = Path("docs/contracts"),
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell which differ; exit code 1 if any.")
    ] = False,
) -> None:
    """Record the JSON Schema of every fact and ask, and each service's AsyncAPI and OpenAPI, anew."""
    made = snapshots()
    kept = {str(file.relative_to(folder)): file for file in folder.rglob("*.json")}
    differing = [name for name, text in made.items() if name not in kept or kept[name].read_text() != text]
    gone = sorted(kept.keys() - made.keys())
    if check:
        for name in (*differing, *gone):
            complain(f"{folder / name} is not what the code says")
        if differing or gone:
            raise typer.Exit(FOUND_A_PROBLEM)
        return
    broken = [
        f"{folder / name}: {why}; make a new version beside it"
        for name in differing
        if name in kept
        for why in broken_promises(json.loads(kept[name].read_text()), json.loads(made[name]))
    ]
    if broken:
        for why in broken:
            complain(why)
        raise typer.Exit(FOUND_A_PROBLEM)
    for name in differing:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(made[name], encoding="utf-8")
    for name in gone:
        kept[name].unlink()
    say(f"{len(made)} snapshots in {folder}: {len(differing)} recorded anew, {len(gone)} removed")
