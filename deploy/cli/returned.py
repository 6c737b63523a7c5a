"""`practice returned`: what came back by mail, read from files, a folder of a mail server, or a pipe."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.frame import (
    FOUND_A_PROBLEM,
    AsJson,
    DataDir,
    environment,
    print_json,
    run,
    say,
    wrong_usage,
)
from deploy.house import opened, practice_of
from services.notifications import words
from services.notifications.returned import Returns, TakenBack, returns_of
from services.notifications.returns.opening import MOST_BYTES
from services.notifications.settings import NotificationsSettings
from shared.clock import utc_now
from shared.ids import RandomIds

STDIN = "-"
NEW, CUR, SEEN, UNSEEN = "new", "cur", ":2,S", ":2,"

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class Brought:
    """One mail to take back: what it is called, its bytes, and where it lies if it is to be put aside."""

    name: str
    raw: bytes
    lies_new: Path | None = None


Mails = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE…",
        help="Files of one mail each, a mail server's folder (Maildir), or - for one mail from a pipe.",
        show_default=False,
    ),
]


@app.command()
def returned(mails: Mails, *, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Read what came back: mails that did not arrive, complaints, automatic answers.

    Of a folder, what is in `new` is read and put into `cur`. A person's reply, and whatever else is for
    somebody to look at, stays where it is; then the command ends with 1.
    """
    for each in mails:
        if each != STDIN and not Path(each).exists():
            wrong_usage(f"there is no file or folder {each}")
    taken = run(_take_back(mails, environment(data_dir)))
    if as_json:
        print_json([{"mail": name, **asdict(each)} for name, each in taken])
    else:
        _say(taken)
    if any(each.is_for_somebody for _, each in taken):
        raise typer.Exit(FOUND_A_PROBLEM)


async def _take_back(mails: Sequence[str], environ: Mapping[str, str]) -> list[tuple[str, TakenBack]]:
    settings = NotificationsSettings.read(environ)
    practice = practice_of(environ)
    taken = []
    async with opened("notifications", environ) as database:
        returns = returns_of(settings, practice, database, utc_now, RandomIds())
        for brought in _brought(mails):
            taken.append((brought.name, await _taken(returns, brought)))
    return taken


async def _taken(returns: Returns, brought: Brought) -> TakenBack:
    """What was done stands before the file moves: a crash in between costs a repeat, which does nothing."""
    taken = await returns.take_back(brought.raw)
    if brought.lies_new is not None and not taken.is_for_somebody:
        _put_aside(brought.lies_new, SEEN if taken.done != "ignored" else UNSEEN)
    return taken


def _brought(mails: Sequence[str]) -> Iterator[Brought]:
    for each in mails:
        path = Path(each)
        if each == STDIN:
            yield Brought("standard input", _all_of_stdin())
        elif (path / NEW).is_dir():
            for file in sorted(one for one in (path / NEW).iterdir() if one.is_file()):
                with suppress(FileNotFoundError):  # a mail program has put it into `cur` meanwhile
                    yield Brought(file.name, _beginning(file), file)
        elif path.is_dir():
            wrong_usage(f"{each} is a folder, and no mail server's: it has no folder `{NEW}`")
        else:
            yield Brought(path.name, _beginning(path))


def _beginning(file: Path) -> bytes:
    """As much as is ever read of a mail. Ends the command where it may not be read."""
    try:
        with file.open("rb") as mail:
            return mail.read(MOST_BYTES)
    except PermissionError:
        wrong_usage(f"{file} may not be read by whoever runs this")


def _all_of_stdin() -> bytes:
    """The same; the rest is taken, too, so that no mail server writes into a closed pipe."""
    raw = sys.stdin.buffer.read(MOST_BYTES)
    while sys.stdin.buffer.read(MOST_BYTES):
        pass
    return raw


def _put_aside(file: Path, flags: str) -> None:
    """Into `cur`, as a mail program does: read, if there is nothing to look at."""
    cur = file.parent.parent / CUR
    cur.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        file.rename(cur / (file.name.partition(":2,")[0] + flags))


def _say(taken: Sequence[tuple[str, TakenBack]]) -> None:
    if not taken:
        say("nothing came back")
    for name, each in taken:
        say(f"{name}: {_in_words(each)}")
    left = sum(each.is_for_somebody for _, each in taken)
    if left:
        say(f"for somebody to look at: {left}")


def _in_words(taken: TakenBack) -> str:
    return ". ".join(filter(None, (_what(taken), DONE[taken.done]))) + "."


def _what(taken: TakenBack) -> str:
    said = KINDS[taken.kind]
    about: dict[str, Any] = {"status": taken.status, "why": taken.why}
    details = [words.spelled(value) if key == "why" else value for key, value in about.items() if value]
    if taken.reference is not None:
        said += f" ({taken.reference}, {words.spelled(taken.template or '')})"
    return f"{said}: {', '.join(details)}" if details else said


KINDS: Mapping[str, str] = {
    "undelivered": "a mail did not arrive",
    "delayed": "a mail is late",
    "complaint": "a mail was called unwanted",
    "automatic": "a machine wrote",
    "from_a_person": "a person may have written",
}
DONE: Mapping[str, str] = {
    "acted": "Done what follows from it",
    "noted": "Noted; nothing follows from it",
    "repeated": "It was taken back before",
    "ignored": "Nothing to do",
    "unproven": "It did not come to a return address of ours, so nothing was done",
    "unmatched": "It names no mail of ours; it may be about somebody's own",
    "left": "Left where it is, for somebody to read",
}
