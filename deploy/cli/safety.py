"""`practice clear`: a coordinator has taken a crisis up, and what waited for that goes on."""

from typing import Annotated

import typer

from deploy.cli.frame import DataDir, Reference, environment, local, not_found, run, say, wrong_usage
from deploy.house import opened, practice_of, vault_of
from services.intake import operations
from services.intake.domain.contact import LONGEST_NOTE
from services.intake.domain.request import Cleared
from services.intake.handlers import Desk
from shared.clock import utc_now
from shared.ids import RandomIds

app = typer.Typer()

By = Annotated[
    str, typer.Option("--by", help="The coordinator who took it up: an id of practice.yaml.", metavar="ID")
]
Because = Annotated[
    str, typer.Option("--because", help="What they did, in their own words; kept sealed with the request.")
]


@app.command()
def clear(reference: Reference, *, by: By, because: Because, data_dir: DataDir = None) -> None:
    """A coordinator has taken a crisis up, and what waited for that goes on; it stays `elevated`."""
    environ = environment(data_dir)
    practice, reason = practice_of(environ), because.strip()
    if not 0 < len(reason) <= LONGEST_NOTE:
        wrong_usage(f'say what was done, in 1 to {LONGEST_NOTE} characters: --because "spoke with them"')

    async def work() -> operations.Clearing:
        async with opened("intake", environ) as database:
            desk = Desk.of(practice, vault_of(environ))
            return await operations.clear_safety(
                database, desk, reference, by, reason, utc_now(), RandomIds()
            )

    match run(work()):
        case Cleared():
            say(f"{reference} is cleared by {by}; what waited for that goes on")
        case operations.ClearedBefore(first=first):
            say(f"{reference} was cleared already: by {first.by}, {local(first.at, practice.zone)}")
        case operations.NotCleared(why="unknown_coordinator"):
            known = ", ".join(each.id for each in practice.coordinators)
            wrong_usage(f"{by} is no coordinator of practice.yaml; those are {known}")
        case operations.NotCleared(why="unknown_request"):
            not_found(f"nobody knows {reference}")
        case operations.NotCleared():
            not_found(f"{reference} is no crisis; there is nothing to clear")
