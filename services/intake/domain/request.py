"""A request as intake keeps it: codes, a status, and a duty wherever somebody must act.

The words and the person are not here; they are sealed beside it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.intake.domain.decision import Assessed
from services.intake.domain.submission import (
    ConsultationSubmission,
    ProfessionalSubmission,
    ReadinessSubmission,
    Wishes,
)
from shared.contracts.base import AgeBand, SafetyLevel
from shared.contracts.intake import Entry

Status = Literal["announced", "quarantined", "discarded"]
CLEARED_LEVEL: SafetyLevel = "elevated"  # a crisis that somebody looked at is never as if it had not been


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does what by when."""

    owner: str  # a coordinator's id
    next_action: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """Everything about a request that may stand in clear."""

    id: str
    person_id: str
    reference: str
    version: int
    path: Entry
    status: Status
    received_at: datetime
    announced_at: datetime | None
    language: str
    state: str | None
    time_zone: str
    for_: str
    age: int | None
    age_band: AgeBand | None
    unit: str
    safety_level: SafetyLevel
    safety_rules: tuple[str, ...]
    rules_version: str
    flags: tuple[str, ...]
    concerns: tuple[str, ...]
    suggested_concerns: tuple[str, ...]
    preferences: Wishes
    context: tuple[str, ...]
    test: bool
    quarantine_why: tuple[str, ...] = ()
    duty: Duty | None = None  # set while somebody must act
    topic: str | None = None  # of a colleague's request
    role: str | None = None
    ready_since: datetime | None = None  # they are ready, and have not yet told what is still true
    not_now_at: datetime | None = None  # when they last said: not now after all
    reopened_at: datetime | None = None  # when a request for something to read became one to talk
    withdrawn_at: datetime | None = None  # when its person took it back

    @property
    def came_at(self) -> datetime:
        """From when the clocks count: one that was reopened comes anew."""
        return self.reopened_at or self.received_at


@dataclass(frozen=True, slots=True)
class Cleared:
    """A named coordinator took a crisis up; what waited for that may go on."""

    by: str
    at: datetime
    version: int  # of the crisis


def announced(assessed: Assessed, *, id_: str, person_id: str, reference: str, now: datetime) -> Request:
    """The request that an admitted submission becomes."""
    submission = assessed.submission
    colleague = submission if isinstance(submission, ProfessionalSubmission) else None
    return Request(
        id=id_,
        person_id=person_id,
        reference=reference,
        version=1,
        path=assessed.path,
        status="announced",
        received_at=now,
        announced_at=now,
        language=assessed.language,
        state=assessed.state,
        time_zone=assessed.time_zone,
        for_=assessed.for_,
        age=assessed.age,
        age_band=assessed.age_band,
        unit=assessed.unit,
        safety_level=assessed.safety.level,
        safety_rules=assessed.safety.rules,
        rules_version=assessed.safety.rules_version,
        flags=assessed.flags,
        concerns=assessed.concerns,
        suggested_concerns=assessed.suggested_concerns,
        preferences=submission.preferences if isinstance(submission, ConsultationSubmission) else Wishes(),
        context=submission.context if isinstance(submission, ReadinessSubmission) else (),
        test=assessed.test,
        topic=colleague.topic if colleague else None,
        role=colleague.role if colleague else None,
    )


def quarantined(request: Request, why: tuple[str, ...], duty: Duty) -> Request:
    """The same request, waiting for a coordinator's eye instead of being announced."""
    return replace(request, status="quarantined", announced_at=None, quarantine_why=why, duty=duty)


def released(request: Request, now: datetime) -> Request:
    """The request as if it came now: a coordinator saw that it is no spam."""
    return replace(request, status="announced", version=request.version + 1, announced_at=now, duty=None)


def can_be_withdrawn(request: Request) -> bool:
    """Whether this is something that a person waits for: somebody whom they asked to talk to."""
    return request.path == "consultation" and request.status == "announced"


def withdrawn(request: Request, now: datetime) -> Request:
    """The request, over: its person no longer needs it."""
    return replace(request, withdrawn_at=now, version=request.version + 1)


def discarded(request: Request) -> Request:
    """The request, closed: a coordinator saw that it is spam."""
    return replace(request, status="discarded", version=request.version + 1, duty=None)
