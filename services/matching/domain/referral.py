"""A referral as it stands, and what a change of it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from services.matching.domain.life import A_PERSONS_DUTY, ENDS, STATES
from services.matching.domain.types import Outcome, Request
from shared.contracts.matching import ReferralFact

CallStatus = Literal["booked", "attended", "missed", "cancelled"]
CALL_ACTS: Mapping[CallStatus, str] = MappingProxyType(
    {
        "booked": "book_call",
        "attended": "call_attended",
        "missed": "call_missed",
        "cancelled": "cancel_call",
    }
)
Place = Literal["held", "taken"]

# By whom, beside coordinator:<id> and clinician:<id>.
THE_CLOCK, THE_PERSON, INTAKE = "clock", "person", "intake"


@dataclass(frozen=True, slots=True)
class Choice:
    """The clinician to whom a referral is offered or given, and the place that this keeps for it."""

    clinician_id: str
    offer_id: str
    place: Place
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What an act changes and an undo puts back: where the referral is, and what is due.

    `nudged` counts who was reminded of it; `nudge_at` is when the next one is, if not at `due_at`.
    """

    stage: str
    next_action: str
    due_at: datetime
    why: str | None = None
    choice: Choice | None = None
    nudged: int = 0
    nudge_at: datetime | None = None

    @property
    def reminds_at(self) -> datetime | None:
        """When somebody is reminded next; None where nobody of the practice has anything to do."""
        if self.stage in ENDS or self.next_action not in A_PERSONS_DUTY:
            return None
        return self.due_at if self.nudged == 0 else self.nudge_at

    def with_duty(self, next_action: str, due_at: datetime) -> "Standing":
        """The same with another thing to do, of which nobody was reminded yet."""
        return replace(self, next_action=next_action, due_at=due_at, nudged=0, nudge_at=None)


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that is kept and not announced yet: until it settles it can be undone, and nothing has left."""

    act: str
    by: str
    since: datetime
    settles_at: datetime
    before: Standing
    closed_at: datetime | None = None  # as it was before
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acted:
    """The latest act of a person, so that who comes second is told."""

    act: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """The latest that intake said of a request's calls; `version` counts over all of them."""

    call_id: str
    version: int
    status: CallStatus
    coordinator_id: str
    starts_at: datetime
    ends_at: datetime
    due_at: datetime  # by when somebody says how it went
    arranged: bool = False  # by a coordinator, who has looked and wants to speak with them
    told: bool = False  # how it went was said in another way: somebody spoke with them since, or did not

    @property
    def awaited(self) -> bool:
        """Whether somebody is still to say how it went."""
        return self.status == "booked" and not self.told

    def has_begun(self, now: datetime) -> bool:
        """Whether its time has come, so that it can be said how it went."""
        return self.starts_at <= now


@dataclass(frozen=True, slots=True)
class CallNews:
    """What intake said of a call: as it stands now, whose doing that is, and what else belongs to it."""

    call: Call
    by: str  # person, coordinator:<id>, or intake
    why: str | None = None  # it was cancelled
    was_at: datetime | None = None  # before it was moved

    @property
    def act(self) -> str:
        """What was done, by its name in the trail."""
        return "move_call" if self.was_at is not None else CALL_ACTS[self.call.status]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral at one version. `heard_at`: the last sign of life of somebody who waits."""

    referral_id: str
    request: Request
    version: int
    owner: str
    standing: Standing
    policy_version: str
    roster_version: int
    heard_at: datetime
    pending: Pending | None = None
    latest: Acted | None = None
    contacted: bool = False  # somebody of the practice has spoken with the person
    checked_in: bool = False  # they were asked whether they still wait, and have not answered
    closed_at: datetime | None = None
    call: Call | None = None

    @property
    def request_id(self) -> str:
        """Whose request it is for."""
        return self.request.request_id

    @property
    def stage(self) -> str:
        """The business status."""
        return self.standing.stage

    @property
    def state(self) -> str:
        """FHIR Task's status."""
        return STATES[self.standing.stage]

    @property
    def choice(self) -> Choice | None:
        """Whom it is offered or given to, if anybody."""
        return self.standing.choice

    @property
    def ended(self) -> bool:
        """Whether it is closed for good: nothing is due, nothing can be undone."""
        return self.stage in ENDS and self.pending is None


@dataclass(frozen=True, slots=True)
class Dues:
    """The times that an act at this moment leads to, in working time where the practice counts so."""

    now: datetime
    contact: datetime  # a person of the practice takes it up
    decision: datetime  # a coordinator decides
    settles_at: datetime  # an act can be undone until then
    answer_by: datetime  # a clinician answers
    follow_up: datetime  # somebody asks whether care has begun
    check_in: datetime  # who waits is asked whether they still do


@dataclass(frozen=True, slots=True)
class Moved:
    """A change: the referral before and after, the facts that follow from it, and its step in the trail.

    `outcome` is the new proposal where one was made.
    """

    before: Referral
    after: Referral
    act: str
    by: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[ReferralFact, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed, and why.

    not_now      the referral has moved on; `referral` says to where, and by whom
    settling     somebody's act can still be undone; nothing else can be done until it settles
    full         the clinician has no free place any more; `since` when
    excluded     the clinician cannot be offered it; `why` is the exclusion code
    unknown      no clinician by that id
    crisis       words of crisis that nobody has cleared
    withdrawn    the request was taken back
    silenced     they asked to hear nothing more
    not_yours    somebody else's act, or somebody else's offer
    """

    code: str
    referral: Referral
    why: str | None = None
    since: datetime | None = None


def place_changes(before: Referral, after: Referral) -> dict[tuple[str, Place], int]:
    """How many places of each kind each clinician gains or loses by this change."""
    changes: dict[tuple[str, Place], int] = {}
    for referral, step in ((before, -1), (after, 1)):
        choice = referral.choice
        if choice is not None and not referral.request.test:
            key = (choice.clinician_id, choice.place)
            changes[key] = changes.get(key, 0) + step
    return {key: count for key, count in changes.items() if count}
