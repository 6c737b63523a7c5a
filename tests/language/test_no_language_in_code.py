"""The house finds its languages; code knows English, which the desk reads, and no other by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOW = {
    "shared/reading_level.py": "how hard a text is to read is a formula for each language",
    "shared/contracts/matching/asks.py": "a contract that names two languages stays as it is",
    "services/notifications/samples": "invented people read and write something",
}


def named(source: str) -> Iterator[int]:
    """The lines that name Spanish."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in ("es", "es_US", "Spanish", "Español"):
            yield node.lineno


@pytest.mark.parametrize("part", ["services", "shared", "deploy"])
def test_no_code_asks_for_spanish_by_name(part: str) -> None:
    found = [
        f"{name}:{line}"
        for file in sorted((ROOT / part).rglob("*.py"))
        if not (name := str(file.relative_to(ROOT))).startswith(tuple(KNOW))
        for line in named(file.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_one_that_did_would_be_found() -> None:
    assert list(named('said = "a"\nif language == "es":\n    said = "b"\n')) == [2]


@pytest.mark.parametrize("file", KNOW)
def test_what_may_know_it_is_there(file: str) -> None:
    assert (ROOT / file).exists()
