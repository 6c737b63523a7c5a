"""A readiness journey and its states. A running one always has a next time, a waiting one an owner."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.resources.domain.choosing import Outcome, Prepared
from services.resources.domain.request import Request
from services.resources.domain.seen import Came, Pace, Stands
from services.resources.domain.series import Series
from services.resources.domain.watching import Duty
from shared.contracts.resources import ReadinessFact, ReadingListPrepared
from shared.practice import Catalogue
from shared.practice.clocks import Clocks

Held = Literal["in_care", "booked"]  # by a clinician who said yes, or a call; also of the same address
Turned = Literal["paused", "resumed", "reached", "stopped", "pace", "kept"]


@dataclass(frozen=True, slots=True)
class Course:
    """What every journey goes by: what there is to read, the practice's clocks and its zone."""

    catalogue: Catalogue
    clocks: Clocks
    time_zone: str  # of who has none of their own


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of the practice looks before anything is sent."""

    why: str
    duty: Duty


@dataclass(frozen=True, slots=True)
class Running:
    """At `next_at` something comes by itself: a mail or the end."""

    next_at: datetime


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing comes before `until`: the person asked for it."""

    since: datetime
    until: datetime

    @property
    def why(self) -> str:
        return "person"


@dataclass(frozen=True, slots=True)
class OnHold:
    """Nothing comes while a call or a clinician is what they wait for; nor before their own pause is over."""

    since: datetime
    held: Held
    until: datetime | None = None  # of their own pause, if that runs too

    @property
    def why(self) -> str:
        return self.held


Paused = Resting | OnHold


@dataclass(frozen=True, slots=True)
class Reached:
    """They are ready."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing more is ever sent of it."""

    why: str
    at: datetime


Standing = Waiting | Running | Resting | OnHold | Reached | Stopped


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's way from "not yet": what they asked for, and what came of it."""

    journey_id: str
    request: Request  # its codes are kept while something is still to be chosen by them
    outcome: Outcome
    standing: Standing
    catalogue_version: str  # by which the reading list was chosen
    begun_at: datetime
    series: Series = field(default_factory=Series)
    came: tuple[Came, ...] = ()
    pace: Pace = "as_planned"
    kept: bool = False  # "keep", said to the check-in
    counted_from: datetime | None = None  # the next gap begins here
    version: int = 1  # of what was announced of it last
    decided_again_at: datetime | None = None

    @property
    def request_id(self) -> str:
        return self.request.request_id

    @property
    def decided_at(self) -> datetime:
        """When its outcome became what it is."""
        return self.decided_again_at or self.begun_at

    @property
    def state(self) -> Stands:
        """`waiting` is open and in somebody's hands; the others need nobody."""
        match self.standing:
            case Waiting():
                return "waiting"
            case Running():
                return "running"
            case Resting() | OnHold():
                return "paused"
            case Reached():
                return "reached"
            case Stopped():
                return "stopped"

    @property
    def goes_on(self) -> bool:
        """Whether anything may still come of it by itself."""
        return self.state in {"running", "paused"}

    @property
    def why(self) -> str | None:
        """Why it does not run; a journey that runs or has reached its end needs no reason."""
        return None if isinstance(self.standing, Running | Reached) else self.standing.why

    @property
    def has_list(self) -> bool:
        return isinstance(self.outcome, Prepared)

    @property
    def items_come(self) -> frozenset[str]:
        return frozenset(each.item for each in self.came if each.item is not None)

    @property
    def check_in_open(self) -> bool:
        """They were asked "keep, pause or stop?", have not answered, and still can."""
        return self.goes_on and not self.kept and asked(self.came)


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happened to a journey beside its mails, in codes."""

    at: datetime
    name: Turned
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """A journey after something happened to it, and everything that is kept and told of that."""

    after: Journey
    facts: tuple[ReadinessFact | ReadingListPrepared, ...] = ()
    turns: tuple[Turn, ...] = ()
    mails: tuple[tuple[datetime, Came], ...] = ()  # that came by this, each with when it was due

    def then(self, next_: "Moved | None") -> "Moved":
        """Both, one after the other; `next_` was decided on what this one left."""
        if next_ is None:
            return self
        return Moved(
            next_.after, self.facts + next_.facts, self.turns + next_.turns, self.mails + next_.mails
        )


def asked(came: tuple[Came, ...]) -> bool:
    """Whether the check-in came."""
    return any(each.kind == "check_in" for each in came)
