"""`practice migrate` and `practice provision`: the explicit steps before code runs."""

from typing import Annotated

import typer

from deploy.cli.frame import DataDir, environment, run, say
from deploy.house import SETTINGS, listened, provisioner_settings, replicas_of
from deploy.house import migrate as migrate_one
from shared.messaging.provision import provision as make_streams

app = typer.Typer()


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring every service's database to the newest revision; run it before new code starts.

    Each as its owner, `<SERVICE>_OWNER_DATABASE_URL`, where that is set; nobody else may change a table.
    """
    environ = environment(data_dir)

    async def all_of_them() -> None:
        for service in SETTINGS:
            await migrate_one(service, environ)
            say(f"{service}: current")

    run(all_of_them())


@app.command()
def provision(
    *,
    replay: Annotated[
        bool, typer.Option("--replay", help="Let consumers made now start at the beginning of their stream.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Make a missing stream even when others are there.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Make the streams and consumers that are missing on the broker; what is there stays."""
    environ = environment(data_dir)
    making = make_streams(
        provisioner_settings(environ),
        listened(),
        replay=replay,
        allow_missing=allow_missing,
        replicas=replicas_of(environ),
    )
    made = run(making)
    for kind, names in (("stream", made.streams), ("consumer", made.consumers)):
        for name in names:
            say(f"made {kind} {name}")
    say("every stream and consumer is there")
