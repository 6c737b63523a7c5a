"""What stands in every archive, first: what it holds, of when, and how to tell that it is whole."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.backup.problems import Damaged
from shared.errors import Misconfigured

FORMAT = 1
FILE = "manifest.json"
ANOTHER_FORMAT = "was made by another version of this product: restore it with that one"

Engine = Literal["sqlite", "postgresql"]
Rows = dict[str, int]


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(Plain):
    """One service's database."""

    service: str
    engine: Engine
    file: str
    revision: str
    bytes: int
    sha256: str
    rows: Rows  # of every table


class Secret(Plain):
    """One file of the operator's folder."""

    file: str
    mode: int
    uid: int
    gid: int
    bytes: int
    sha256: str


class Manifest(Plain):
    """A backup of the data. `taken_at` is the one instant that all parts are of."""

    kind: Literal["data"] = "data"
    format: int = FORMAT
    product: str
    practice: str
    taken_at: datetime
    parts: tuple[Part, ...]


class KeysManifest(Plain):
    """An archive of secrets: without them the data stays sealed."""

    kind: Literal["keys"] = "keys"
    format: int = FORMAT
    product: str
    taken_at: datetime
    files: tuple[Secret, ...]


class _Any(BaseModel):
    manifest: Annotated[Manifest | KeysManifest, Field(discriminator="kind")]


class _Format(BaseModel):
    format: int


def read(folder: Path) -> Manifest | KeysManifest:
    """The manifest of an opened archive. Raises Damaged when there is none, Misconfigured when newer."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        if _Format.model_validate_json(text).format != FORMAT:
            raise Misconfigured(f"the archive {ANOTHER_FORMAT}")
        return _Any.model_validate_json(f'{{"manifest": {text}}}').manifest
    except (OSError, ValidationError) as error:
        raise Damaged(f"the archive has no usable manifest ({type(error).__name__})") from None
