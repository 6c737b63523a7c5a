"""Rule packs: the files in `rules/`, what each says of itself, and who of the practice has read it.

A pack that is shipped was written down from its sources and reviewed by nobody. Somebody of the practice
reads it, holds it against its source, and writes under `reviews:` in practice.yaml which version that was.
A review counts for that version alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.practice.fields import FileModel, Name, Words
from shared.practice.files import checked, read_document

COMMON = Path(__file__).parents[2] / "deploy" / "practice" / "rules"
ENDING = ".yaml"


class PackFile(FileModel):
    """What every pack says of itself. A practice's own file may leave it out; nobody can review it then.

    `reviewed_on`: when whoever wrote it last held it against `source`. After `expires_on` nobody should
    rely on it without looking again.
    """

    version: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    source: Words | None = None
    reviewed_on: date | None = None
    expires_on: date | None = None
    author: Name | None = None


class Header(PackFile):
    """The same, whatever else the file holds."""

    model_config = ConfigDict(extra="ignore")


class Review(FileModel):
    """Who of the practice, a coordinator or somebody by name, read which version and held it to be right."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    by: Name
    on: date


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that the practice stands on; `own` when it stands in the practice's own folder."""

    name: str
    header: Header
    own: bool

    def is_stale(self, today: date) -> bool:
        """Whether its day is over."""
        return self.header.expires_on is not None and self.header.expires_on < today

    def is_reviewed(self, review: Review | None) -> bool:
        """Whether this review is of the version that is there."""
        return review is not None and review.version == self.header.version


def rule_file(directory: Path, name: str) -> Path:
    """Where a rule file is read from: the practice's own `rules/<name>`, else the common one."""
    own = directory / "rules" / name
    return own if own.exists() else COMMON / name


def pack_names() -> tuple[str, ...]:
    """Every pack there is, by the name of its file."""
    return tuple(sorted(each.name.removesuffix(ENDING) for each in COMMON.glob(f"*{ENDING}")))


def load_packs(directory: Path) -> Sequence[Pack]:
    """What every pack of the practice in `directory` says of itself; raises `BadFile`."""
    found = []
    for name in pack_names():
        path = rule_file(directory, f"{name}{ENDING}")
        header = checked(Header, read_document(path))
        found.append(Pack(name, header, own=path.parent != COMMON))
    return found
