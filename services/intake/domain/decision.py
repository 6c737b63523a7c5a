"""What `admission.admit` can say to a submission."""

from dataclasses import dataclass
from typing import Literal

from services.intake.domain.submission import Submission
from shared.contracts.base import AgeBand, SafetyLevel
from shared.contracts.intake import Path

FieldErrorCode = Literal["required", "required_one_of", "unknown_code", "out_of_range", "opt_in_required"]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, by JSON pointer (`/concerns/2`); never its value."""

    pointer: str
    code: FieldErrorCode


@dataclass(frozen=True, slots=True)
class Judged:
    """How urgent the person's own words and ticks are, and which rules said so."""

    level: SafetyLevel
    rules: tuple[str, ...]
    rules_version: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A submission held against the practice: every code is known, every derived fact is set."""

    path: Path
    submission: Submission
    time_zone: str
    for_: str
    unit: str
    age: int | None  # the client's; None on the readiness path
    age_band: AgeBand | None
    flags: tuple[str, ...]
    safety: Judged
    concerns: tuple[str, ...]  # specialties, phrases already resolved
    suggested_concerns: tuple[str, ...]
    test: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request is taken and announced."""

    request: Assessed


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The request is kept, looks like spam, and waits for a coordinator's eye."""

    request: Assessed
    why: tuple[str, ...]  # honeypot, time_trap_too_fast, time_trap_invalid, many_links


@dataclass(frozen=True, slots=True)
class Refused:
    """The request cannot be taken as it is; the writer can put it right."""

    reasons: tuple[FieldError, ...]


Decision = Admitted | Quarantined | Refused
