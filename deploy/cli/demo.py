"""`practice demo`: everything once, with invented people."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.frame import FOUND_A_PROBLEM, run_until_signalled
from deploy.demo.run import demonstrate

app = typer.Typer()

Out = Annotated[Path, typer.Option("--out", file_okay=False, help="Where mails and summary.json are left.")]


@app.command()
def demo(out: Out = Path("var/demo")) -> None:
    """Start everything in a temporary folder, let invented people write in, and show what came of it."""
    console = Console()
    outcome: list[bool] = []

    async def work() -> None:
        outcome.append(await demonstrate(out.resolve(), console))

    run_until_signalled(work())
    if outcome == [True]:
        console.print(f"Every mail that was expected arrived. They are in {out / 'mail'}", highlight=False)
        return
    console.print(
        f"[bold red]Not everything came as expected.[/bold red] See {out / 'summary.json'} and the logs"
    )
    raise typer.Exit(FOUND_A_PROBLEM)
