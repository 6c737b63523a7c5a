"""What other rules would have decided: the same requests under two policies, side by side.

Both are run on one roster and one load, those of the day on which somebody asks; the roster as it was when a
request came is not kept. So the two differ by the policies alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.matching.domain.propose import propose
from services.matching.domain.types import (
    Held,
    Loads,
    NobodyFits,
    Opened,
    Outcome,
    Policy,
    PracticeFacts,
    Proposed,
    Request,
    Roster,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What both policies are run on."""

    roster: Roster
    loads: Loads
    facts: PracticeFacts
    today: date


@dataclass(frozen=True, slots=True)
class Move:
    """A candidate whose place in the proposal is another one; 1 is the best."""

    clinician_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """One request under both policies."""

    reference: str
    before: Outcome
    after: Outcome

    @property
    def came_in(self) -> tuple[str, ...]:
        """Who is proposed only by the new policy, best first."""
        return tuple(who for who in candidates(self.after) if who not in candidates(self.before))

    @property
    def dropped_out(self) -> tuple[str, ...]:
        """Who is proposed only by the policy in use, best first."""
        return tuple(who for who in candidates(self.before) if who not in candidates(self.after))

    @property
    def moved(self) -> tuple[Move, ...]:
        """Of those whom both propose, whose order among themselves is another one."""
        before = [who for who in candidates(self.before) if who in candidates(self.after)]
        after = [who for who in candidates(self.after) if who in candidates(self.before)]
        return tuple(
            Move(who, candidates(self.before).index(who) + 1, candidates(self.after).index(who) + 1)
            for who in after
            if before.index(who) != after.index(who)
        )

    @property
    def another_outcome(self) -> bool:
        """Whether it is held, proposed or fits nobody otherwise than before, or for another reason."""
        return _kind(self.before) != _kind(self.after)

    @property
    def other_nearest(self) -> bool:
        """Whether other near misses are shown, or the same in another order."""
        return _nearest(self.before) != _nearest(self.after)

    @property
    def changes(self) -> bool:
        """Whether a coordinator would see anything else than before; scores alone are nothing else."""
        proposed = candidates(self.before) != candidates(self.after)
        return proposed or self.another_outcome or self.other_nearest


def replay(
    requests: Sequence[Request], before: Policy, after: Policy, ground: Ground
) -> tuple[Replayed, ...]:
    """Each request under both policies, in order. None is a load for the next: each stands alone."""

    def decided(request: Request, policy: Policy) -> Outcome:
        return propose(request, ground.roster, ground.loads, policy, ground.facts, today=ground.today)

    return tuple(Replayed(each.reference, decided(each, before), decided(each, after)) for each in requests)


def candidates(outcome: Outcome) -> tuple[str, ...]:
    """Who is proposed, best first."""
    return tuple(fit.clinician_id for fit in outcome.candidates) if isinstance(outcome, Proposed) else ()


def kind(outcome: Outcome) -> str:
    """The outcome as a code, as `practice explain` names it."""
    match outcome:
        case Proposed():
            return "proposed"
        case NobodyFits():
            return "nobody_fits"
        case Held():
            return "held"
        case Opened():
            return "opened"


def _kind(outcome: Outcome) -> tuple[str, str | None]:
    return kind(outcome), outcome.why if isinstance(outcome, Held) else None


def _nearest(outcome: Outcome) -> tuple[str, ...]:
    if not isinstance(outcome, (Proposed, NobodyFits)):
        return ()
    return tuple(miss.clinician_id for miss in outcome.nearest)
