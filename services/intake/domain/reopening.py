"""Somebody who wanted to read first is ready: who answers for it, and what their request becomes then.

The request stays the same, with its id, its reference and its person. What they tell now counts from now on;
what was said of their safety before is never made less by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.intake.domain.decision import Assessed, FieldError
from services.intake.domain.request import Duty, Request
from services.intake.domain.submission import (
    Client,
    ConsultationSubmission,
    Partner,
    SafetyTicks,
    Wishes,
    Writer,
)
from services.intake.domain.triage import URGENCY
from shared.contracts.base import SafetyLevel

COORDINATOR = "coordinator"
Stage = Literal[
    "waiting",  # for what is still true
    "told",  # it was told: somebody takes it up like any other request
    "silenced",  # they hear nothing more, whatever they write; it is kept and judged all the same
    "closed",  # nothing more is planned, or nobody knows of it
]
# Who tells is known and not asked again: a link says who they are. Nothing of this stand-in is ever kept.
KNOWN = Writer(name="known", email="known@example.org")


@dataclass(frozen=True, slots=True)
class Retold:
    """What somebody who is ready says is true now."""

    state: str | None
    for_: str
    client: Client | None
    partners: tuple[Partner, ...]
    age: int | None
    concerns: tuple[str, ...]
    message: str
    preferences: Wishes
    safety: SafetyTicks

    def submission(self, language: str) -> ConsultationSubmission:
        """The same as what is asked of everybody who would like to talk to someone."""
        return ConsultationSubmission(
            writer=KNOWN,
            state=self.state or "",
            for_=self.for_,
            client=self.client,
            partners=self.partners,
            age=self.age,
            concerns=self.concerns,
            message=self.message,
            preferences=self.preferences,
            safety=self.safety,
            language=language,
        )


def stage_of(request: Request | None, *, silenced: bool) -> Stage:
    """Where a request stands on its way from reading to a talk."""
    if request is None or request.status != "announced":
        return "closed"
    if silenced:
        return "silenced"
    if request.reopened_at is not None:
        return "told"
    return "waiting" if request.path == "readiness" else "closed"


def is_news(request: Request | None, person_id: str, reached_at: datetime, *, silenced: bool) -> bool:
    """Whether somebody has to answer for it that this person was ready then.

    Not where it is known, was told already, or was taken back later than that.
    """
    if request is None or request.person_id != person_id or request.ready_since is not None:
        return False
    taken_back = request.not_now_at is not None and reached_at <= request.not_now_at
    return stage_of(request, silenced=silenced) == "waiting" and not taken_back


def ready(request: Request, since: datetime, duty: Duty) -> Request:
    """The request, in somebody's hands until it is told what is still true."""
    return replace(request, version=request.version + 1, ready_since=since, duty=duty)


def not_now(request: Request, now: datetime) -> Request:
    """The request as it was before: they read, and nobody waits for anything."""
    return replace(request, version=request.version + 1, ready_since=None, duty=None, not_now_at=now)


def unchanged_zone(request: Request, state: str | None) -> str | None:
    """The zone that they gave or had, unless they are somewhere else now."""
    return request.time_zone if state in (None, "unknown", request.state) else None


def reopened(request: Request, told: Assessed, wishes: Wishes, now: datetime) -> Request:
    """The same request, of somebody who would like to talk, as if it came now."""
    known = (*request.suggested_concerns, *told.suggested_concerns)
    return replace(
        with_urgency(request, told),
        version=request.version + 1,
        path="consultation",
        announced_at=now,
        reopened_at=now,
        ready_since=None,
        duty=None,
        state=told.state,
        time_zone=told.time_zone,
        for_=told.for_,
        age=told.age,
        age_band=told.age_band,
        unit=told.unit,
        concerns=told.concerns,
        suggested_concerns=tuple(each for each in dict.fromkeys(known) if each not in told.concerns),
        preferences=wishes,
    )


def with_urgency(request: Request, told: Assessed) -> Request:
    """The request with what was found before and now together: of the two, the more urgent counts."""
    level: SafetyLevel = max(request.safety_level, told.safety.level, key=URGENCY.index)
    return replace(
        request,
        safety_level=level,
        safety_rules=tuple(dict.fromkeys((*request.safety_rules, *told.safety.rules))),
        rules_version=told.safety.rules_version,
        flags=tuple(sorted({*request.flags, *told.flags})),
    )


def state_missing(told: Retold) -> Sequence[FieldError]:
    """Who would like to talk is asked where they will be; who wanted to read was not."""
    return () if told.state else (FieldError("/state", "required"),)
