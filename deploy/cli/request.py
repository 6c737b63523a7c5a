"""`practice show`, `trail`, `silence` and `allow`: one request, what happened to it, and its end."""

import sys
from typing import Annotated, Any

import typer

from deploy.cli.detail import in_words
from deploy.cli.frame import (
    AsJson,
    DataDir,
    Reference,
    environment,
    local,
    not_found,
    print_json,
    print_table,
    run,
    say,
    wrong_usage,
)
from deploy.cli.shown import print_request, request_as_json
from deploy.house import all_opened, opened, practice_of, vault_of
from deploy.naming import Names, names_of
from deploy.told import told
from services.intake import operations as intake
from shared.clock import utc_now
from shared.contracts.intake import Consultation
from shared.ids import RandomIds

app = typer.Typer()

Why = Annotated[
    str | None, typer.Option("--why", help="Why you read it; kept on record.", show_default=False)
]
SAY_WHY = 'say why you read it, in a few words: --why "calling back"'


@app.command()
def show(reference: Reference, *, why: Why = None, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """The request with the person's own words. Who reads it says why, and that is recorded first."""
    environ = environment(data_dir)
    reason = why if why is not None else _asked_why()
    if not reason.strip():
        wrong_usage(SAY_WHY)

    async def work() -> tuple[intake.Shown | None, Consultation | None]:
        async with opened("intake", environ) as database:
            shown = await intake.show(
                database, vault_of(environ), reference, reason.strip(), utc_now(), RandomIds()
            )
            return shown, await intake.call_of(database, reference)

    shown, call = run(work())
    if shown is None:
        not_found(f"nobody knows {reference}")
    if as_json:
        print_json(request_as_json(shown, call))
    else:
        print_request(shown, call, practice_of(environ))


@app.command()
def trail(reference: Reference, *, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everything that happened to the request, in order: events, mails and what people did.

    With --json: codes, and what a mail server needs to trace a mail.
    """
    environ = environment(data_dir)
    practice = practice_of(environ)

    async def work() -> tuple[list[dict[str, Any]], Names]:
        async with all_opened(environ) as databases:
            return await told(reference, databases), await names_of(practice, databases["matching"])

    entries, names = run(work())
    if not entries:
        not_found(f"nobody knows {reference}")
    if as_json:
        print_json(entries)
        return
    zone = practice.zone
    rows = [
        (local(each["at"], zone), each["kind"], each["name"], in_words(each["detail"], names, zone))
        for each in entries
    ]
    print_table(f"{reference} ({zone.key})", ("when", "kind", "what", "detail"), rows)


@app.command()
def silence(reference: Reference, *, data_dir: DataDir = None) -> None:
    """Stop all contact with everybody at this request's addresses, at once."""
    environ = environment(data_dir)

    async def work() -> list[str] | None:
        async with opened("intake", environ) as database:
            return await intake.silence(database, reference, utc_now())

    silenced = run(work())
    if silenced is None:
        not_found(f"nobody knows {reference}")
    say(f"silent from now on: {', '.join(silenced)}" if silenced else "was silent already")


@app.command()
def allow(reference: Reference, *, data_dir: DataDir = None) -> None:
    """Take a silence back: this request's person may be written to again."""
    environ = environment(data_dir)

    async def work() -> list[str] | None:
        async with opened("intake", environ) as database:
            return await intake.allow(database, reference, utc_now())

    allowed = run(work())
    if allowed is None:
        not_found(f"nobody knows {reference}")
    say(f"may be written to again: {', '.join(allowed)}" if allowed else "was not silent")


def _asked_why() -> str:
    """What somebody at a terminal says; a program is told to say it at once."""
    if not sys.stdin.isatty():
        wrong_usage(SAY_WHY)
    return str(typer.prompt("Why do you read it", err=True))
