"""`practice gallery`: every mail with invented people, to look at."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import DataDir, environment, say
from deploy.house import practice_of
from services.notifications.gallery import gallery as draw

app = typer.Typer()

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Where the pages are written.")]


@app.command()
def gallery(folder: Folder = Path("var/gallery"), *, data_dir: DataDir = None) -> None:
    """Write every mail as HTML and text, and pages that show them side by side."""
    written = draw(practice_of(environment(data_dir)), folder)
    say(f"{len(written)} files; begin with {written[0]}")
