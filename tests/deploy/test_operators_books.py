"""What is written for whoever runs a practice is true: the commands, containers and files it names exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from deploy.cli.app import app
from deploy.setup.contents import PIECES

REPOSITORY = Path(__file__).parents[2]
BOOKS = [REPOSITORY / "docs" / name for name in ("operating.md", "alarms.md")]
COMPOSE = REPOSITORY / "deploy" / "compose.yaml"
MENTIONED = re.compile(r"(?<![\w./-])(?:\.venv/bin/)?practice ([a-z-]+)\b([^\n|]*)")
WORDS_OF_COMPOSE = {"up", "build", "exec", "run", "stop", "start", "restart", "logs", "ps"}

TAKE_A_VALUE = {"--env", "--tail", "--since", "--scale", "--volume"}


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_command_that_a_book_names_exists_with_its_options(book: Path) -> None:
    commands = list(commands_in(book))

    assert len(commands) > 10
    for said in commands:
        assert wrong_with(said) is None, f"`practice {' '.join(said)}`: {wrong_with(said)}"


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_container_that_a_book_names_exists(book: Path) -> None:
    containers = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].keys()

    for said in code_in(book):
        for line in re.findall(r"docker compose ([^&]*)", said):
            command, *rest = line.split()
            assert command in WORDS_OF_COMPOSE, line
            assert set(named_in(command, rest)) <= {*containers, "NAME"}, line


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_file_of_the_folder_that_a_book_names_is_made_by_init(book: Path) -> None:
    made = {piece.name for piece in PIECES}
    text = book.read_text(encoding="utf-8")

    named = re.findall(r"(?<![\w/])(?:secrets|backup|tls)/[a-z][\w.-]*\w", text)
    assert set(named) <= made


def test_a_link_from_one_book_to_another_leads_to_a_heading() -> None:
    headings = {book.name: {anchor(line) for line in headings_of(book)} for book in BOOKS}

    for book in BOOKS:
        for file, heading in re.findall(r"\]\((\w+\.md)?#([\w-]+)\)", book.read_text(encoding="utf-8")):
            assert heading in headings[file or book.name], f"{book.name}: {file}#{heading}"


@pytest.mark.parametrize(
    "said", [("backups",), ("dead-letters", "reply"), ("init", "--renew-everything"), ("restored", "--all")]
)
def test_a_command_that_does_not_exist_is_found(said: tuple[str, ...]) -> None:
    assert wrong_with(said) is not None


def commands_in(book: Path) -> Iterator[tuple[str, ...]]:
    """Every `practice …` in code, word by word; nothing of a shell around it."""
    for said in code_in(book):
        for first, rest in MENTIONED.findall(said):
            yield (first, *re.split(r"[>;&]", rest)[0].split())


def wrong_with(said: tuple[str, ...]) -> str | None:
    """What of a command does not exist; None when all of it does."""
    command: Any = typer.main.get_command(app)
    words = list(said)
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        command = command.get_command(None, words.pop(0))
        if command is None:
            return "no such command"
    known = {name for option in command.params for name in option.opts} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {unknown[0]}" if unknown else None


def named_in(command: str, rest: list[str]) -> list[str]:
    """The containers that a line of compose is about."""
    pairs = list(zip(["", *rest], rest, strict=False))
    scaled = [word.split("=")[0] for before, word in pairs if before == "--scale"]
    plain = [word for before, word in pairs if before not in TAKE_A_VALUE and not word.startswith("-")]
    return scaled + (plain[:1] if command in ("exec", "run") else plain)


def code_in(book: Path) -> list[str]:
    """What stands in code, a line each: between backticks, also over a line's end, and in blocks."""
    text = book.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.M | re.S)
    spans = re.findall(r"`([^`]+)`", re.sub(r"^ *```\w*\n.*?^ *```", "", text, flags=re.M | re.S))
    return [line for block in blocks for line in block.splitlines()] + [
        " ".join(each.split()) for each in spans
    ]


def headings_of(book: Path) -> list[str]:
    return re.findall(r"^#+ (.*)$", book.read_text(encoding="utf-8"), re.M)


def anchor(heading: str) -> str:
    """As GitHub and most readers of Markdown make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
