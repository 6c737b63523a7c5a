"""What is logged meanwhile, whatever the tests before have done to logs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog


@contextmanager
def captured() -> Iterator[list[Any]]:
    """The lines of the block, one dictionary each."""
    before = structlog.get_config()
    structlog.reset_defaults()
    try:
        with structlog.testing.capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**before)
