"""What every command shares: the data folder, output for people and for programs, and how a command ends.

An error of the house ends a command with its one sentence on standard error, never with a stack trace.
"""

import asyncio
import json
import signal
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from deploy.local.environment import read_env, surroundings
from shared.errors import Misconfigured, PracticeError
from shared.ids import is_reference

DONE, FOUND_A_PROBLEM, WRONG_USAGE = 0, 1, 2
STACK_FOLDER = Path("var")  # where `make up` keeps its data

T = TypeVar("T")

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", envvar="PRACTICE_DATA_DIR", help="The data folder of a running `practice up`."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def as_written_in_mails(typed: str) -> str:
    """A reference however somebody typed it: in small letters, or with blanks around it."""
    reference = typed.strip().upper()
    if not is_reference(reference):
        wrong_usage("a reference is R- and five letters or digits, never I, L, O or U, such as R-7F3K2")
    return reference


Reference = Annotated[
    str,
    typer.Argument(
        help="A request's reference, such as R-7F3K2.", show_default=False, callback=as_written_in_mails
    ),
]


class Sentences(TyperGroup):
    """A group of commands whose errors are sentences."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except PracticeError as error:
            complain(str(error))
            raise typer.Exit(WRONG_USAGE if isinstance(error, Misconfigured) else FOUND_A_PROBLEM) from None


def environment(data_dir: Path | None) -> Mapping[str, str]:
    """What the services are told: of the stack on `data_dir` when given, else of the environment.

    Without either, a stack on the usual folder is taken. Raises Misconfigured when `data_dir` has none.
    """
    around = surroundings()
    if data_dir is not None:
        return {**around, **read_env(data_dir / "env")}
    told = any(name.endswith(("_DATABASE_URL", "_DATABASE_URL_FILE")) for name in around)
    if not told and (STACK_FOLDER / "env").exists():
        return {**around, **read_env(STACK_FOLDER / "env")}
    return around


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs one command's work to its end."""
    return asyncio.run(work)


def run_until_signalled(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work` until it ends or SIGINT or SIGTERM asks it to; then it is cancelled once and cleans up.

    A second signal does not disturb the cleaning up.
    """

    async def until_signalled() -> None:
        task, loop = asyncio.ensure_future(work), asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)

        def asked() -> None:
            for number in signals:
                loop.add_signal_handler(number, lambda: None)
            task.cancel()

        for number in signals:
            loop.add_signal_handler(number, asked)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(until_signalled())


def print_json(value: object) -> None:
    """One JSON document on standard output; instants as ISO 8601 in UTC."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people; long cells are wrapped, never cut."""
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    Console().print(table)


def say(sentence: str) -> None:
    """A sentence on standard output, as it is: what looks like markup is not."""
    Console().print(sentence, markup=False, highlight=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """A sentence on standard error."""
    Console(stderr=True).print(sentence, markup=False, highlight=False, soft_wrap=True)


def wrong_usage(sentence: str) -> NoReturn:
    """Ends the command: so it cannot be asked."""
    complain(sentence)
    raise typer.Exit(WRONG_USAGE)


def not_found(sentence: str) -> NoReturn:
    """Ends the command: it looked, and it is not there."""
    complain(sentence)
    raise typer.Exit(FOUND_A_PROBLEM)


def local(at: datetime, zone: Any = None) -> str:
    """An instant as people read it, in the zone given or this machine's."""
    return at.astimezone(zone).strftime("%a %b %d, %H:%M")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
