"""`practice explain`: why a request was decided as it was, and what other rules would have decided."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import (
    AsJson,
    DataDir,
    as_written_in_mails,
    environment,
    not_found,
    print_json,
    print_table,
    run,
    say,
    wrong_usage,
)
from deploy.cli.shown import call_in_words
from deploy.deciding import Decided, decided
from deploy.house import all_opened, config_dir, opened, practice_of
from deploy.naming import Names, names_of
from deploy.replaying import summary, tables
from services.intake import operations as intake
from services.matching import operations
from services.matching.settings import terms_of
from shared.clock import utc_now
from shared.contracts.intake import Consultation

app = typer.Typer()

LATEST = 100

MaybeReference = Annotated[
    str | None,
    typer.Argument(
        help="A request's reference, such as R-7F3K2.",
        show_default=False,
        callback=lambda typed: None if typed is None else as_written_in_mails(typed),
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        exists=True,
        dir_okay=False,
        help="Rules to try, in the form of rules/matching.yaml: what would they change?",
        show_default=False,
    ),
]
Last = Annotated[
    int | None,
    typer.Option(
        "--last", min=1, max=1000, help=f"Over the latest N requests ({LATEST}).", show_default=False
    ),
]


@app.command()
def explain(
    reference: MaybeReference = None,
    *,
    policy: PolicyFile = None,
    last: Last = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Who was proposed and why, and why everybody else was not; or what other rules would change."""
    if policy is not None:
        if reference is not None and last is not None:
            wrong_usage("say one reference, or --last N, and not both")
        _replay(reference, policy, last or LATEST, as_json=as_json, data_dir=data_dir)
        return
    if last is not None:
        wrong_usage("--last goes with --policy FILE: it tells what other rules would change")
    if reference is None:
        wrong_usage("say which request: a reference such as R-7F3K2; or --policy FILE")
    _explain(reference, as_json=as_json, data_dir=data_dir)


def _explain(reference: str, *, as_json: bool, data_dir: Path | None) -> None:
    environ = environment(data_dir)
    practice = practice_of(environ)

    async def work() -> tuple[Decided | None, Names, Consultation | None]:
        async with all_opened(environ) as databases:
            return (
                await decided(reference, databases),
                await names_of(practice, databases["matching"]),
                await intake.call_of(databases["intake"], reference),
            )

    decision, names, call = run(work())
    if decision is None:
        not_found(
            f"no decision about {reference} is known (yet): `practice trail {reference}` tells how far it is"
        )
    if as_json:
        print_json({**decision.plain, "call": call.model_dump() if call else None})
        return
    if nobody := decision.sentence():
        say(nobody)
    for title, columns, rows in decision.tables(practice, names):
        print_table(title, columns, rows)
    for line in decision.basis():
        say(line)
    if call is not None:
        say(f"{call_in_words(call, practice)}.")


def _replay(reference: str | None, policy: Path, last: int, *, as_json: bool, data_dir: Path | None) -> None:
    environ = environment(data_dir)
    practice = practice_of(environ)
    terms, other = terms_of(practice, config_dir(environ)), operations.load_policy(policy)

    async def work() -> tuple[operations.Replay | None, Names]:
        async with opened("matching", environ) as database:
            now, names = utc_now(), await names_of(practice, database)
            if reference is None:
                return await operations.replay_latest(database, last, other, terms, now), names
            return await operations.replay_one(database, reference, other, terms, now), names

    replay, names = run(work())
    if replay is None:
        not_found(f"matching does not know {reference}")
    if as_json:
        print_json(operations.replayed(replay))
        return
    for title, columns, rows in tables(replay, policy.name, names, whole=reference is not None):
        print_table(title, columns, rows)
    for line in summary(replay, policy.name):
        say(line)
