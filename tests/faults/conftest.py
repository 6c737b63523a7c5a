"""A stack of its own for every fault test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, running


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The whole product, running."""
    yield from running(tmp_path / "data")
