"""`practice hold`: a request that somebody must keep is neither erased nor deleted when its time is up."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated

import typer

from deploy.cli.frame import (
    FOUND_A_PROBLEM,
    AsJson,
    DataDir,
    as_written_in_mails,
    complain,
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
from shared.database import Database
from shared.errors import Retryable
from shared.messaging import retention

app = typer.Typer()

SHOWN = ("reference", "since", "by", "because")
OTHERS = ("matching", "notifications", "resources")  # whose clocks spare what is held; intake knows why it is


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

    async def work() -> tuple[bool | None, Sequence[str]]:
        now = utc_now()
        async with opened("intake", environ) as database:
            placed = await operations.place_hold(
                database, vault_of(environ), reference, operations.OPERATOR, because, now
            )
            of = await operations.request_id_of(database, reference)
        if placed is None or of is None:
            return None, ()
        return placed, await _in_each(environ, lambda database: retention.hold(database, [of], now))

    placed, left = run(work())
    if placed is None:
        not_found(f"nobody knows {reference}")
    _complain_of(left, "does not keep it yet")
    say(f"{reference} is kept until the hold is lifted" if placed else f"{reference} was held already")


def _lift(reference: str, data_dir: DataDir) -> None:
    environ = environment(data_dir)

    async def work() -> tuple[bool | None, Sequence[str]]:
        """Intake is last: whatever is not lifted everywhere is listed."""
        async with opened("intake", environ) as database:
            of = await operations.request_id_of(database, reference)
            if of is None:
                return None, ()
            left = await _in_each(environ, lambda database: retention.lift(database, [of]))
            if left:
                return False, left
            return await operations.lift_hold(database, reference, operations.OPERATOR, utc_now()), ()

    lifted, left = run(work())
    if lifted is None:
        not_found(f"nobody knows {reference}")
    _complain_of(left, "keeps it still, and so does intake")
    say(f"{reference} is kept no longer than any other" if lifted else f"{reference} was not held")


async def _in_each(environ: Mapping[str, str], do: Callable[[Database], Awaitable[None]]) -> Sequence[str]:
    """Gives the services whose databases are away; done again, the others stay as they are."""
    left = []
    for service in OTHERS:
        try:
            async with opened(service, environ) as database:
                await do(database)
        except Retryable:
            left.append(service)
    return left


def _complain_of(left: Sequence[str], why: str) -> None:
    for service in left:
        complain(f"{service} is away and {why}: run it again when it is back")
    if left:
        raise typer.Exit(FOUND_A_PROBLEM)


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
