"""`practice init`: the folder that an operator owns and that compose runs from."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import say
from deploy.setup.folder import Sample, Wishes
from deploy.setup.making import init as make
from deploy.setup.making import whoever_runs_this
from shared.clock import utc_now

app = typer.Typer()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder, such as /srv/practice.", show_default=False)],
    *,
    host: Annotated[
        str | None, typer.Option("--host", help="The name people reach it by, such as care.example.org.")
    ] = None,
    https_port: Annotated[int | None, typer.Option("--https-port", min=1, max=65535)] = None,
    http_port: Annotated[int | None, typer.Option("--http-port", min=1, max=65535)] = None,
    sample: Annotated[Sample | None, typer.Option("--sample", help="The practice to begin with.")] = None,
    dev: Annotated[
        bool | None, typer.Option("--dev", help="For trying out: mails end in a sink on this machine.")
    ] = None,
) -> None:
    """Make the folder that a practice runs from: secrets, certificates, its files; nothing is overwritten."""
    wishes = Wishes(host=host, https_port=https_port, http_port=http_port, sample=sample, dev=dev)
    made: list[str] = []
    whole = make(folder, wishes, whoever_runs_this(), now=utc_now(), tell=made.append)
    say(f"{whole.root}: {', '.join(made) if made else 'everything is there'}")
