"""Decisions are written down on one page each, in the same five parts."""

import re
from pathlib import Path

import pytest

DECISIONS = sorted((Path(__file__).parents[1] / "docs" / "adr").glob("*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "Revisit when"]
ONE_PAGE = 60


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_fits_on_one_page_in_five_parts(page: Path) -> None:
    text = page.read_text("utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert len(text.splitlines()) <= ONE_PAGE
