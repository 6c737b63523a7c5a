"""`practice dead-letters`: messages that a service could not handle and parked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import typer

from deploy.cli.frame import (
    AsJson,
    DataDir,
    environment,
    local,
    not_found,
    print_json,
    print_table,
    run,
    say,
)
from deploy.house import SETTINGS, opened
from shared.clock import utc_now
from shared.database import Row, Transaction
from shared.messaging import dead_letters

app = typer.Typer(help="See, replay and discard messages that could not be handled.", no_args_is_help=True)

LetterId = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it; its beginning is enough.")]


@app.command("list")
def list_letters(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Parked messages of every service, newest first."""
    letters = run(_listed(environment(data_dir), everything=everything))
    if as_json:
        print_json(letters)
    elif letters:
        columns = ("id", "service", "subject", "why", "tries", "parked", "state")
        print_table("Dead letters", columns, [_cells(letter) for letter in letters])
    else:
        say("no message is parked")


@app.command()
def show(letter_id: LetterId, *, data_dir: DataDir = None) -> None:
    """One parked message whole, as JSON: headers, payload (ids and codes), and where it failed."""

    async def look(tx: Transaction, found: str) -> Row | None:
        return await dead_letters.shown(tx, found)

    letter = run(_with_letter(environment(data_dir), letter_id, look))
    print_json({**letter, "payload": bytes(letter["payload"]).decode("utf-8", "replace")})


@app.command()
def replay(letter_id: LetterId, *, data_dir: DataDir = None) -> None:
    """Have the service handle the message again, within seconds; what it did before is not done twice."""
    run(_with_letter(environment(data_dir), letter_id, dead_letters.ask_replay))
    say("the service takes it up again within seconds; `practice dead-letters list` shows it if it fails")


@app.command()
def discard(letter_id: LetterId, *, data_dir: DataDir = None) -> None:
    """Close the message unhandled, for good."""

    async def close(tx: Transaction, found: str) -> bool:
        return await dead_letters.close(tx, found, "discarded", utc_now())

    run(_with_letter(environment(data_dir), letter_id, close))
    say("discarded")


async def _listed(environ: Any, *, everything: bool) -> list[dict[str, Any]]:
    letters: list[dict[str, Any]] = []
    for service in SETTINGS:
        async with opened(service, environ) as database, database.reading() as tx:
            found = await dead_letters.listed(tx, everything=everything)
        letters += [{"service": service, **row} for row in found]
    return sorted(letters, key=lambda letter: letter["parked_at"], reverse=True)


async def _with_letter(
    environ: Any, beginning: str, act: Callable[[Transaction, str], Awaitable[Any]]
) -> Any:
    """Does `act` on the one open letter whose id begins so; ends the command when there is not just one."""
    matches = [each for each in await _listed(environ, everything=True) if each["id"].startswith(beginning)]
    if len(matches) != 1:
        not_found(f"{len(matches)} parked messages have an id that begins with {beginning!r}")
    async with opened(matches[0]["service"], environ) as database, database.transaction() as tx:
        done = await act(tx, matches[0]["id"])
    if not done:
        not_found("this message is closed already")
    return done


def _cells(letter: dict[str, Any]) -> Sequence[object]:
    said = (letter["service"], letter["subject"], letter["why"], letter["attempts"])
    return (letter["id"][:8], *said, local(letter["parked_at"]), letter["closed_as"] or "open")
