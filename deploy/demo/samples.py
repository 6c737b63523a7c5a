"""The invented requests, and what must come of each."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import Misconfigured

REQUESTS = Path(__file__).with_name("requests.jsonl")


class Plain(BaseModel):
    """Frozen, and no room for a misspelt field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedMail(Plain):
    """One mail: sent, unless `not_sent` says why it must not be; `or_held` is a hold that is right too.

    `planned`: so many of it wait for their day. `invite`: what it asks of the reader's calendar.
    """

    template: str
    to: Literal["client", "coordinator", "on_call"]
    or_held: str | None = None
    not_sent: str | None = None
    planned: int = 0
    invite: Literal["REQUEST", "CANCEL"] | None = None


class Expectation(Plain):
    """What must come of a request; mails that are not named here must not come."""

    outcome: Literal["proposed", "nobody_fits", "held", "opened", "prepared", "quarantined"]
    why: str | None = None
    at_least: int = 0  # candidates
    proposes: tuple[str, ...] = ()  # clinicians who must be among them
    mails: tuple[ExpectedMail, ...]


class Sample(Plain):
    """Somebody writes. `books`: they open the link of their acknowledgement, type this, and book the call."""

    title: str
    path: Literal["consultation", "readiness", "professional"]
    body: dict[str, Any]
    books: dict[str, str] | None = None
    expect: Expectation


def load_samples(file: Path = REQUESTS) -> tuple[Sample, ...]:
    """Every sample of the file. Raises Misconfigured, naming the line that is wrong."""
    samples = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            samples.append(Sample.model_validate_json(line))
        except ValidationError as error:
            wrong = error.errors()[0]
            place = "/".join(map(str, wrong["loc"]))
            raise Misconfigured(f"{file.name}, line {number}: {place}: {wrong['msg']}") from None
    return tuple(samples)
