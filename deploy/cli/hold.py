"""`practice hold`: a request that somebody must keep is neither erased nor deleted when its time is up."""

from collections.abc import Sequence
from typing import Annotated

import typer

from deploy.cli.frame import (
    AsJson,
    DataDir,
    as_written_in_mails,
    environment,
    local,
    not_found,
    print_json,
    print_table,
    run,
    say,
    wrong_usage,
)
from deploy.house import opened, practice_of, vault_of
from services.intake import operations
from services.intake.domain.contact import LONGEST_NOTE
from shared.clock import utc_now

app = typer.Typer()

SHOWN = ("reference", "since", "by", "because")


@app.command()
def hold(
    reference: Annotated[
        str | None, typer.Argument(help="A request's reference, such as R-7F3K2.", show_default=False)
    ] = None,
    *,
    because: Annotated[
        str | None, typer.Option("--because", help="Why it must be kept; sealed.", show_default=False)
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="It need not be kept any longer.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Every request that is held, and why.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Keep a request whatever its time, until the hold is lifted; `practice erase` refuses meanwhile."""
    if listed == (reference is not None) or (lift and because is not None):
        wrong_usage('name a request and why, R-7F3K2 --because "a subpoena"; or R-7F3K2 --lift; or --list')
    if listed:
        _list(as_json=as_json, data_dir=data_dir)
    elif lift:
        _lift(as_written_in_mails(reference or ""), data_dir)
    else:
        _place(as_written_in_mails(reference or ""), (because or "").strip(), data_dir)


def _place(reference: str, because: str, data_dir: DataDir) -> None:
    if not 0 < len(because) <= LONGEST_NOTE:
        wrong_usage(f'say why it must be kept, in 1 to {LONGEST_NOTE} characters: --because "a subpoena"')
    environ = environment(data_dir)

    async def work() -> bool | None:
        async with opened("intake", environ) as database:
            return await operations.place_hold(
                database, vault_of(environ), reference, operations.OPERATOR, because, utc_now()
            )

    placed = run(work())
    if placed is None:
        not_found(f"nobody knows {reference}")
    say(f"{reference} is kept until the hold is lifted" if placed else f"{reference} was held already")


def _lift(reference: str, data_dir: DataDir) -> None:
    environ = environment(data_dir)

    async def work() -> bool | None:
        async with opened("intake", environ) as database:
            return await operations.lift_hold(database, reference, operations.OPERATOR, utc_now())

    lifted = run(work())
    if lifted is None:
        not_found(f"nobody knows {reference}")
    say(f"{reference} is kept no longer than any other" if lifted else f"{reference} was not held")


def _list(*, as_json: bool, data_dir: DataDir) -> None:
    environ = environment(data_dir)

    async def work() -> Sequence[operations.Hold]:
        async with opened("intake", environ) as database:
            return await operations.holds(database, vault_of(environ))

    standing = run(work())
    if as_json:
        print_json([{name: getattr(each, name) for name in SHOWN} for each in standing])
    elif standing:
        zone = practice_of(environ).zone
        rows = [(each.reference, local(each.since, zone), each.because) for each in standing]
        print_table(f"Held ({zone.key})", ("reference", "since", "because"), rows)
    else:
        say("nothing is held")
