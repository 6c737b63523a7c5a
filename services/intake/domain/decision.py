"""What `admission.admit` can say to a submission."""

from dataclasses import dataclass

from services.intake.domain.submission import Submission
from services.intake.domain.triage import Triage
from shared.contracts.base import AgeBand
from shared.contracts.intake import Entry


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, by JSON pointer (`/concerns/2`); never its value."""

    pointer: str
    code: str  # required, required_one_of, unknown_code, out_of_range, opt_in_required, …


@dataclass(frozen=True, slots=True)
class Assessed:
    """A submission held against the practice: every code is known, every derived fact is set."""

    path: Entry
    submission: Submission
    language: str
    state: str | None
    time_zone: str
    for_: str
    unit: str
    age: int | None  # the client's; None where nobody is asked for it
    age_band: AgeBand | None
    flags: tuple[str, ...]
    safety: Triage
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

    path: Entry
    reasons: tuple[FieldError, ...]


Decision = Admitted | Quarantined | Refused
