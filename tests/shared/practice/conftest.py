"""The two samples, and copies of one to make mistakes in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.practice import Practice, load_practice

SAMPLES = Path("deploy/practice")
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the Los Angeles sample in which one text of one file is replaced."""
    folder = tmp_path / "practice"
    shutil.copytree(SAMPLES / "los_angeles", folder)

    def edit(file: str, old: str, new: str) -> Path:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


@pytest.fixture(scope="session")
def los_angeles() -> Practice:
    return load_practice(SAMPLES / "los_angeles")


@pytest.fixture(scope="session")
def new_york() -> Practice:
    return load_practice(SAMPLES / "new_york")


def line_of(file: str, text: str) -> int:
    """The line of the unedited sample on which a text first begins."""
    before, found, _ = (SAMPLES / "los_angeles" / file).read_text(encoding="utf-8").partition(text)
    assert found
    return before.count("\n") + 1
