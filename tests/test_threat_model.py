"""Each line of the threat model and of the ASVS list names a test; no door, question or command lacks."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from deploy.cli.app import MODULES

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / "docs" / "contracts"
THREATS, ASVS = "threat-model.md", "asvs.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ITEM = re.compile(r"v5\.0\.0-(\d+)\.(\d+)\.(\d+)")
DOORS, QUESTIONS, COMMANDS = (
    "Every door that takes posts",
    "Every question between services",
    "Every command",
)
Look = Callable[[str], Sequence[str]]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def sections(text: str) -> dict[str, list[list[str]]]:
    """The cells of each line of the tables, by the heading above; the lines that head a table left out."""
    found: dict[str, list[list[str]]] = {}
    heading, lines = "", text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        is_head = number + 1 < len(lines) and lines[number + 1].startswith("|---")
        if line.startswith("|") and not line.startswith("|---") and not is_head:
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def rows(text: str) -> Iterator[str]:
    """Every line of every table."""
    return ("|".join(cells) for table in sections(text).values() for cells in table)


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests of a file."""
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def lines_without_a_test(text: str) -> Sequence[str]:
    return [row for row in rows(text) if not NAMED.search(row)]


def names_of_nothing(text: str) -> Sequence[str]:
    return [
        f"{file}::{name}"
        for file, name in NAMED.findall(text)
        if not name.startswith("test_") or name not in defined_in(file)
    ]


def threats_forgotten(text: str) -> Sequence[str]:
    """The letters of STRIDE that a place does not have; a place is whatever has a threat."""
    letters = {
        place: {cells[0] for cells in table}
        for place, table in sections(text).items()
        if len(table[0]) > len(("what", "who", "test"))
    }
    return [f"{place}: {each}" for place, has in letters.items() for each in "STRIDE" if each not in has]


def said_in(text: str, heading: str) -> set[str]:
    """What the lines of this section are about."""
    return {each for cells in sections(text).get(heading, []) for each in re.findall(r"`([^`]+)`", cells[0])}


def doors_left_out(text: str) -> Sequence[str]:
    said = tuple(said_in(text, DOORS))
    return [door for door in doors() if not door.startswith(said)]


def questions_left_out(text: str) -> Sequence[str]:
    return sorted({file.stem for file in (CONTRACTS / "asks").glob("*.json")} - said_in(text, QUESTIONS))


def commands_left_out(text: str) -> Sequence[str]:
    return sorted(MODULES.keys() - said_in(text, COMMANDS))


def doors() -> list[str]:
    """The path of every door that takes posts, as the services describe themselves."""
    described = [json.loads(file.read_text("utf-8")) for file in (CONTRACTS / "openapi").glob("*.json")]
    return [path for each in described for path, methods in each["paths"].items() if "post" in methods]


@pytest.mark.parametrize("name", [THREATS, ASVS])
@pytest.mark.parametrize("look", [lines_without_a_test, names_of_nothing])
def test_every_line_names_a_test_that_is_there(name: str, look: Look) -> None:
    assert len(list(rows(page(name)))) >= 40
    assert look(page(name)) == []


@pytest.mark.parametrize(
    "look",
    [threats_forgotten, doors_left_out, questions_left_out, commands_left_out],
    ids=lambda one: str(one.__name__),
)
def test_no_kind_of_threat_no_door_no_question_and_no_command_is_left_out(look: Look) -> None:
    assert len(doors()) >= 60
    assert look(page(THREATS)) == []


def test_the_items_of_the_standard_stand_once_and_in_order() -> None:
    found = [tuple(map(int, item)) for row in rows(page(ASVS)) for item in ITEM.findall(row)]

    assert found == sorted(set(found))
    assert len(found) == len(list(rows(page(ASVS))))


REAL = "`tests/test_threat_model.py::test_the_items_of_the_standard_stand_once_and_in_order`"
HEAD = "\n\n| | | | | |\n|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("look", "planted"),
    [
        (lines_without_a_test, f"## The bus{HEAD}| S | somebody | something | — | — |"),
        (names_of_nothing, f"{HEAD}| S | a | b | `tests/test_threat_model.py::test_gone` | c |"),
        (names_of_nothing, f"{HEAD}| S | a | b | `tests/test_nowhere.py::test_gone` | c |"),
        (names_of_nothing, f"{HEAD}| S | a | b | `tests/test_threat_model.py::page` | c |"),
        (threats_forgotten, f"## The bus{HEAD}| S | a | b | {REAL} | c |"),
        (doors_left_out, f"## {DOORS}\n\n| | |\n|---|---|\n| `/v1/` `/book/` | {REAL} |"),
        (questions_left_out, f"## {QUESTIONS}\n\n| | |\n|---|---|\n| `ask.intake.words` | {REAL} |"),
        (commands_left_out, f"## {COMMANDS}\n\n| | |\n|---|---|\n| `show` | {REAL} |"),
    ],
    ids=lambda one: getattr(one, "__name__", "planted"),
)
def test_a_line_that_says_too_little_is_found(look: Look, planted: str) -> None:
    assert look(planted)
