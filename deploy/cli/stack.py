"""`practice up`: the embedded stack in the foreground."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import STACK_FOLDER, run_until_signalled
from deploy.local.environment import surroundings
from deploy.local.parts import PARTS
from deploy.local.places import Places
from deploy.local.ports import LOOPBACK, Ports, ports_from
from deploy.local.stack import running_stack

app = typer.Typer()

COLOURS = {"nats": "blue", "mail": "magenta", "intake": "cyan", "matching": "green"} | {
    "notifications": "yellow",
    "resources": "bright_blue",
}
WIDTH = max(map(len, PARTS))
Folder = Annotated[
    Path, typer.Option("--data-dir", envvar="PRACTICE_DATA_DIR", help="Where everything is kept.")
]


@app.command()
def up(data_dir: Folder = STACK_FOLDER) -> None:
    """Run everything on this machine until Ctrl-C: broker, mail server, inbox page, the four services."""
    around = surroundings()
    places, ports = Places(data_dir.resolve()), ports_from(around)

    async def serve() -> None:
        async with running_stack(places, ports, around, show_line) as stack:
            await stack.until_ready()
            _welcome(places, ports)
            await asyncio.Event().wait()

    run_until_signalled(serve())


def show_line(part: str, line: str) -> None:
    """One line under its part's name. The broker's small talk is left to its log file."""
    if part == "nats" and "[INF]" in line:
        return
    with suppress(OSError):  # nobody reads any more; the log files have it
        typer.echo(f"{typer.style(part.rjust(WIDTH), fg=COLOURS.get(part))}  {line}")


def _welcome(places: Places, ports: Ports) -> None:
    for line in (
        f"ready. Request page: http://{LOOPBACK}:{ports.intake}/",
        f"       Inbox:        http://{LOOPBACK}:{ports.inbox}/   (every mail stays on this machine)",
        f"       Data folder:  {places.data_dir}",
        "       Stop with Ctrl-C; nothing is lost.",
    ):
        show_line("stack", line)
