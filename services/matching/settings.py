"""What matching is told: its knobs from the environment, and the practice in matching's own terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from services.matching.domain.refer import Coordinator
from services.matching.domain.referral import Dues
from services.matching.domain.types import Policy, PracticeFacts, Weights
from shared.clock import WorkingHours
from shared.contracts.matching import EXCLUSION_CODES, Level
from shared.practice import Clocks, Practice, load_rule
from shared.practice.fields import Code, FileModel, Name, Words
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
    public_url: str = "http://127.0.0.1:8002"  # what links to matching begin with
    link_keys: str = Field(min_length=1, repr=False)  # separated by commas; the first signs

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of the links, current first."""
        return tuple(key.strip() for key in self.link_keys.split(",") if key.strip())


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
    source: Words | None = None
    reviewed_on: date
    expires_on: date | None = None
    author: Name | None = None
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
class Nudge:
    """One who is reminded of what is overdue, `after` so much working time beyond the due time."""

    level: Level
    coordinator_id: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """The practice as matching deals with it; made once at start."""

    policy: Policy
    facts: PracticeFacts
    coordinators: tuple[Coordinator, ...]  # on duty
    zone: ZoneInfo
    working_hours: WorkingHours
    clocks: Clocks
    ladder: Mapping[str, tuple[Nudge, ...]]  # by a referral's owner: who is reminded, in turn
    owner: str  # of the practice
    asks_clinicians: bool

    @property
    def read_digests(self) -> frozenset[str]:
        """Who gets a digest: every coordinator on duty, and the practice's owner."""
        return frozenset({self.owner, *(each.id for each in self.coordinators)})

    def today(self, now: datetime) -> date:
        """The practice's date at this instant."""
        return now.astimezone(self.zone).date()

    def contact_due(self, received_at: datetime) -> datetime:
        """By when a person of the practice speaks with somebody who wrote at this instant."""
        return self.clocks.contact_due(self.working_hours, received_at)

    def call_due(self, ends_at: datetime) -> datetime:
        """By when a coordinator goes on after a call that ends at this instant."""
        return self.working_hours.after(ends_at, self.clocks.after_call)

    def dues(self, now: datetime) -> Dues:
        """The times that an act at this moment leads to."""
        clocks, working = self.clocks, self.working_hours.after
        settles_at = now + clocks.introduction_delay
        return Dues(
            now=now,
            contact=self.contact_due(now),
            decision=working(now, clocks.decision),
            settles_at=settles_at,
            answer_by=working(settles_at, clocks.clinician_answer),
            follow_up=working(now + clocks.follow_up, timedelta(0)),
            check_in=now + clocks.waitlist_check_in,
        )

    def in_hands_of(self, owner: str) -> str:
        """The coordinator, or the owner of the practice where they are not there any more."""
        return owner if owner in self.ladder else self.owner

    def nudge(self, owner: str, nudged: int, due_at: datetime) -> tuple[Nudge, datetime | None]:
        """Who is reminded next after `nudged` were, and when the one after, if there is one."""
        ladder = self.ladder[self.in_hands_of(owner)]
        step = min(nudged, len(ladder) - 1)
        if step + 1 == len(ladder):
            return ladder[step], None
        return ladder[step], self.working_hours.after(due_at, ladder[step + 1].after)


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
        clocks=practice.clocks,
        ladder={each.id: _ladder(practice, each.id) for each in practice.coordinators},
        owner=practice.owner,
        asks_clinicians=practice.clinician_confirms,
    )


def _ladder(practice: Practice, coordinator_id: str) -> tuple[Nudge, ...]:
    """The coordinator, the deputy, the owner of the practice; each once."""
    clocks, deputy = practice.clocks, practice.deputy_of(coordinator_id)
    steps: tuple[tuple[Level, str | None, timedelta], ...] = (
        ("nudge", coordinator_id, timedelta(0)),
        ("deputy", deputy.id if deputy else None, clocks.human_contact_deputy - clocks.human_contact_nudge),
        ("owner", practice.owner, clocks.human_contact_owner - clocks.human_contact_nudge),
    )
    asked: dict[str, Nudge] = {}
    for level, who, after in steps:
        if who is not None and who not in asked:
            asked[who] = Nudge(level, who, after)
    return tuple(asked.values())
