"""What matching is told: its knobs from the environment, and the practice in matching's own terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from services.matching.domain.refer import Coordinator
from services.matching.domain.types import Policy, PracticeFacts, Weights
from shared.clock import WorkingHours
from shared.contracts.matching import EXCLUSION_CODES
from shared.practice import Practice, load_rule
from shared.practice.fields import Code, FileModel, Name
from shared.settings import ServiceSettings

POLICY_FILE = "matching.yaml"
MOST_LOAD_MAY_COUNT = 0.15

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=100)]
Cost = Annotated[int, Field(ge=1, le=100)]


class MatchingSettings(ServiceSettings):
    """The environment of `python -m services.matching`."""

    service: str = "matching"
    database_url: str = "sqlite+aiosqlite:///var/matching.db"
    port: int = Field(default=8002, ge=0, le=65535)


class WeightsFile(FileModel):
    """How much each wish counts beside the others."""

    specialty: Weight
    modality: Weight
    preference: Weight
    language: Weight
    times: Weight
    start: Weight


class PolicyFile(FileModel):
    """`rules/matching.yaml`: see the comments in the file itself."""

    version: Name
    reviewed_on: date
    weights: WeightsFile
    load_share: Annotated[float, Field(ge=0, le=MOST_LOAD_MAY_COUNT)]
    suggested_share: Share
    candidates_at_most: Annotated[int, Field(ge=2, le=3)]
    third_within: Share
    settled_days: Annotated[int, Field(ge=1, le=90)]
    start_horizon_days: Annotated[int, Field(ge=1, le=365)]
    adult_age: Annotated[int, Field(ge=18, le=21)]
    joint_units: tuple[Code, ...]
    nearest_misses: Annotated[int, Field(ge=1, le=10)]
    gap_costs: Mapping[Code, Cost]

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if not any(self.weights.model_dump().values()):
            raise ValueError("at least one weight must be above 0")
        return self

    @model_validator(mode="after")
    def _gaps_are_exclusion_codes(self) -> Self:
        unknown = [code for code in self.gap_costs if code not in EXCLUSION_CODES]
        if unknown:
            raise ValueError(f"gap_costs: {', '.join(unknown)}: not among {', '.join(EXCLUSION_CODES)}")
        return self

    def policy(self) -> Policy:
        """The policy as the decisions take it."""
        return Policy(
            version=self.version,
            weights=Weights(**self.weights.model_dump()),
            load_share=self.load_share,
            suggested_share=self.suggested_share,
            at_most=self.candidates_at_most,
            third_within=self.third_within,
            settled_days=self.settled_days,
            start_horizon_days=self.start_horizon_days,
            adult_age=self.adult_age,
            joint_units=frozenset(self.joint_units),
            nearest=self.nearest_misses,
            gap_costs=self.gap_costs,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The practice as matching deals with it; made once at start."""

    policy: Policy
    facts: PracticeFacts
    coordinators: tuple[Coordinator, ...]  # on duty
    zone: ZoneInfo
    working_hours: WorkingHours
    human_contact: timedelta  # of working time

    def today(self, now: datetime) -> date:
        """The practice's date at this instant."""
        return now.astimezone(self.zone).date()

    def contact_due(self, received_at: datetime) -> datetime:
        """By when a person of the practice speaks with somebody who wrote at this instant."""
        return self.working_hours.after(received_at, self.human_contact)


def terms_of(practice: Practice, directory: Path) -> Terms:
    """The terms of the practice in `directory`; raises `BadFile` when its matching policy is wrong."""
    policy = load_rule(directory, POLICY_FILE, PolicyFile).policy()
    joint = (code for code, specialty in practice.specialties.items() if specialty.unit in policy.joint_units)
    return Terms(
        policy=policy,
        facts=PracticeFacts(
            states=frozenset(practice.states),
            requires_training=frozenset(practice.requires_training),
            joint_concerns=frozenset(joint),
        ),
        coordinators=tuple(
            Coordinator(each.id, frozenset(each.languages)) for each in practice.coordinators if each.on_duty
        ),
        zone=practice.zone,
        working_hours=practice.working_hours(),
        human_contact=practice.clocks.human_contact_nudge,
    )
