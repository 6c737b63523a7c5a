"""What was looked at, and what was seen: a line at once, a table at the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from deploy.verifying.machine import Failed
from shared.errors import PracticeError


@dataclass(frozen=True, slots=True)
class Row:
    """One check."""

    name: str
    seen: str
    right: bool
    seconds: float

    @property
    def title(self) -> str:
        return self.name if self.right else f"NOT SO: {self.name}"


@dataclass
class Seen:
    """Every check, in order."""

    console: Console
    rows: list[Row] = field(default_factory=list)

    def look(self, name: str, proof: Callable[[], str]) -> bool:
        """One check; that it fails keeps the next from nothing."""
        began = time.monotonic()
        try:
            said, right = proof(), True
        except (Failed, PracticeError) as failed:
            said, right = str(failed), False
        row = Row(name, said, right, time.monotonic() - began)
        self.rows.append(row)
        self.console.print(f"{row.title}: {said} ({row.seconds:.0f} s)", markup=False, highlight=False)
        return right

    @property
    def wrong(self) -> list[str]:
        return [row.name for row in self.rows if not row.right]

    def table(self) -> Table:
        """All of it."""
        table = Table(title="What was seen on a container engine", title_justify="left", show_lines=True)
        for column in ("check", "seen"):
            table.add_column(column, overflow="fold")
        table.add_column("seconds", justify="right")
        for row in self.rows:
            table.add_row(row.title, row.seen, f"{row.seconds:.0f}")
        return table
