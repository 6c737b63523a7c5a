"""`practice acknowledge`: a coordinator has a crisis. `practice clear`: what waited for that goes on."""

from typing import Annotated

import typer

from deploy.cli.frame import DataDir, Reference, environment, local, not_found, run, say, wrong_usage
from deploy.house import opened, practice_of, vault_of
from services.intake import operations
from services.intake.domain.contact import LONGEST_NOTE
from services.intake.domain.ladder import Acknowledged
from services.intake.domain.request import Cleared
from services.intake.handlers import Desk
from shared.clock import utc_now
from shared.ids import RandomIds
from shared.practice import Practice

app = typer.Typer()

By = Annotated[
    str, typer.Option("--by", help="The coordinator who took it up: an id of practice.yaml.", metavar="ID")
]
Because = Annotated[
    str, typer.Option("--because", help="What they did, in their own words; kept sealed with the request.")
]


@app.command()
def acknowledge(reference: Reference, *, by: By, data_dir: DataDir = None) -> None:
    """A coordinator has this crisis: nobody else is told of it. What waits until it is cleared still does."""
    environ = environment(data_dir)
    practice = practice_of(environ)

    async def work() -> operations.Taking:
        async with opened("intake", environ) as database:
            return await operations.acknowledge_safety(database, practice, reference, by, utc_now())

    match run(work()):
        case Acknowledged():
            say(f"{by} has {reference}; nobody else is told")
        case operations.AcknowledgedBefore(first=first):
            say(f"{first.by} has {reference} already, since {local(first.at, practice.zone)}")
        case operations.ClearedBefore(first=cleared):
            say(f"{reference} was cleared already: by {cleared.by}, {local(cleared.at, practice.zone)}")
        case operations.NotCleared(why=why):
            _nothing_done(why, reference, by, practice, "take up")


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
        case operations.NotCleared(why=why):
            _nothing_done(why, reference, by, practice, "clear")


def _nothing_done(why: str, reference: str, by: str, practice: Practice, what: str) -> None:
    if why == "unknown_coordinator":
        known = ", ".join(each.id for each in practice.coordinators)
        wrong_usage(f"{by} is no coordinator of practice.yaml; those are {known}")
    if why == "unknown_request":
        not_found(f"nobody knows {reference}")
    not_found(f"{reference} is no crisis; there is nothing to {what}")
