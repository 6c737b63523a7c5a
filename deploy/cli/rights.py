"""`practice rights`: the page that says who may do what."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import FOUND_A_PROBLEM, complain, say
from deploy.house import bus_rights
from deploy.nats.document import document

app = typer.Typer()

File = Annotated[Path, typer.Argument(dir_okay=False, help="Where the page is kept.")]


@app.command()
def rights(
    file: File = Path("docs/rights.md"),
    *,
    check: Annotated[bool, typer.Option("--check", help="Only tell whether it differs.")] = False,
) -> None:
    """Write anew who may do what on NATS and in PostgreSQL."""
    made = document(bus_rights())
    if not check:
        file.write_text(made, encoding="utf-8")
        say(f"{file} is written")
    elif not file.exists() or file.read_text(encoding="utf-8") != made:
        complain(f"{file} is not what the code says: run `practice rights`")
        raise typer.Exit(FOUND_A_PROBLEM)
