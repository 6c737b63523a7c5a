"""Who else holds or carries what people write: the practice's providers, and what each has signed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.practice.fields import FileModel, Name

Duty = Literal["mail", "hosting", "backups", "monitoring", "phone"]
ALWAYS: tuple[Duty, ...] = ("mail", "hosting")  # nobody runs this without


class Agreement(FileModel):
    """A business associate agreement (45 CFR 164.504(e)): when it was signed, and where it lies."""

    signed_on: date
    note: Name


class Provider(FileModel):
    """Somebody who holds or carries people's data; `baa` once their agreement is signed."""

    name: Name
    does: Annotated[tuple[Duty, ...], Field(min_length=1)]
    baa: Agreement | None = None
